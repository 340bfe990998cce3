import { describe, expect, it } from 'vitest';
import type { DiskOperation, DiskResult } from '../kernel/disk-operation.ts';
import { RandomStream } from '../kernel/random-stream.ts';
import { Disk } from './disk.ts';
import type { DiskFault } from './disk-fault.ts';
import { SECTOR_BYTES } from './file-content.ts';

function newDisk(key = 'disk', capacityBytes?: number): Disk {
  return new Disk({ serviceTimeUs: () => 100, chance: new RandomStream(key), capacityBytes });
}

function run(disk: Disk, operation: DiskOperation): DiskResult {
  const { ticket, completesAt } = disk.submit(operation, disk.busyUntil);
  return disk.complete(ticket, completesAt);
}

function runAll(disk: Disk, operations: readonly DiskOperation[]): void {
  for (const operation of operations) expect(run(disk, operation)).toMatchObject({ ok: true });
}

/** So many sectors, each filled with its own value from `first` on. */
function sectors(count: number, first: number): Uint8Array {
  return Uint8Array.from({ length: count * SECTOR_BYTES }, (_, i) => first + Math.floor(i / SECTOR_BYTES));
}

/** The values that fill the sectors of a file. */
function picture(disk: Disk, file: string, layer: 'cached' | 'durable' = 'cached'): string | undefined {
  const found = disk.peek(file, layer);
  return (
    found && Array.from({ length: Math.ceil(found.length / SECTOR_BYTES) }, (_, i) => found[i * SECTOR_BYTES]).join(' ')
  );
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, byte, i) => sum + (byte ^ (b[i] as number)).toString(2).replaceAll('0', '').length, 0);
}

const write = (file: string, content: Uint8Array, offset = 0): DiskOperation => ({
  kind: 'write',
  file,
  offset,
  bytes: content,
});
const append = (file: string, content: Uint8Array): DiskOperation => ({ kind: 'append', file, bytes: content });
const fsync = (file: string): DiskOperation => ({ kind: 'fsync', file });

describe('slow', () => {
  const cases: [fault: DiskFault, expectedUs: number][] = [
    [{ kind: 'slow', factor: 2.5 }, 250],
    [{ kind: 'slow', extraMs: 3 }, 3100],
    [{ kind: 'slow', factor: 2, extraMs: 1 }, 1200],
  ];
  for (const [fault, expectedUs] of cases) {
    it(`${JSON.stringify(fault)} makes 100 µs ${expectedUs} µs until it is healed`, () => {
      const disk = newDisk();
      const before = disk.submit({ kind: 'list' }, 0).completesAt;
      const handle = disk.inject(fault);
      const during = disk.submit({ kind: 'list' }, 0).completesAt;
      disk.heal(handle);
      const after = disk.submit({ kind: 'list' }, 0).completesAt;
      expect([before, during - before, after - during]).toEqual([100, expectedUs, 100]);
      expect(disk.witness(handle)).toBe(1);
    });
  }

  it('adds up and does not count where it makes no difference', () => {
    const disk = newDisk();
    const [twice, same, more] = [{ factor: 2 }, {}, { extraMs: 1 }].map((how) =>
      disk.inject({ kind: 'slow', ...how }),
    ) as [number, number, number];
    expect(disk.submit({ kind: 'list' }, 0).completesAt).toBe(1200);
    expect([twice, same, more].map((handle) => disk.witness(handle))).toEqual([1, 0, 1]);
  });
});

describe('full', () => {
  it('refuses what would grow a file and nothing else, until it is healed', () => {
    const disk = newDisk();
    runAll(disk, [write('a', sectors(2, 1))]);
    const handle = disk.inject({ kind: 'full' });
    for (const growing of [
      append('a', sectors(1, 9)),
      write('b', sectors(1, 9)),
      { kind: 'truncate', file: 'a', size: 9999 } as const,
    ]) {
      expect(run(disk, growing)).toMatchObject({ ok: false, error: 'ENOSPC' });
    }
    expect(disk.witness(handle)).toBe(3);
    expect(disk.peek('b')).toBeUndefined();
    runAll(disk, [write('a', sectors(2, 3)), fsync('a'), { kind: 'truncate', file: 'a', size: 512 }]);
    expect(disk.witness(handle)).toBe(3);
    disk.heal(handle);
    runAll(disk, [append('a', sectors(1, 7))]);
    expect(picture(disk, 'a')).toBe('3 7');
  });

  it('does not count what the capacity refuses anyway', () => {
    const disk = newDisk('small', 10);
    const handle = disk.inject({ kind: 'full' });
    expect(run(disk, append('a', sectors(1, 1)))).toMatchObject({ error: 'ENOSPC' });
    expect(disk.witness(handle)).toBe(0);
  });
});

describe('error', () => {
  it('fails operations of its kinds without effect, and no others', () => {
    const disk = newDisk();
    const handle = disk.inject({ kind: 'error', operations: ['append', 'fsync'], probability: 1 });
    runAll(disk, [write('a', sectors(1, 1))]);
    for (const failing of [append('a', sectors(1, 2)), append('new', sectors(1, 2)), fsync('a')]) {
      expect(run(disk, failing)).toEqual({ ok: false, error: 'EIO', message: `${failing.kind}: the device failed.` });
    }
    expect(disk.witness(handle)).toBe(3);
    expect([picture(disk, 'a'), disk.peek('new'), disk.peek('a', 'durable')]).toEqual(['1', undefined, undefined]);
    disk.heal(handle);
    runAll(disk, [fsync('a')]);
    expect(picture(disk, 'a', 'durable')).toBe('1');
  });

  it('strikes with its probability and counts only where it struck', () => {
    const disk = newDisk();
    const handle = disk.inject({ kind: 'error', operations: ['list'], probability: 0.25 });
    let failed = 0;
    for (let i = 0; i < 1000; i++) if (!run(disk, { kind: 'list' }).ok) failed++;
    expect(failed).toBe(disk.witness(handle));
    expect(Math.abs(failed - 250)).toBeLessThan(60);
  });
});

describe('torn-write', () => {
  /** What a power loss can leave of a file, over many streams of chance, with the sum of the witnesses. */
  function outcomes(prepare: (disk: Disk) => void): { left: string[]; witness: number } {
    const left = new Set<string>();
    let witness = 0;
    for (let i = 0; i < 200; i++) {
      const disk = newDisk(`torn-${i}`);
      const handle = disk.inject({ kind: 'torn-write' });
      prepare(disk);
      disk.powerLoss();
      left.add(picture(disk, 'a') ?? 'none');
      witness += disk.witness(handle);
    }
    return { left: [...left].sort(), witness };
  }

  const cases: [promise: string, prepare: (disk: Disk) => void, left: string[]][] = [
    [
      'lets a prefix of what was appended survive, by sectors',
      (disk) =>
        runAll(disk, [append('a', sectors(1, 1)), fsync('a'), append('a', sectors(2, 2)), append('a', sectors(1, 4))]),
      ['1', '1 2', '1 2 3', '1 2 3 4'],
    ],
    [
      'lets overwritten sectors survive in the order in which they were written',
      (disk) =>
        runAll(disk, [
          append('a', sectors(3, 1)),
          fsync('a'),
          write('a', sectors(1, 8), 512),
          write('a', sectors(1, 9)),
        ]),
      ['1 2 3', '1 8 3', '9 8 3'],
    ],
    [
      'tears the write in flight, but none behind it',
      (disk) => {
        runAll(disk, [append('a', sectors(1, 1)), fsync('a')]);
        disk.submit(append('a', sectors(2, 2)), 0);
        disk.submit(append('a', sectors(2, 4)), 0);
      },
      ['1', '1 2', '1 2 3'],
    ],
    ['leaves nothing of a file without a durable name', (disk) => runAll(disk, [append('a', sectors(2, 1))]), ['none']],
    [
      'leaves what is durable alone',
      (disk) => {
        runAll(disk, [append('a', sectors(2, 1)), fsync('a')]);
        disk.submit({ kind: 'truncate', file: 'a', size: 0 }, 0);
      },
      ['1 2'],
    ],
  ];
  for (const [promise, prepare, expected] of cases) {
    it(promise, () => {
      const { left, witness } = outcomes(prepare);
      expect(left).toEqual(expected);
      expect(witness > 0).toBe(expected.length > 1);
    });
  }

  it('makes what survived durable and counts files of which something survived', () => {
    let survived = 0;
    for (let i = 0; i < 50; i++) {
      const disk = newDisk(`durable-${i}`);
      const handle = disk.inject({ kind: 'torn-write' });
      runAll(disk, [append('a', sectors(1, 1)), fsync('a'), append('a', sectors(1, 2))]);
      disk.powerLoss();
      const left = picture(disk, 'a');
      survived += left === '1 2' ? 1 : 0;
      expect(disk.witness(handle)).toBe(left === '1 2' ? 1 : 0);
      disk.powerLoss();
      expect(picture(disk, 'a')).toBe(left);
    }
    expect(survived).toBeGreaterThan(0);
    expect(survived).toBeLessThan(50);
  });

  it('is over when healed', () => {
    const disk = newDisk();
    disk.heal(disk.inject({ kind: 'torn-write' }));
    runAll(disk, [append('a', sectors(1, 1)), fsync('a'), append('a', sectors(99, 2))]);
    disk.powerLoss();
    expect(picture(disk, 'a')).toBe('1');
  });
});

describe('bit-rot', () => {
  it('inverts so many bits of the file, in the page cache and on the medium', () => {
    const disk = newDisk();
    runAll(disk, [write('a', sectors(2, 1)), fsync('a'), write('b', sectors(2, 1)), fsync('b')]);
    const handle = disk.inject({ kind: 'bit-rot', file: 'a', bits: 5 });
    expect(disk.witness(handle)).toBe(5);
    expect(differingBits(disk.peek('a') as Uint8Array, sectors(2, 1))).toBe(5);
    expect(disk.peek('b')).toEqual(sectors(2, 1));
    disk.powerLoss();
    expect(differingBits(disk.peek('a') as Uint8Array, sectors(2, 1))).toBe(5);
  });

  it('hits the durable content also beneath changed sectors', () => {
    const disk = newDisk();
    runAll(disk, [write('a', sectors(1, 1)), fsync('a'), write('a', sectors(1, 9))]);
    disk.inject({ kind: 'bit-rot', bits: 7 });
    expect(differingBits(disk.peek('a') as Uint8Array, sectors(1, 9))).toBe(7);
    expect(differingBits(disk.peek('a', 'durable') as Uint8Array, sectors(1, 1))).toBe(7);
  });

  it('spreads over all files if none is named, and stops at the last bit', () => {
    const disk = newDisk();
    runAll(disk, [write('a', Uint8Array.of(1, 2)), write('b', Uint8Array.of(3))]);
    const handle = disk.inject({ kind: 'bit-rot', bits: 1000 });
    expect([disk.peek('a'), disk.peek('b'), disk.witness(handle)]).toEqual([
      Uint8Array.of(254, 253),
      Uint8Array.of(252),
      24,
    ]);
  });

  it('touches nothing where there is nothing', () => {
    const disk = newDisk();
    expect(disk.witness(disk.inject({ kind: 'bit-rot', bits: 1 }))).toBe(0);
    expect(disk.witness(disk.inject({ kind: 'bit-rot', file: 'a', bits: 1 }))).toBe(0);
  });
});

describe('misdirected-write', () => {
  it('reports success, puts the bytes down elsewhere, and leaves the old ones where they belong', () => {
    const places = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const disk = newDisk(`astray-${i}`);
      runAll(disk, [write('a', sectors(2, 1)), fsync('a'), write('b', sectors(1, 3)), fsync('b')]);
      const handle = disk.inject({ kind: 'misdirected-write', probability: 1 });
      expect(run(disk, write('a', sectors(1, 9)))).toEqual({ ok: true, kind: 'write' });
      expect(disk.witness(handle)).toBe(1);
      places.add(`${picture(disk, 'a')}, ${picture(disk, 'b')}`);
      // The damage is on the medium: a power loss does not undo it.
      expect(picture(disk, 'a', 'durable')).toBe(picture(disk, 'a'));
      expect(picture(disk, 'b', 'durable')).toBe(picture(disk, 'b'));
      expect(run(disk, { kind: 'read', file: 'a', offset: 0 })).toEqual({
        ok: true,
        kind: 'read',
        bytes: disk.peek('a'),
      });
    }
    expect([...places].sort()).toEqual(['1 2, 9', '1 9, 3']);
  });

  it('grows the file as if it had succeeded, and stops at the end of the file that it hits', () => {
    const disk = newDisk();
    runAll(disk, [write('b', sectors(1, 3).subarray(0, 100))]);
    disk.inject({ kind: 'misdirected-write', probability: 1 });
    expect(run(disk, append('a', sectors(1, 9)))).toEqual({ ok: true, kind: 'append', offset: 0 });
    expect([picture(disk, 'a'), picture(disk, 'b')]).toEqual(['0', '9']);
    expect([disk.peek('a')?.length, disk.peek('b')?.length, disk.usedBytes]).toEqual([512, 100, 612]);
  });

  it('loses the bytes where there is no other place', () => {
    const disk = newDisk();
    const handle = disk.inject({ kind: 'misdirected-write', probability: 1 });
    runAll(disk, [append('a', sectors(1, 9)), append('a', new Uint8Array(0))]);
    expect([picture(disk, 'a'), disk.witness(handle)]).toEqual(['0', 1]);
    disk.heal(handle);
    runAll(disk, [write('a', sectors(1, 8))]);
    expect(picture(disk, 'a')).toBe('8');
  });
});

describe('lying-fsync', () => {
  it('reports success and makes nothing durable, neither content nor names, until an honest one', () => {
    const disk = newDisk();
    runAll(disk, [
      append('a', sectors(1, 1)),
      fsync('a'),
      append('a', sectors(1, 2)),
      { kind: 'rename', from: 'a', to: 'b' },
    ]);
    const handle = disk.inject({ kind: 'lying-fsync' });
    expect(run(disk, fsync('b'))).toEqual({ ok: true, kind: 'fsync' });
    expect(run(disk, { kind: 'fsyncDirectory' })).toEqual({ ok: true, kind: 'fsyncDirectory' });
    expect(disk.witness(handle)).toBe(2);
    expect([picture(disk, 'a', 'durable'), picture(disk, 'b', 'durable')]).toEqual(['1', undefined]);
    disk.heal(handle);
    runAll(disk, [fsync('b')]);
    expect([picture(disk, 'a', 'durable'), picture(disk, 'b', 'durable')]).toEqual([undefined, '1 2']);
  });

  it('loses at a power loss what it lied about', () => {
    const disk = newDisk();
    disk.inject({ kind: 'lying-fsync', probability: 1 });
    runAll(disk, [append('a', sectors(1, 1)), fsync('a')]);
    disk.powerLoss();
    expect(disk.peek('a')).toBeUndefined();
  });

  it('is not counted where there was nothing to sync or no file', () => {
    const disk = newDisk();
    runAll(disk, [append('a', sectors(1, 1)), fsync('a')]);
    const handle = disk.inject({ kind: 'lying-fsync' });
    runAll(disk, [fsync('a'), { kind: 'fsyncDirectory' }]);
    expect(run(disk, fsync('b'))).toMatchObject({ error: 'ENOENT' });
    expect(disk.witness(handle)).toBe(0);
  });
});

describe('faults in general', () => {
  const broken: [fault: DiskFault, problem: string][] = [
    [{ kind: 'slow', factor: 0 }, 'Disk fault slow: factor: expected a number above 0, up to 1000000, found 0.'],
    [{ kind: 'slow', extraMs: Number.NaN }, 'extraMs'],
    [{ kind: 'error', operations: [], probability: 1 }, 'at least one kind'],
    [
      { kind: 'error', operations: ['sync' as 'fsync'], probability: 2 },
      'found sync. probability: expected a number from 0 to 1, found 2.',
    ],
    [{ kind: 'bit-rot', bits: 0 }, 'bits'],
    [{ kind: 'misdirected-write', probability: -1 }, 'probability'],
    [{ kind: 'lying-fsync', probability: 1.5 }, 'probability'],
    [{ kind: 'melted' } as unknown as DiskFault, "There is no disk fault 'melted'."],
  ];
  for (const [fault, problem] of broken) {
    it(`refuses ${JSON.stringify(fault)}`, () => expect(() => newDisk().inject(fault)).toThrow(problem));
  }

  it('keeps the witness of a healed fault, lets heal be repeated, and knows no handle that it never gave', () => {
    const disk = newDisk();
    const handle = disk.inject({ kind: 'full' });
    run(disk, append('a', sectors(1, 1)));
    disk.heal(handle);
    disk.heal(handle);
    expect(disk.witness(handle)).toBe(1);
    expect(() => disk.witness(7)).toThrow('no fault has the handle 7');
    expect(disk.inject({ kind: 'full' })).not.toBe(handle);
  });

  it('draws nothing on a healthy disk', () => {
    const chance = new RandomStream('untouched');
    const disk = new Disk({ serviceTimeUs: () => 0, chance });
    runAll(disk, [append('a', sectors(3, 1)), fsync('a'), append('a', sectors(3, 1)), { kind: 'fsyncDirectory' }]);
    disk.powerLoss();
    expect(chance.drawn).toBe(false);
  });
});
