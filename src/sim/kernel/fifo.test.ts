import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

describe('a fifo', () => {
  it('does what an array does with push and shift, whatever is done', () => {
    const action = fc.constantFrom('push', 'push', 'shift', 'many', 'drain', 'clear');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        let next = 0;
        for (const each of actions) {
          if (each === 'push') {
            fifo.push(next);
            model.push(next++);
          } else if (each === 'shift') expect(fifo.shift()).toBe(model.shift());
          else if (each === 'many') {
            for (let i = 0; i < 2000; i++) {
              fifo.push(next);
              model.push(next++);
            }
            for (let i = 0; i < 1500; i++) expect(fifo.shift()).toBe(model.shift());
          } else {
            if (each === 'drain') expect(fifo.drain()).toEqual(model);
            else fifo.clear();
            model = [];
          }
          expect(fifo.length).toBe(model.length);
          expect(fifo.peek()).toBe(model[0]);
          expect(fifo.toArray()).toEqual(model);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('gives undefined when it is empty, and is not confused by undefined items', () => {
    const fifo = new Fifo<undefined>();
    expect(fifo.shift()).toBeUndefined();
    fifo.push(undefined);
    expect(fifo.length).toBe(1);
    fifo.shift();
    expect(fifo.length).toBe(0);
  });
});
