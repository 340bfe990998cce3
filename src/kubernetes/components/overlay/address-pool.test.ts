import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, emptyPool, takeAddress } from './address-pool.ts';

describe('the pool of addresses', () => {
  it('never gives one address to two sandboxes, whatever is taken and given back', () => {
    const step = fc.record({ sandbox: fc.integer({ min: 0, max: 9 }).map(String), take: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = { ...emptyPool(), cidr: '10.244.3.0/29' };
        const model = new Map<string, string>();
        for (const { sandbox, take } of steps) {
          if (take) {
            const ip = takeAddress(pool, sandbox);
            const known = model.get(sandbox);
            if (known !== undefined) expect(ip).toBe(known);
            else if (model.size === 5) expect(ip).toBeUndefined();
            else {
              expect(ip).toMatch(/^10\.244\.3\.[2-6]$/);
              expect([...model.values()]).not.toContain(ip);
              model.set(sandbox, ip ?? '');
            }
          } else {
            const ip = addressOf(pool, sandbox);
            expect(ip).toBe(model.get(sandbox));
            if (ip !== undefined) pool.held.delete(ip);
            model.delete(sandbox);
          }
        }
      }),
    );
  });

  it('lets an address rest as long as there are others', () => {
    const pool = { ...emptyPool(), cidr: '10.244.3.0/29' };
    const given: (string | undefined)[] = [];
    for (let i = 0; i < 6; i++) {
      const ip = takeAddress(pool, `s${i}`);
      given.push(ip);
      pool.held.delete(ip ?? '');
    }
    expect(given).toEqual(['10.244.3.2', '10.244.3.3', '10.244.3.4', '10.244.3.5', '10.244.3.6', '10.244.3.2']);
  });
});
