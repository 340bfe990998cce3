/** Each kind of fault in a busy world, where it must have an effect, and in an idle one, where it must be seen to have none. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../test/tank/puppet.ts';
import { scene, Tank } from '../../../test/tank/tank.ts';
import type { Fault, FaultKind } from './fault.ts';
import { FAULT_CATALOGUE, FAULT_KINDS } from './fault-kinds.ts';

const HOSTS = ['a', 'b', 'c', 'd'] as const;
const link = { from: '*', to: '*' } as const;

/** For each kind one fault. */
const FAULTS: { readonly [Kind in FaultKind]: Extract<Fault, { kind: Kind }> } = {
  partition: { kind: 'partition', sides: ['a', { zone: 'z2' }] },
  'partition-one-way': { kind: 'partition-one-way', from: 'a', to: 'b' },
  isolate: { kind: 'isolate', hosts: 'd' },
  'partition-zones': { kind: 'partition-zones', zones: ['z1'] },
  'random-halves': { kind: 'random-halves' },
  'slow-link': { kind: 'slow-link', ...link, factor: 2 },
  lose: { kind: 'lose', ...link, probability: 0.3 },
  duplicate: { kind: 'duplicate', ...link, probability: 0.3 },
  reorder: { kind: 'reorder', ...link, probability: 0.3, windowMs: 20 },
  clog: { kind: 'clog', from: 'a', to: '*' },
  reset: { kind: 'reset', from: 'a', to: '*' },
  'half-open': { kind: 'half-open', from: 'a', to: '*' },
  crash: { kind: 'crash', processes: '*/main' },
  'power-off': { kind: 'power-off', hosts: { zone: 'z1' } },
  pause: { kind: 'pause', processes: ['a/main', 'b/*'] },
  restart: { kind: 'restart', processes: 'a/main', hosts: 'b' },
  'clock-step': { kind: 'clock-step', hosts: '*', byMs: -50 },
  'clock-drift': { kind: 'clock-drift', hosts: '*', partsPerMillion: 100_000 },
  'disk-slow': { kind: 'disk-slow', hosts: '*', factor: 3 },
  'disk-full': { kind: 'disk-full', hosts: '*' },
  'disk-error': { kind: 'disk-error', hosts: '*', operations: ['append', 'fsync'], probability: 0.5 },
  'disk-torn-write': { kind: 'disk-torn-write', hosts: '*' },
  'disk-bit-rot': { kind: 'disk-bit-rot', hosts: '*', bits: 3 },
  'disk-misdirected-write': { kind: 'disk-misdirected-write', hosts: '*', probability: 0.5 },
  'disk-lying-fsync': { kind: 'disk-lying-fsync', hosts: '*' },
};

/** What an idle world cannot be spared: these touch hosts and processes themselves. */
const TOUCHES_THE_IDLE: readonly FaultKind[] = ['crash', 'power-off', 'restart', 'clock-step', 'clock-drift'];

/** A second of datagrams, requests, streams, timers and writes, with the fault from 200 ms to 600 ms. */
async function busy(tank: Tank, fault?: Fault): Promise<void> {
  for (const host of HOSTS) tank.tell(host, { do: 'open', to: `${host === 'a' ? 'b' : 'a'}/main` });
  for (let ms = 0; ms < 1000; ms += 20) {
    if (ms === 200 && fault !== undefined) {
      tank.inject(fault, FAULT_CATALOGUE[fault.kind].ends === 'at-once' ? undefined : 400);
    }
    if (ms === 400) tank.inject({ kind: 'power-off', hosts: 'c' }, 100);
    for (const host of HOSTS) {
      const to = `${HOSTS[(HOSTS.indexOf(host) + 1 + ((ms / 20) % 3)) % 4]}/main`;
      const commands: Command[] = [
        { do: 'send', to, body: ms },
        { do: 'request', to, body: ms },
        { do: 'stream', body: ms },
        { do: 'timer', key: 't', afterMs: 15 },
        { do: 'disk', operation: { kind: 'append', file: 'f', bytes: new Uint8Array(6000).fill(ms / 20) } },
      ];
      if (ms % 60 === 0) commands.push({ do: 'disk', operation: { kind: 'fsync', file: 'f' } });
      tank.tell(host, ...commands);
    }
    await tank.until(ms + 20);
  }
  await tank.until(3000);
}

let digest: string | undefined;

/** The digest of a busy world without the fault. */
async function undisturbed(): Promise<string> {
  if (digest === undefined) {
    const tank = new Tank();
    await busy(tank);
    digest = tank.world.digest;
  }
  return digest;
}

describe('In a busy world', () => {
  it('the table below has every kind', () => {
    expect(Object.keys(FAULTS)).toEqual([...FAULT_KINDS]);
    for (const kind of FAULT_KINDS) expect(FAULTS[kind].kind).toBe(kind);
  });

  for (const kind of FAULT_KINDS) {
    scene(`${kind} has an effect, ends, and changes the run`, async (tank) => {
      await busy(tank, FAULTS[kind]);
      expect(tank.report(1)).toMatchObject({
        status: 'ended',
        startedAt: 200_000,
        endedAt: FAULT_CATALOGUE[kind].ends === 'at-once' ? 200_000 : 600_000,
      });
      expect(tank.witness(1)).toBeGreaterThan(0);
      expect(tank.withoutEffect()).toEqual([]);
      expect(tank.world.digest).not.toBe(await undisturbed());
    });
  }
});

describe('In an idle world', () => {
  for (const kind of FAULT_KINDS.filter((each) => !TOUCHES_THE_IDLE.includes(each))) {
    scene(`${kind} is reported as without effect`, async (tank) => {
      const id = tank.inject(FAULTS[kind]);
      expect(tank.withoutEffect()).toEqual([id]);
      await tank.until(1000);
      tank.world.heal();
      expect(tank.withoutEffect()).toEqual([id]);
    });
  }
});

describe('A snapshot in the middle of a fault', () => {
  for (const kind of FAULT_KINDS) {
    it(`${kind}: goes on to the same end, with the same reports`, async () => {
      const lasts = FAULT_CATALOGUE[kind].ends !== 'at-once';
      const fault = FAULTS[kind];
      const plan = {
        faults: [
          { atMs: 205, ...(lasts ? { forMs: 400 } : {}), name: 'first', fault },
          { atMs: 300, fault },
          { atMs: 500, ...(lasts ? { forMs: 20 } : {}), fault },
          { atMs: 490, forMs: 100, fault: { kind: 'power-off', hosts: 'd' } as const },
        ],
        healAtMs: 800,
      };
      const original = new Tank({ plan });
      const chatter = (tank: Tank) => {
        for (const host of HOSTS) {
          tank.tell(
            host,
            { do: 'chatter', to: `${host === 'a' ? 'd' : 'a'}/main`, everyMs: 7 },
            { do: 'open', to: `${host === 'a' ? 'b' : 'a'}/main` },
            { do: 'disk', operation: { kind: 'append', file: 'f', bytes: new Uint8Array(2000) } },
          );
        }
      };
      chatter(original);
      for (const at of [100, 350, 510]) {
        await original.until(at);
        const restored = new Tank({}, original.world.fork());
        chatter(restored);
        await restored.until(1500);
        const kept = new Tank({ plan });
        chatter(kept);
        await kept.until(at);
        chatter(kept);
        await kept.until(1500);
        expect(restored.world.digest, `restored at ${at} ms`).toBe(kept.world.digest);
        expect(restored.world.report().faults).toEqual(kept.world.report().faults);
      }
    });
  }
});
