import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrContains, formatCidr, formatIp, parseCidr, parseIp } from './ip-address.ts';

describe('addresses', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (address) => {
        expect(parseIp(formatIp(address))).toBe(address);
      }),
    );
    for (const bad of ['', '10.1', '10.0.0.256', '1.2.3.4.5', '::1', 'cart']) expect(parseIp(bad), bad).toBeUndefined();
  });

  it('lie in a block or not', () => {
    const block = parseCidr('10.244.1.0/24');
    if (block === undefined) throw new Error('a block');
    expect(formatCidr(block)).toBe('10.244.1.0/24');
    expect([block.size, cidrContains(block, parseIp('10.244.1.255') ?? 0)]).toEqual([256, true]);
    expect(cidrContains(block, parseIp('10.244.2.0') ?? 0)).toBe(false);
    for (const bad of ['10.244.1.1/24', '10.244.1.0', '10.244.1.0/33', '10.244.1.0/', 'x/8']) {
      expect(parseCidr(bad), bad).toBeUndefined();
    }
  });
});
