import { describe, expect } from 'vitest';
import type { Command } from '../../../test/tank/puppet.ts';
import { scene, type Tank } from '../../../test/tank/tank.ts';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const write = (file: string, ...values: number[]): Command => ({
  do: 'disk',
  operation: { kind: 'write', file, offset: 0, bytes: bytes(...values) },
});
const append = (file: string, ...values: number[]): Command => ({
  do: 'disk',
  operation: { kind: 'append', file, bytes: bytes(...values) },
});
const read = (file: string): Command => ({ do: 'disk', operation: { kind: 'read', file, offset: 0 } });
const fsync = (file: string): Command => ({ do: 'disk', operation: { kind: 'fsync', file } });
const on = (disk: string, command: Command): Command => ({ ...command, disk }) as Command;

/** How many bits differ. */
function distance(a: readonly number[] = [], b: readonly number[] = []): number {
  let bits = 0;
  for (const [i, byte] of a.entries()) for (let rest = byte ^ (b[i] ?? 0); rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}

async function results(tank: Tank, ...commands: Command[]): Promise<string[]> {
  const before = tank.log('a').length;
  await tank.act('a', ...commands);
  await tank.world.run({ forMs: 100 });
  return tank.log('a').slice(before);
}

describe('disk-slow', () => {
  scene('makes what is submitted take longer, by a factor and then by extraMs, until it ends', async (tank) => {
    const id = tank.inject({ kind: 'disk-slow', hosts: 'a', factor: 5, extraMs: 2 }, 50);
    await tank.act('a', write('f', 1));
    await tank.until(60);
    await tank.act('a', write('f', 2));
    await tank.until(100);
    expect(tank.times('a', 'disk write')).toEqual([7, 61]);
    expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 1 });
  });

  scene('on slow: one after the other, and what was submitted before the end stays slow', async (tank) => {
    tank.inject({ kind: 'disk-slow', hosts: 'a', factor: 10 }, 5);
    tank.inject({ kind: 'disk-slow', hosts: '*', disk: 'd*', extraMs: 3 });
    await tank.act('a', write('f', 1));
    await tank.until(50);
    await tank.act('a', write('f', 2), on('spare', write('f', 2)));
    await tank.until(100);
    expect(tank.times('a', 'disk write')).toEqual([13, 51, 54]);
  });
});

describe('disk-full', () => {
  scene('refuses what grows a file, lets through what does not, and ends', async (tank) => {
    expect(await results(tank, write('f', 1, 2))).toEqual(['disk write']);
    const id = tank.inject({ kind: 'disk-full', hosts: 'a', disk: 'disk' }, 200);
    expect(await results(tank, append('f', 3))).toEqual(['disk ENOSPC']);
    expect(await results(tank, write('f', 9))).toEqual(['disk write']);
    expect(tank.file('a', 'f')).toEqual([9, 2]);
    expect(await results(tank, append('f', 3))).toEqual(['disk append']);
    expect(tank.witness(id)).toBe(1);
  });
});

describe('disk-error', () => {
  scene('fails the operations that it names, on the disks that it means', async (tank) => {
    await results(tank, write('f', 1));
    const id = tank.inject({
      kind: 'disk-error',
      hosts: 'a',
      disk: 'disk',
      operations: ['write', 'read'],
      probability: 1,
    });
    expect(await results(tank, write('f', 2))).toEqual(['disk EIO']);
    expect(await results(tank, read('f'))).toEqual(['disk EIO']);
    expect(await results(tank, append('f', 3))).toEqual(['disk append']);
    expect(await results(tank, on('spare', write('f', 2)))).toEqual(['disk write']);
    expect(tank.file('a', 'f')).toEqual([1, 3]);
    expect(tank.witness(id)).toBe(2);
  });

  scene('of fsync means directories as well, and leaves unsynced what it should have synced', async (tank) => {
    await results(tank, write('f', 1));
    tank.inject({ kind: 'disk-error', hosts: 'a', operations: ['fsync'], probability: 1 }, 500);
    expect(await results(tank, fsync('f'))).toEqual(['disk EIO']);
    expect(await results(tank, { do: 'disk', operation: { kind: 'fsyncDirectory' } })).toEqual(['disk EIO']);
    expect(tank.file('a', 'f', 'durable')).toBeUndefined();
  });

  scene('strikes its share', async (tank) => {
    const id = tank.inject({ kind: 'disk-error', hosts: 'a', operations: ['write'], probability: 0.5 });
    const outcomes = await results(tank, ...Array.from({ length: 60 }, (_, i) => write('f', i)));
    const failed = outcomes.filter((text) => text === 'disk EIO').length;
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(50);
    expect(tank.witness(id)).toBe(failed);
  });
});

describe('disk-torn-write', () => {
  const sectors = 40;
  const long = append('f', ...Array.from({ length: 512 * sectors }, () => 7));

  scene('lets a power loss leave a part of what was not synced; a crash leaves all', async (tank) => {
    await results(tank, write('f', 1), fsync('f'));
    const id = tank.inject({ kind: 'disk-torn-write', hosts: 'a' });
    await results(tank, long);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 10);
    await tank.world.run({ forMs: 20 });
    expect(tank.witness(id)).toBe(0);
    expect(tank.file('a', 'f')).toHaveLength(1 + 512 * sectors);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 10);
    const left = tank.file('a', 'f')?.length ?? 0;
    expect(left).toBeGreaterThan(1);
    expect(left).toBeLessThan(1 + 512 * sectors);
    expect(tank.witness(id)).toBe(1);
  });

  scene('that has ended tears nothing', async (tank) => {
    await results(tank, write('f', 1), fsync('f'));
    const id = tank.inject({ kind: 'disk-torn-write', hosts: 'a' }, 10);
    await results(tank, long);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 10);
    expect(tank.file('a', 'f')).toEqual([1]);
    expect(tank.withoutEffect()).toEqual([id]);
  });
});

describe('disk-bit-rot', () => {
  const zeros = Array.from({ length: 50 }, () => 0);

  scene('flips so many bits of what is stored, for good, and is over at once', async (tank) => {
    await results(tank, write('f', ...zeros), fsync('f'));
    const id = tank.inject({ kind: 'disk-bit-rot', hosts: 'a', file: 'f', bits: 3 });
    expect(distance(tank.file('a', 'f'), zeros)).toBe(3);
    expect(distance(tank.file('a', 'f', 'durable'), zeros)).toBe(3);
    expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 3 });
    tank.world.heal();
    expect(distance(tank.file('a', 'f'), zeros)).toBe(3);
  });

  scene('of a pattern of names spreads over its files and leaves the others', async (tank) => {
    await results(tank, write('log/1', ...zeros), write('log/2', ...zeros), write('data', ...zeros));
    const id = tank.inject({ kind: 'disk-bit-rot', hosts: '*', disk: 'disk', file: 'log/*', bits: 300 });
    const [first, second] = [distance(tank.file('a', 'log/1'), zeros), distance(tank.file('a', 'log/2'), zeros)];
    expect(first + second).toBe(300);
    expect(first).toBeGreaterThan(100);
    expect(second).toBeGreaterThan(100);
    expect(distance(tank.file('a', 'data'), zeros)).toBe(0);
    expect(tank.witness(id)).toBe(300);
    const all = tank.inject({ kind: 'disk-bit-rot', hosts: 'a', file: '*', bits: 10_000 });
    expect(tank.witness(all), 'there are no more').toBe(1200);
  });

  scene('of a disk with nothing on it has no effect', async (tank) => {
    const ids = [undefined, 'f', '*'].map((file) =>
      tank.inject({ kind: 'disk-bit-rot', hosts: 'a', bits: 1, ...(file === undefined ? {} : { file }) }),
    );
    expect(tank.withoutEffect()).toEqual(ids);
  });
});

describe('disk-misdirected-write', () => {
  scene('says that a write has succeeded, and it is not where it belongs', async (tank) => {
    await results(tank, write('f', 1), write('g', 1));
    const id = tank.inject({ kind: 'disk-misdirected-write', hosts: 'a', probability: 1 }, 150);
    expect(await results(tank, write('f', 2))).toEqual(['disk write']);
    expect(tank.file('a', 'f')).toEqual([1]);
    expect(tank.witness(id)).toBe(1);
    await results(tank);
    expect(await results(tank, write('f', 2))).toEqual(['disk write']);
    expect(tank.file('a', 'f')).toEqual([2]);
  });
});

describe('disk-lying-fsync', () => {
  scene('says that it is done, and a power loss shows that it was not', async (tank) => {
    await results(tank, write('f', 1), fsync('f'));
    const id = tank.inject({ kind: 'disk-lying-fsync', hosts: 'a' }, 1000);
    expect(await results(tank, append('f', 2), fsync('f'))).toEqual(['disk append', 'disk fsync']);
    expect(tank.file('a', 'f')).toEqual([1, 2]);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 10);
    expect(tank.file('a', 'f')).toEqual([1]);
    expect(tank.witness(id)).toBe(1);
  });

  scene('that two say ends with the last one', async (tank) => {
    tank.inject({ kind: 'disk-lying-fsync', hosts: 'a' }, 50);
    const second = tank.inject({ kind: 'disk-lying-fsync', hosts: 'a' }, 200);
    await tank.until(60);
    await results(tank, write('f', 1), fsync('f'));
    expect(tank.file('a', 'f', 'durable')).toBeUndefined();
    await tank.until(200);
    await results(tank, fsync('f'));
    expect(tank.file('a', 'f', 'durable')).toEqual([1]);
    expect(tank.witness(second)).toBe(1);
  });
});

describe('Which disks', () => {
  scene('without a name all disks of the hosts, also those that nobody has used, and no others', async (tank) => {
    const id = tank.inject({ kind: 'disk-full', hosts: ['a', 'b'] });
    expect(await results(tank, write('f', 1), on('spare', write('f', 1)))).toEqual(['disk ENOSPC', 'disk ENOSPC']);
    await tank.act('c', write('f', 1));
    await tank.act('b', on('spare', write('f', 1)));
    await tank.world.run({ forMs: 10 });
    expect(tank.log('c')).toEqual(['disk write']);
    expect(tank.log('b')).toEqual(['disk ENOSPC']);
    expect(tank.witness(id)).toBe(3);
  });
});
