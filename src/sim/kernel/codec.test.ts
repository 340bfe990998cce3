import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codec, decodePlain, encodePlain, type Packet, StateCodec } from './codec.ts';
import { assertPlain, deepFreeze, NotPlainDataError } from './plain-data.ts';

const WHAT = 'the body';

/** Objects with keys that keep changing, as dictionaries have them, and everything else that is plain. */
const plain: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double().filter((number) => !Object.is(number, -0)),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array({ maxLength: 40 }),
  ),
  key: fc.oneof(fc.constantFrom('a', 'b', 'kind', 'name'), fc.string({ unit: 'grapheme' })).filter(isFit),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(tie('key') as fc.Arbitrary<string>, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    fc.array(fc.tuple(tie('leaf'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).value;

function isFit(key: string): boolean {
  return key !== '__proto__';
}

function bytesOf(packet: Packet): string {
  return Buffer.from(packet.bytes).toString('hex');
}

/** Everything that is reachable and could be changed, other than bytes. */
function mutableParts(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const own = Object.isFrozen(value) ? [] : [path === '' ? '(itself)' : path];
  if (value instanceof Map) {
    try {
      value.set('more', 1);
      own.push(`${path}.set works`);
    } catch {}
    return [
      ...own,
      ...[...value].flatMap(([key, item]) => [key, item].flatMap((each) => mutableParts(each, `${path}.get`))),
    ];
  }
  if (value instanceof Set) {
    try {
      value.add('more');
      own.push(`${path}.add works`);
    } catch {}
    return [...own, ...[...value].flatMap((item) => mutableParts(item, `${path}.has`))];
  }
  return [...own, ...Object.entries(value).flatMap(([key, item]) => mutableParts(item, `${path}.${key}`))];
}

describe('a codec', () => {
  it('brings back what it was given, deeply frozen, whatever plain data it is', () => {
    const codec = new Codec();
    fc.assert(
      fc.property(plain, (body) => {
        const value = codec.decode(codec.encode(body, WHAT));
        expect(value).toEqual(body);
        expect(mutableParts(value)).toEqual([]);
        assertPlain(value, WHAT);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['an object', { a: { b: { c: 1 } } }],
    ['an array', [[{ a: [1] }]]],
    ['a Map of objects', new Map([[{ key: 1 }, { value: [new Map([['x', {}]])] }]])],
    ['a Set of objects', new Set([{ a: [1] }, new Set([[1]])])],
    ['a Map deep inside', { a: [{ b: new Map([['x', { y: 1 }]]) }] }],
  ])('freezes %s to its last leaf', (_, body) => {
    const codec = new Codec();
    expect(mutableParts(body)).not.toEqual([]);
    expect(mutableParts(codec.decode(codec.encode(structuredClone(body), WHAT)))).toEqual([]);
  });

  it.each(['set', 'delete', 'clear'] as const)('lets nobody %s on a Map that it has decoded', (mutator) => {
    const codec = new Codec();
    const map = codec.decode(codec.encode({ map: new Map([['k', 1]]) }, WHAT)) as { map: Map<string, number> };
    expect(() => map.map[mutator]('k', 2)).toThrow(/frozen/);
    expect([...map.map]).toEqual([['k', 1]]);
  });

  it.each(['add', 'delete', 'clear'] as const)('lets nobody %s on a Set that it has decoded', (mutator) => {
    const codec = new Codec();
    const set = codec.decode(codec.encode(new Set(['k']), WHAT)) as Set<string>;
    expect(() => set[mutator]('k')).toThrow(/frozen/);
    expect([...set]).toEqual(['k']);
  });

  it('decodes a shared packet once, into one value that all receivers share', () => {
    const codec = new Codec();
    const packet = codec.encode({ pod: { name: 'web' } }, WHAT);
    packet.shared = true;
    expect(codec.decode(packet)).toBe(codec.decode(packet));
  });

  it('takes a body as it is when it is encoded: later changes do not reach the packet', () => {
    const codec = new Codec();
    const body = { bytes: Uint8Array.of(1, 2, 3), list: [1] };
    const packet = codec.encode(body, WHAT);
    body.bytes[0] = 9;
    body.list.push(2);
    expect(codec.decode(packet)).toEqual({ bytes: Uint8Array.of(1, 2, 3), list: [1] });
  });

  it('keeps the bytes of a packet apart from the value that was decoded of it', () => {
    const codec = new Codec();
    const packet = codec.encode({ bytes: Uint8Array.of(1, 2, 3) }, WHAT);
    const before = bytesOf(packet);
    (codec.decode(packet) as { bytes: Uint8Array }).bytes[0] = 9;
    expect(bytesOf(packet)).toBe(before);
  });

  it('keeps earlier packets whole while later ones are written, across chunks and for bodies larger than a chunk', () => {
    const codec = new Codec();
    const bodies = Array.from({ length: 300 }, (_, i) => ({ i, text: 'x'.repeat((i * 977) % 3000) }));
    bodies.push({ i: -1, text: 'y'.repeat(200_000) }, { i: -2, text: 'z' });
    const packets = bodies.map((body) => codec.encode(body, WHAT));
    expect(packets.map((packet) => codec.decode(packet))).toEqual(bodies);
  });

  it('sends what it has frozen as one packet, however often', () => {
    const codec = new Codec();
    const body = codec.freeze({ a: [1, 2] }, WHAT);
    expect(Object.isFrozen(body)).toBe(true);
    const packet = codec.encode(body, WHAT);
    expect(codec.encode(body, WHAT)).toBe(packet);
    expect(codec.decode(packet)).toBe(body);
    expect(codec.freeze(body, WHAT)).toBe(body);
  });

  it('freezes a copy and leaves what it was given as it was', () => {
    const codec = new Codec();
    const body = { a: [1] };
    const frozen = codec.freeze(body, WHAT);
    expect(frozen).not.toBe(body);
    body.a.push(2);
    expect(frozen).toEqual({ a: [1] });
  });

  it('writes the same bytes after its structures have been saved and restored, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.array(plain, { maxLength: 30 }),
        fc.array(plain, { minLength: 1, maxLength: 10 }),
        (before, after) => {
          const original = new Codec();
          for (const body of before) original.decode(original.encode(body, WHAT));
          const restored = new Codec(false, decodePlain(encodePlain(original.save())) as ReturnType<Codec['save']>);
          for (const body of after) {
            const packet = original.encode(body, WHAT);
            const again = restored.encode(body, WHAT);
            expect(bytesOf(again)).toBe(bytesOf(packet));
            expect(restored.decode(again)).toEqual(original.decode(packet));
          }
          expect(restored.save()).toEqual(original.save());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does so too when dictionaries have used up all structures, and still freezes what it decodes', () => {
    const original = new Codec();
    let restored = new Codec();
    for (let i = 0; i < 12_000; i++) {
      const body = { [`pod-${i}`]: i, spec: { [`label-${i}`]: `${i}`, image: 'nginx' } };
      const packet = original.encode(body, WHAT);
      // Before, at, and after the bound of structures, and while msgpackr rebuilds its table of them.
      if (i % 1499 === 0 || i === 4079 || i === 4080 || i === 4081) restored = new Codec(false, original.save());
      else {
        const again = restored.encode(body, WHAT);
        if (!again.sameBytes(packet)) expect(bytesOf(again)).toBe(bytesOf(packet));
      }
      if (i % 100 === 0) {
        const value = original.decode(packet);
        expect(value).toEqual(body);
        expect(mutableParts(value)).toEqual([]);
        restored.decode(packet);
      }
    }
    const last = original.encode({ never: { seen: { before: 1 } } }, WHAT);
    original.decode(last);
    expect(original.save().length).toBe(8160);
    expect(new Codec(false, original.save()).encode({ a: 1 }, WHAT).sameBytes(original.encode({ a: 1 }, WHAT))).toBe(
      true,
    );
  });

  it('can decode what was on its way before it has written anything after a restore', () => {
    for (const learnt of [1, 32, 33, 64, 100, 2000, 8160]) {
      const original = new Codec();
      for (let i = 0; i < learnt; i++) original.encode({ [`k${i}`]: i, text: 'abc' }, WHAT);
      for (const which of [0, 31, 32, learnt - 1]) {
        const body = { [`k${Math.min(which, learnt - 1)}`]: 7, text: 'def' };
        expect(new Codec(false, original.save()).decode(original.encode(body, WHAT))).toEqual(body);
      }
    }
  });

  it('learns nothing from another codec of the same process', () => {
    const lone = new Codec();
    const loneBytes = [1, 2, 3].map((i) => bytesOf(lone.encode({ [`k${i}`]: i, shared: { x: i } }, WHAT)));
    const one = new Codec();
    const other = new Codec();
    const bytes = [1, 2, 3].map((i) => {
      other.encode({ [`other-${i}`]: { y: i } }, WHAT);
      const packet = one.encode({ [`k${i}`]: i, shared: { x: i } }, WHAT);
      other.decode(other.encode({ shared: { x: { deep: i } } }, WHAT));
      return bytesOf(packet);
    });
    expect(bytes).toEqual(loneBytes);
  });

  it('finds out in paranoid mode when receivers change the bytes that they share', () => {
    const codec = new Codec(true);
    const packet = codec.encode({ bytes: Uint8Array.of(1, 2, 3) }, WHAT);
    packet.shared = true;
    const value = codec.decode(packet) as { bytes: Uint8Array };
    expect(codec.decode(packet)).toBe(value);
    value.bytes[1] = 0;
    expect(() => codec.decode(packet)).toThrow(/changed/);
  });

  it('tells packets of the same bytes from others', () => {
    const codec = new Codec();
    const [a, b, c] = [{ x: 1 }, { x: 1 }, { x: 2 }].map((body) => codec.encode(body, WHAT)) as [
      Packet,
      Packet,
      Packet,
    ];
    expect(a.sameBytes(a)).toBe(true);
    codec.encode({ x: 1 }, WHAT);
    expect(b.sameBytes(codec.encode({ x: 1 }, WHAT))).toBe(true);
    expect(b.sameBytes(c)).toBe(false);
  });

  it('refuses a body that is not plain before it writes anything, and goes on as if nothing had been', () => {
    const codec = new Codec();
    const fresh = new Codec();
    expect(() => codec.encode({ unseen: { f: () => 1 } }, WHAT)).toThrow(NotPlainDataError);
    expect(bytesOf(codec.encode({ a: 1 }, WHAT))).toBe(bytesOf(fresh.encode({ a: 1 }, WHAT)));
  });
});

describe('a snapshot of plain data', () => {
  it('comes back equal and free to change, whatever it is', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(decodePlain(encodePlain(value))).toEqual(value);
      }),
    );
    const back = decodePlain(encodePlain(deepFreeze({ a: [1], m: new Map([['k', {}]]) }))) as {
      a: number[];
      m: Map<string, object>;
    };
    back.a.push(2);
    back.m.set('more', {});
    expect(back.a).toEqual([1, 2]);
  });

  it('may hold more kinds of objects than there are structures', () => {
    const all = Array.from({ length: 9000 }, (_, i) => ({ [`key-${i}`]: { [`inner-${i}`]: i } }));
    expect(decodePlain(encodePlain(all))).toEqual(all);
  });
});

describe('the codec of states', () => {
  it('reads, with what it has learnt restored, all that it wrote before, however many kinds of objects there were', () => {
    const states = Array.from({ length: 100 }, (_, i) => ({ [`field${i}`]: i, inner: { [`deep${i}`]: [i] } }));
    const codec = new StateCodec();
    const written = states.map((state) => codec.encode(state).slice());
    const restored = new StateCodec(codec.save());
    expect(written.map((bytes) => restored.decode(bytes))).toEqual(states);
    // And what it goes on to write is read in turn.
    const more = { field3: 'x', brandNew: true };
    const bytes = restored.encode(more).slice();
    expect(new StateCodec(restored.save()).decode(bytes)).toEqual(more);
  });
});
