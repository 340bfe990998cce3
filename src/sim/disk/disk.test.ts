import { describe, expect, it } from 'vitest';
import { type DiskOperation, type DiskResult, MAX_FILE_BYTES } from '../kernel/disk-operation.ts';
import { compileDistribution } from '../kernel/distribution.ts';
import { assertPlain } from '../kernel/plain-data.ts';
import { RandomStream } from '../kernel/random-stream.ts';
import { Disk, type DiskOptions } from './disk.ts';
import { compileServiceTime } from './service-time.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);

function newDisk(options: Partial<DiskOptions> = {}): Disk {
  return new Disk({ serviceTimeUs: () => 0, chance: new RandomStream('disk'), ...options });
}

function run(disk: Disk, operation: DiskOperation): DiskResult {
  const { ticket, completesAt } = disk.submit(operation, 0);
  return disk.complete(ticket, completesAt);
}

function runAll(disk: Disk, operations: readonly DiskOperation[]): void {
  for (const operation of operations) expect(run(disk, operation)).toMatchObject({ ok: true });
}

/** All files as the page cache has them. */
function files(disk: Disk): Record<string, string | undefined> {
  const listed = run(disk, { kind: 'list' });
  if (!listed.ok || listed.kind !== 'list') throw new Error('list failed');
  return Object.fromEntries(listed.files.map((file) => [file, text(disk.peek(file))]));
}

const write = (file: string, content: string, offset = 0): DiskOperation => ({
  kind: 'write',
  file,
  offset,
  bytes: bytes(content),
});
const append = (file: string, content: string): DiskOperation => ({ kind: 'append', file, bytes: bytes(content) });
const fsync = (file: string): DiskOperation => ({ kind: 'fsync', file });
const fsyncDirectory: DiskOperation = { kind: 'fsyncDirectory' };
const rename = (from: string, to: string): DiskOperation => ({ kind: 'rename', from, to });
const remove = (file: string): DiskOperation => ({ kind: 'remove', file });

describe('operations', () => {
  const outcomes: [promise: string, before: DiskOperation[], operation: DiskOperation, expected: object][] = [
    ['a write makes the file', [], write('a', 'x'), { ok: true, kind: 'write' }],
    ['an append tells where it begins', [write('a', 'xyz')], append('a', '!'), { ok: true, kind: 'append', offset: 3 }],
    [
      'an append of nothing makes the file',
      [append('a', '')],
      { kind: 'stat', file: 'a' },
      { ok: true, kind: 'stat', size: 0 },
    ],
    [
      'a read gives the bytes asked for',
      [write('a', 'hello')],
      { kind: 'read', file: 'a', offset: 1, length: 3 },
      { ok: true, kind: 'read', bytes: bytes('ell') },
    ],
    [
      'a read without length goes to the end',
      [write('a', 'hello')],
      { kind: 'read', file: 'a', offset: 3 },
      { ok: true, kind: 'read', bytes: bytes('lo') },
    ],
    [
      'a read beyond the end is empty',
      [write('a', 'hello')],
      { kind: 'read', file: 'a', offset: 9, length: 2 },
      { ok: true, kind: 'read', bytes: bytes('') },
    ],
    [
      'a gap reads as zeros',
      [write('a', 'x', 2)],
      { kind: 'read', file: 'a', offset: 0 },
      { ok: true, kind: 'read', bytes: bytes('\0\0x') },
    ],
    [
      'a truncation cuts',
      [write('a', 'hello'), { kind: 'truncate', file: 'a', size: 2 }],
      { kind: 'read', file: 'a', offset: 0 },
      { ok: true, kind: 'read', bytes: bytes('he') },
    ],
    [
      'a truncation grows with zeros, not with what was cut',
      [write('a', 'hello'), { kind: 'truncate', file: 'a', size: 2 }, { kind: 'truncate', file: 'a', size: 4 }],
      { kind: 'read', file: 'a', offset: 0 },
      { ok: true, kind: 'read', bytes: bytes('he\0\0') },
    ],
    [
      'a rename replaces',
      [write('a', '1'), write('b', '2'), rename('a', 'b')],
      { kind: 'list' },
      { ok: true, kind: 'list', files: ['b'] },
    ],
    [
      'a rename to the same name does nothing',
      [write('a', '1'), rename('a', 'a')],
      { kind: 'list' },
      { ok: true, kind: 'list', files: ['a'] },
    ],
    [
      'a list is in code-unit order and filtered',
      [append('w/10', ''), append('w/9', ''), append('W/1', ''), append('x', '')],
      { kind: 'list', prefix: 'w/' },
      { ok: true, kind: 'list', files: ['w/10', 'w/9'] },
    ],
    [
      'a read of no file',
      [],
      { kind: 'read', file: 'a', offset: 0 },
      { ok: false, error: 'ENOENT', message: 'read: there is no file "a".' },
    ],
    ['a truncation of no file', [], { kind: 'truncate', file: 'a', size: 0 }, { ok: false, error: 'ENOENT' }],
    ['an fsync of no file', [], fsync('a'), { ok: false, error: 'ENOENT' }],
    ['a rename of no file', [], rename('a', 'a'), { ok: false, error: 'ENOENT' }],
    ['a removal of no file', [write('a', ''), remove('a')], remove('a'), { ok: false, error: 'ENOENT' }],
    ['a stat of no file', [], { kind: 'stat', file: 'a' }, { ok: false, error: 'ENOENT' }],
    [
      'an empty name',
      [],
      write('', 'x'),
      { ok: false, error: 'EINVAL', message: 'write: file is a string, not empty and without NUL, found "".' },
    ],
    ['a name with NUL', [], rename('a', 'b\0'), { ok: false, error: 'EINVAL' }],
    ['a long name', [], append('n'.repeat(1025), ''), { ok: false, error: 'ENAMETOOLONG' }],
    [
      'a negative offset',
      [],
      write('a', 'x', -1),
      { ok: false, error: 'EINVAL', message: 'write: offset is a whole number of bytes, at least 0, found -1.' },
    ],
    [
      'a broken length',
      [append('a', '')],
      { kind: 'read', file: 'a', offset: 0, length: 1.5 },
      { ok: false, error: 'EINVAL' },
    ],
    [
      'bytes that are none',
      [],
      { kind: 'append', file: 'a', bytes: 'x' as unknown as Uint8Array },
      { ok: false, error: 'EINVAL' },
    ],
    [
      'an unknown kind',
      [],
      { kind: 'chmod' } as unknown as DiskOperation,
      { ok: false, error: 'EINVAL', message: "There is no disk operation 'chmod'." },
    ],
    ['a file too large', [], write('a', 'x', MAX_FILE_BYTES), { ok: false, error: 'EFBIG' }],
    [
      'an append to a file too large',
      [append('a', ''), { kind: 'truncate', file: 'a', size: 1 }],
      { kind: 'truncate', file: 'a', size: MAX_FILE_BYTES + 1 },
      { ok: false, error: 'EFBIG' },
    ],
  ];
  for (const [promise, before, operation, expected] of outcomes) {
    it(promise, () => {
      const disk = newDisk();
      runAll(disk, before);
      expect(run(disk, operation)).toMatchObject(expected);
    });
  }

  it('keeps no reference to bytes that it was given or gave', () => {
    const disk = newDisk();
    const given = Buffer.from('abc');
    const { ticket } = disk.submit({ kind: 'write', file: 'a', offset: 0, bytes: given }, 0);
    given.fill(0);
    disk.complete(ticket, 0);
    const read = run(disk, { kind: 'read', file: 'a', offset: 0 });
    if (!read.ok || read.kind !== 'read') throw new Error('read failed');
    read.bytes.fill(0);
    expect(files(disk)).toEqual({ a: 'abc' });
  });
});

describe('capacity', () => {
  it('refuses what would exceed it, and nothing of it is applied', () => {
    const disk = newDisk({ capacityBytes: 10 });
    runAll(disk, [write('a', '12345678')]);
    expect(run(disk, append('b', '123'))).toMatchObject({
      ok: false,
      error: 'ENOSPC',
      message: 'append: "b" would grow by 3 bytes, and 2 are free.',
    });
    expect(run(disk, { kind: 'truncate', file: 'a', size: 11 })).toMatchObject({ ok: false, error: 'ENOSPC' });
    expect(files(disk)).toEqual({ a: '12345678' });
    runAll(disk, [write('a', '', 1000)]); // a write of nothing does not grow a file
    runAll(disk, [write('a', 'abcdefgh'), append('b', '12')]);
    expect(disk.usedBytes).toBe(10);
  });

  it('gives room back by truncation, removal, replacement and power loss', () => {
    const disk = newDisk({ capacityBytes: 10 });
    runAll(disk, [write('a', '1234'), fsync('a'), write('b', '123456'), { kind: 'truncate', file: 'b', size: 5 }]);
    expect(disk.usedBytes).toBe(9);
    runAll(disk, [rename('a', 'b')]);
    expect(disk.usedBytes).toBe(4);
    runAll(disk, [rename('b', 'b'), append('b', '56')]);
    expect(disk.usedBytes).toBe(6);
    runAll(disk, [remove('b')]);
    expect(disk.usedBytes).toBe(0);
    disk.powerLoss();
    expect(disk.usedBytes).toBe(4);
  });
});

describe('guarantees 3 to 7: what a power loss leaves', () => {
  const losses: [promise: string, before: DiskOperation[], left: Record<string, string>][] = [
    [
      '3: content and size of the last fsync',
      [write('a', 'old'), fsync('a'), write('a', 'newer'), append('a', '!')],
      { a: 'old' },
    ],
    [
      '3: content cut since the last fsync',
      [write('a', 'old'), fsync('a'), { kind: 'truncate', file: 'a', size: 1 }, append('a', 'x')],
      { a: 'old' },
    ],
    ['3: an fsync covers its own file only', [write('a', '1'), write('b', '2'), fsync('a')], { a: '1' }],
    [
      '3: synced content belongs to the file, not to the name',
      [write('a', '1'), fsync('a'), rename('a', 'b'), append('b', '2'), fsync('b'), append('b', '3')],
      { b: '12' },
    ],
    ['4: a creation without any sync is lost', [write('a', '1')], {}],
    ['4: fsyncDirectory covers a removal', [write('a', '1'), fsync('a'), remove('a'), fsyncDirectory], {}],
    [
      '4: an fsync of another file does not cover a removal',
      [write('a', '1'), fsync('a'), remove('a'), write('b', '2'), fsync('b')],
      { a: '1', b: '2' },
    ],
    [
      '5: what a name depends on is durable with it',
      [write('a', '1'), fsync('a'), rename('a', 'b'), write('a', '2'), fsync('a')],
      { a: '2', b: '1' },
    ],
    [
      '6: a rename without sync is undone as a whole',
      [write('a', '1'), fsync('a'), write('b', '2'), fsync('b'), rename('a', 'b')],
      { a: '1', b: '2' },
    ],
    [
      '6: a removed file is back with its synced content',
      [write('a', '1'), fsync('a'), append('a', '2'), remove('a')],
      { a: '1' },
    ],
    ['7: fsyncDirectory makes no content durable', [write('t', '1'), rename('t', 'a'), fsyncDirectory], { a: '' }],
    [
      '7: replacing a file without fsync of the new one empties it',
      [write('a', 'old'), fsync('a'), write('t', 'new'), rename('t', 'a'), fsyncDirectory],
      { a: '' },
    ],
    [
      '7: replacing a file in the right order',
      [write('a', 'old'), fsync('a'), write('t', 'new'), fsync('t'), rename('t', 'a'), fsyncDirectory],
      { a: 'new' },
    ],
    [
      '7: in the right order, but the rename is lost',
      [write('a', 'old'), fsync('a'), write('t', 'new'), fsync('t'), rename('t', 'a')],
      { a: 'old', t: 'new' },
    ],
  ];
  for (const [promise, before, left] of losses) {
    it(promise, () => {
      const disk = newDisk();
      runAll(disk, before);
      const foreseen = Object.keys(left).map((file) => [file, text(disk.peek(file, 'durable'))]);
      disk.powerLoss();
      expect(files(disk)).toEqual(left);
      expect(Object.fromEntries(foreseen)).toEqual(left);
    });
  }

  it('3: loses what was submitted and had not completed, and tells which', () => {
    const disk = newDisk();
    runAll(disk, [write('a', '1'), fsync('a')]);
    const tickets = [append('a', '2'), fsync('a')].map((operation) => disk.submit(operation, 0).ticket);
    expect(disk.powerLoss().lost).toEqual(tickets);
    expect(disk.queueLength).toBe(0);
    expect(() => disk.complete(tickets[0] as number, 0)).toThrow('next is none');
    expect(files(disk)).toEqual({ a: '1' });
  });
});

describe('guarantees 1, 2 and 8: one operation after another', () => {
  it('serves serially: each begins when the one before it is done', () => {
    const disk = newDisk({ serviceTimeUs: ({ kind }) => (kind === 'fsync' ? 100 : 10) });
    const times = [
      disk.submit(append('a', '1'), 1000),
      disk.submit(fsync('a'), 1005),
      disk.submit(append('a', '2'), 5000),
    ];
    expect(times.map(({ completesAt }) => completesAt)).toEqual([1010, 1110, 5010]);
    expect(disk.queueLength).toBe(3);
  });

  it('applies at completion and in the order of submission', () => {
    const disk = newDisk({ serviceTimeUs: () => 10 });
    const first = disk.submit(append('a', '1'), 0);
    const second = disk.submit({ kind: 'read', file: 'a', offset: 0 }, 0);
    expect(disk.peek('a')).toBeUndefined();
    expect(() => disk.complete(second.ticket, 20)).toThrow('next is 0');
    expect(() => disk.complete(first.ticket, 9)).toThrow('completes at 10');
    expect(disk.complete(first.ticket, 10)).toEqual({ ok: true, kind: 'append', offset: 0 });
    expect(disk.complete(second.ticket, 20)).toEqual({ ok: true, kind: 'read', bytes: bytes('1') });
  });

  it('begins afresh after a power loss', () => {
    const disk = newDisk({ serviceTimeUs: () => 1_000_000 });
    disk.submit(append('a', '1'), 0);
    disk.powerLoss();
    expect(disk.submit(append('a', '1'), 10).completesAt).toBe(1_000_010);
  });

  it('refuses a service time that is no whole number', () => {
    expect(() => newDisk({ serviceTimeUs: () => 0.5 }).submit(fsyncDirectory, 0)).toThrow('found 0.5');
  });
});

describe('service time', () => {
  const times: [DiskOperation, number][] = [
    [{ kind: 'read', file: 'a', offset: 0 }, 1000 + 3000],
    [{ kind: 'read', file: 'a', offset: 1, length: 1 }, 1000 + 1000],
    [{ kind: 'read', file: 'a', offset: 2, length: 9 }, 1000 + 1000],
    [{ kind: 'read', file: 'nowhere', offset: 2, length: 9 }, 1000],
    [{ kind: 'list' }, 1000],
    [{ kind: 'stat', file: 'a' }, 1000],
    [append('a', '12345'), 2000 + 5000],
    [write('a', '12', -1), 2000],
    [rename('a', 'b'), 2000],
    [fsync('a'), 3000],
    [fsyncDirectory, 3000],
  ];
  for (const [operation, expectedUs] of times) {
    it(`of ${JSON.stringify(operation).slice(0, 60)} is ${expectedUs} µs`, () => {
      const chance = new RandomStream('times');
      const [readUs, writeUs, fsyncUs] = [1, 2, 3].map((ms) => compileDistribution(ms));
      const disk = newDisk();
      const slow = newDisk({
        serviceTimeUs: compileServiceTime({ readUs, writeUs, fsyncUs, bytesPerSecond: 1000 }, chance),
      });
      runAll(disk, [append('a', '123')]);
      slow.load(disk.save());
      expect(slow.submit(operation, 0).completesAt).toBe(expectedUs);
    });
  }

  it('costs nothing where nothing is said', () => {
    expect(compileServiceTime({}, new RandomStream('none'))(append('a', 'x'), 1)).toBe(0);
  });
});

describe('guarantee 10: save and load', () => {
  it('is plain data without shared objects, also with the same fault in two disks', () => {
    const fault = { kind: 'error' as const, operations: ['fsync' as const], probability: 0.5 };
    const disks = [newDisk(), newDisk()];
    for (const disk of disks) {
      runAll(disk, [write('a', '1'), fsync('a'), write('a', '2'), rename('a', 'b'), write('a', '3')]);
      disk.submit(append('b', '4'), 5);
      disk.inject(fault);
    }
    expect(() =>
      assertPlain(
        disks.map((disk) => disk.save()),
        'disks',
        true,
      ),
    ).not.toThrow();
  });

  it('shares no byte with the disk', () => {
    const disk = newDisk();
    runAll(disk, [write('a', '1'), fsync('a'), write('a', '2')]);
    disk.submit(append('a', '3'), 5);
    const saved = disk.save();
    const copy = structuredClone(saved);
    const fork = newDisk();
    fork.load(saved);
    for (const each of [disk, fork]) {
      each.inject({ kind: 'bit-rot', bits: 3 });
      each.complete(3, 5);
      runAll(each, [write('a', 'x'), fsync('a')]);
    }
    expect(saved).toEqual(copy);
    const second = newDisk();
    second.load(copy);
    for (const { operation } of copy.queue) if (operation.kind === 'append') operation.bytes.fill(0);
    second.complete(3, 5);
    expect(files(second)).toEqual({ a: '23' });
  });
});
