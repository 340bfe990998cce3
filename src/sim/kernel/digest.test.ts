import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from './digest.ts';

type Item =
  | { readonly type: 'event'; readonly words: readonly [number, number, number, number] }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'text'; readonly text: string };

const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({
    type: fc.constant('event' as const),
    words: fc.tuple(fc.nat(255), fc.nat({ max: 2 ** 40 }), fc.nat(), fc.nat()),
  }),
  fc.record({ type: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({
    type: fc.constant('bytes' as const),
    bytes: fc.integer({ min: 60_000, max: 140_000 }).map((length) => new Uint8Array(length).fill(length & 0xff)),
  }),
  fc.record({ type: fc.constant('text' as const), text: fc.string() }),
);

function feed(digest: Digest, items: readonly Item[]): Digest {
  for (const each of items) {
    if (each.type === 'event') digest.event(...each.words);
    else if (each.type === 'text') digest.text(each.text);
    else digest.bytes(each.bytes);
  }
  return digest;
}

const hexOf = (items: readonly Item[]): string => feed(new Digest(), items).hex();

/** A run that fills several blocks. */
function longRun(
  change?: (index: number) => Partial<{ kind: number; time: number; subject: number; object: number }>,
): string {
  const digest = new Digest();
  for (let i = 0; i < 20_000; i++) {
    const { kind = i % 18, time = i * 10, subject = i % 7, object = i % 5 } = change?.(i) ?? {};
    digest.event(kind, time, subject, object);
  }
  return digest.hex();
}

describe('a digest', () => {
  it('is 32 hexadecimal digits, and the same for the same run', () => {
    expect(longRun()).toMatch(/^[0-9a-f]{32}$/);
    expect(longRun()).toBe(longRun());
  });

  it.each([
    ['its kind', { kind: 200 }],
    ['its time', { time: 1 }],
    ['its time beyond 32 bits', { time: 2 ** 40 }],
    ['its subject', { subject: 99 }],
    ['its object', { object: 99 }],
  ])('changes when one event of 20,000 changes %s, wherever it stands', (_, change) => {
    for (const at of [0, 1, 4095, 4096, 4097, 8191, 19_999])
      expect(longRun((i) => (i === at ? change : {}))).not.toBe(longRun());
  });

  it('changes when two events change places', () => {
    const a: Item = { type: 'event', words: [1, 5, 2, 3] };
    const b: Item = { type: 'event', words: [1, 5, 3, 2] };
    expect(hexOf([a, b])).not.toBe(hexOf([b, a]));
  });

  it('changes with any byte of a body, with its length, and with where one body ends and the next begins', () => {
    for (const length of [1, 3, 4, 5, 127, 128, 129, 1000, 65_528, 65_532, 65_533, 70_000, 150_000]) {
      const bytes = new Uint8Array(length).fill(7);
      const whole = hexOf([{ type: 'bytes', bytes }]);
      for (const at of [0, length >> 1, length - 1]) {
        const other = bytes.slice();
        other[at] = 8;
        expect(hexOf([{ type: 'bytes', bytes: other }])).not.toBe(whole);
      }
      expect(hexOf([{ type: 'bytes', bytes: bytes.subarray(1) }])).not.toBe(whole);
      expect(hexOf([{ type: 'bytes', bytes: new Uint8Array(length + 1).fill(7, 0, length) }])).not.toBe(whole);
    }
    const parts = (...lengths: number[]): string =>
      hexOf(lengths.map((length) => ({ type: 'bytes', bytes: new Uint8Array(length).fill(7) })));
    expect(parts(4, 8)).not.toBe(parts(8, 4));
    expect(parts(0, 8)).not.toBe(parts(8, 0));
    expect(parts(0)).not.toBe(parts());
    // A body that is larger than a block is written in parts of half a block.
    expect(parts(65_536)).not.toBe(parts(32_768, 32_768));
  });

  it('is the same for a range of a buffer as for a copy of it, whatever stood in the block before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 8 }), (lengths) => {
        const one = new Digest();
        const other = new Digest();
        for (const length of lengths) {
          const buffer = new Uint8Array(length + 11).map((_, i) => i * 31 + length);
          one.range(buffer, 5, 5 + length);
          other.bytes(buffer.slice(5, 5 + length));
        }
        expect(one.hex()).toBe(other.hex());
      }),
    );
  });

  it('goes on the same after it has been saved and loaded at any point, and does not change by being read', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), fc.nat(40), (items, at) => {
        const original = feed(new Digest(), items.slice(0, at));
        const saved = original.save();
        const restored = feed(new Digest(), [{ type: 'text', text: 'something else' }]);
        restored.load(saved);
        expect(restored.hex()).toBe(original.hex());
        feed(original, items.slice(at));
        feed(restored, items.slice(at));
        expect(restored.hex()).toBe(original.hex());
        expect(original.hex()).toBe(hexOf(items));
      }),
      { numRuns: 60 },
    );
  });

  it('does not change what it has saved', () => {
    const digest = feed(new Digest(), [{ type: 'text', text: 'a' }]);
    const saved = digest.save();
    const copy = structuredClone(saved);
    feed(digest, [{ type: 'bytes', bytes: new Uint8Array(100_000) }]);
    expect(saved).toEqual(copy);
  });
});
