/** What lies in files: checksums, records and recovery. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { segmentFile, snapshotFile, sortFiles, unfinished } from './log-files.ts';
import { decodeRecords, encodeRecords } from './record.ts';
import { recover } from './recovery.ts';
import { encodeSnapshot, imageOf } from './snapshot-file.ts';
import { emptyStore } from './store-state.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('crc32c', () => {
  /** RFC 3720, B.4, and the check value of the catalogue of parametrised CRC algorithms. */
  it.each([
    ['123456789', bytesOf('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['32 ascending', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ])('of %s is the published one', (_, bytes, checksum) => {
    expect(crc32c(bytes)).toBe(checksum);
    const [head, tail] = [bytes.subarray(0, 5), bytes.subarray(5)];
    expect(crc32c(tail, crc32c(head))).toBe(checksum);
  });
});

const values = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.nat()), fc.constant('\ud800')), {
  minLength: 1,
  maxLength: 5,
});

describe('records', () => {
  it('come back as they were', () => {
    const property = fc.property(values, (all) => {
      expect(decodeRecords(encodeRecords(all))).toMatchObject({ values: all, end: 'whole' });
    });
    fc.assert(property);
  });

  it('that are cut off are torn, and those before them are whole', () => {
    const property = fc.property(values, fc.nat(), (all, at) => {
      const bytes = encodeRecords(all);
      const cut = bytes.subarray(0, at % bytes.length);
      const decoded = decodeRecords(cut);
      expect(decoded.end).toBe(decoded.goodBytes === cut.length ? 'whole' : 'torn');
      expect(decoded.values).toEqual(all.slice(0, decoded.values.length));
      expect(encodeRecords(decoded.values)).toHaveLength(decoded.goodBytes);
    });
    fc.assert(property);
  });

  it('of which any bit is flipped are corrupt', () => {
    const property = fc.property(values, fc.nat(), (all, at) => {
      const bytes = encodeRecords(all);
      const bit = at % (bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(decodeRecords(bytes).end).toBe('corrupt');
    });
    fc.assert(property);
  });
});

describe('recover', () => {
  const entry = (index: number) => [index, index, { op: 'put', key: `k${index}`, value: '' }];
  const entries = (from: number, to: number): Uint8Array =>
    encodeRecords(Array.from({ length: to - from + 1 }, (_, i) => entry(from + i)));
  const snapshot = (index: number): Uint8Array => encodeSnapshot(index, imageOf(emptyStore()));
  const rotten = (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
  const wal = (first: number): string => segmentFile('d', first);
  const snap = (index: number): string => snapshotFile('d', index);
  const after = (files: Record<string, Uint8Array>) => {
    const recovery = recover('d', sortFiles('d', Object.keys(files)), new Map(Object.entries(files)));
    if (!recovery.ok) return recovery.reason;
    const { snapshot: found, entries: all, truncate, segment } = recovery;
    return { snapshot: found?.index, entries: all.map(({ index }) => index), truncate: truncate?.size, segment };
  };
  const good = { snapshot: undefined, truncate: undefined };

  it.each<[string, Record<string, Uint8Array>, unknown]>([
    ['nothing', {}, { ...good, entries: [], segment: undefined }],
    ['an empty segment', { [wal(1)]: new Uint8Array(0) }, { ...good, entries: [], segment: 1 }],
    ['a log', { [wal(1)]: entries(1, 3), [wal(4)]: entries(4, 5) }, { ...good, entries: [1, 2, 3, 4, 5], segment: 4 }],
    [
      'a snapshot and the log after it',
      { [snap(3)]: snapshot(3), [wal(1)]: entries(1, 2), [wal(3)]: entries(3, 5) },
      { ...good, snapshot: 3, entries: [4, 5], segment: 3 },
    ],
    [
      'damage that a snapshot covers',
      { [snap(3)]: snapshot(3), [wal(1)]: rotten(entries(1, 3)), [wal(4)]: entries(4, 4) },
      { ...good, snapshot: 3, entries: [4], segment: 4 },
    ],
    [
      'an unfinished snapshot',
      { [unfinished(snap(3))]: snapshot(3), [wal(1)]: entries(1, 4) },
      { ...good, entries: [1, 2, 3, 4], segment: 1 },
    ],
    [
      'a damaged snapshot and an older one',
      { [snap(2)]: snapshot(2), [snap(4)]: rotten(snapshot(4)), [wal(1)]: entries(1, 5) },
      { ...good, snapshot: 2, entries: [3, 4, 5], segment: 1 },
    ],
    [
      'a damaged snapshot and all of the log',
      { [snap(2)]: rotten(snapshot(2)), [wal(1)]: entries(1, 3) },
      { ...good, entries: [1, 2, 3], segment: 1 },
    ],
    [
      'a torn tail',
      { [wal(1)]: entries(1, 2).subarray(0, -1) },
      { ...good, entries: [1], truncate: entries(1, 1).length, segment: 1 },
    ],
    [
      'a log that ends before its snapshot',
      { [snap(9)]: snapshot(9), [wal(1)]: entries(1, 2) },
      { ...good, snapshot: 9, entries: [], segment: undefined },
    ],
    ['damage', { [wal(1)]: rotten(entries(1, 2)) }, `${wal(1)}: checksum mismatch at byte ${entries(1, 1).length}.`],
    [
      'damage before the last segment',
      { [wal(1)]: entries(1, 2).subarray(0, -1), [wal(3)]: entries(3, 3) },
      `${wal(1)}: cut off at byte ${entries(1, 1).length}, and ${wal(3)} goes on.`,
    ],
    ['a missing segment', { [wal(1)]: entries(1, 2), [wal(4)]: entries(4, 5) }, `${wal(4)}: entry 4 follows entry 2.`],
    [
      'a damaged snapshot whose log is gone',
      { [snap(2)]: rotten(snapshot(2)), [wal(3)]: entries(3, 3) },
      `${wal(3)}: entry 3 follows entry 0.`,
    ],
    [
      'a damaged snapshot and nothing else',
      { [snap(2)]: rotten(snapshot(2)) },
      `${snap(2)}: damaged, and the log ends before it, with entry 0.`,
    ],
  ])('%s', (_, files, expected) => {
    expect(after(files)).toEqual(expected);
  });
});
