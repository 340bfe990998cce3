import { describe, expect, it } from 'vitest';
import { describeFault } from './describe-fault.ts';
import type { Fault } from './fault.ts';
import { FAULT_KINDS } from './fault-kinds.ts';

const CASES: readonly (readonly [Fault, string])[] = [
  [{ kind: 'partition', sides: [['a', 'b'], { zone: 'z2' }] }, 'partition a,b | zone z2'],
  [{ kind: 'partition-one-way', from: 'a', to: '*' }, 'partition-one-way a -> all hosts'],
  [{ kind: 'isolate', hosts: 'a' }, 'isolate a'],
  [{ kind: 'partition-zones', zones: ['z1', 'z2'] }, 'partition-zones zone z1 | zone z2'],
  [{ kind: 'random-halves' }, 'random-halves'],
  [{ kind: 'slow-link', from: 'a', to: 'b', factor: 10 }, 'slow-link a -> b, ×10'],
  [{ kind: 'slow-link', from: 'a', to: 'b', extra: 5 }, 'slow-link a -> b, plus constant 5 ms'],
  [{ kind: 'lose', from: 'a', to: 'b', probability: 0.07 }, 'lose a -> b, 7%'],
  [{ kind: 'duplicate', from: 'a', to: 'b', probability: 1 }, 'duplicate a -> b, 100%'],
  [{ kind: 'reorder', from: 'a', to: 'b', probability: 0.001, windowMs: 5 }, 'reorder a -> b, 0.1%, within 5 ms'],
  [{ kind: 'clog', from: 'a', to: 'b' }, 'clog a -> b'],
  [{ kind: 'reset', from: 'a', to: 'b' }, 'reset a -> b'],
  [{ kind: 'half-open', from: 'a', to: 'b' }, 'half-open a -> b'],
  [{ kind: 'crash', processes: ['*/etcd', 'a/b'] }, 'crash */etcd,a/b'],
  [{ kind: 'power-off', hosts: { region: 'eu' } }, 'power-off region eu'],
  [{ kind: 'pause', processes: 'a/b' }, 'pause a/b'],
  [{ kind: 'restart', processes: 'a/b', hosts: 'c' }, 'restart a/b, hosts c'],
  [{ kind: 'clock-step', hosts: 'a', byMs: 500 }, 'clock-step a, +500 ms'],
  [{ kind: 'clock-drift', hosts: 'a', partsPerMillion: -200 }, 'clock-drift a, -200 ppm'],
  [{ kind: 'disk-slow', hosts: 'a', disk: 'log', factor: 2, extraMs: 3 }, 'disk-slow a disk log, ×2, plus 3 ms'],
  [{ kind: 'disk-full', hosts: 'a' }, 'disk-full a'],
  [
    { kind: 'disk-error', hosts: 'a', operations: ['read', 'fsync'], probability: 0.5 },
    'disk-error a, read,fsync, 50%',
  ],
  [{ kind: 'disk-torn-write', hosts: 'a' }, 'disk-torn-write a'],
  [{ kind: 'disk-bit-rot', hosts: 'a', file: 'wal-*', bits: 1 }, 'disk-bit-rot a, wal-*, 1 bit'],
  [{ kind: 'disk-misdirected-write', hosts: 'a', probability: 0.5 }, 'disk-misdirected-write a, 50%'],
  [{ kind: 'disk-lying-fsync', hosts: 'a' }, 'disk-lying-fsync a'],
];

describe('describeFault', () => {
  it.each(CASES)('%j', (fault, text) => {
    expect(describeFault(fault)).toBe(text);
  });

  it('is tested for every kind', () => {
    expect([...new Set(CASES.map(([{ kind }]) => kind))].sort()).toEqual([...FAULT_KINDS].sort());
  });
});
