import { describe, expect, it } from 'vitest';
import { scene, Tank } from '../../../test/tank/tank.ts';
import type { Fault } from './fault.ts';
import { FAULT_CATALOGUE, FAULT_KINDS } from './fault-kinds.ts';

const CUT: Fault = { kind: 'partition', sides: ['a', 'b'] };

describe('A plan', () => {
  scene(
    'strikes and ends at its times, and says so in the trace',
    async (tank) => {
      expect(tank.report(1)).toEqual({ id: 1, name: 'split', fault: CUT, status: 'planned', witness: 0 });
      await tank.until(99);
      expect(tank.report(1).status).toBe('planned');
      await tank.until(100);
      expect(tank.report(1).status).toBe('active');
      await tank.until(1000);
      expect(tank.report(1)).toEqual({
        id: 1,
        name: 'split',
        fault: CUT,
        status: 'ended',
        startedAt: 100_000,
        endedAt: 300_500,
        witness: 0,
      });
      expect(tank.events('fault')).toMatchObject([{ time: 100_000, subject: 'world', detail: 'partition a | b' }]);
      expect(tank.events('heal')).toMatchObject([{ time: 300_500, subject: 'world', detail: 'partition a | b' }]);
      expect(tank.withoutEffect()).toEqual([1]);
    },
    { plan: { faults: [{ atMs: 100, forMs: 200.5, name: 'split', fault: CUT }] } },
  );

  it('strikes faults of one time in its own order, however the agenda shuffles', async () => {
    const kinds = ['a', 'b', 'c', 'd'].map((host): Fault => ({ kind: 'crash', processes: `${host}/main` }));
    for (let seed = 0; seed < 10; seed++) {
      const faults = kinds.map((fault) => ({ atMs: 10, forMs: 10, fault }));
      const tank = new Tank({ seed: String(seed), plan: { faults } });
      await tank.until(15);
      expect(tank.events('fault').map(({ detail }) => detail)).toEqual(kinds.map((_, i) => `crash ${'abcd'[i]}/main`));
      expect(tank.report(4)).toMatchObject({ status: 'active', witness: 1 });
    }
  });

  scene(
    'heals at its time, and a heal by hand drops what is due later and leaves nothing on the agenda but that heal',
    async (tank) => {
      await tank.until(20);
      expect(tank.hasPower('a')).toBe(false);
      tank.world.heal();
      expect(tank.world.report().faults.map(({ status }) => status)).toEqual(['ended', 'ended', 'dropped']);
      expect(tank.hasPower('a')).toBe(true);
      expect(await tank.world.run({ forMs: 10_000 })).toBe('idle');
      expect(tank.events('fault')).toHaveLength(2);
      expect(tank.events('heal').filter(({ detail }) => detail === 'heal')).toMatchObject([
        { time: 20_000 },
        { time: 100_000 },
      ]);
      expect(tank.withoutEffect(), 'what was dropped is not counted').toEqual([1]);
    },
    {
      plan: {
        faults: [
          { atMs: 10, fault: CUT },
          { atMs: 20, fault: { kind: 'power-off', hosts: 'a' } },
          { atMs: 20.001, forMs: 10, fault: CUT },
        ],
        healAtMs: 100,
      },
    },
  );

  scene(
    'without a heal lasts on',
    async (tank) => {
      await tank.until(100_000);
      expect(tank.report(1).status).toBe('active');
    },
    { plan: { faults: [{ atMs: 0, fault: CUT }] } },
  );
});

describe('end', () => {
  scene('leaves nothing on the agenda: the world is idle at once', async (tank) => {
    tank.world.endFault(tank.inject(CUT, 1000));
    await tank.world.run();
    expect(tank.world.nowMs).toBe(0);
  });

  scene(
    'ends what lasts, once, and drops what has not begun',
    async (tank) => {
      const id = tank.inject(CUT, 1000);
      tank.world.endFault(1);
      tank.world.endFault(1);
      tank.world.endFault(id);
      await tank.until(10);
      expect(tank.report(1).status).toBe('dropped');
      expect(tank.report(id)).toMatchObject({ status: 'ended', endedAt: 0 });
      await tank.until(5000);
      expect(tank.events('heal')).toHaveLength(1);
      expect(() => tank.world.endFault(77)).toThrow('There is no fault number 77.');
    },
    { plan: { faults: [{ atMs: 100, fault: CUT }] } },
  );

  scene('a fault for ever lasts until somebody ends it; a crash then holds as well', async (tank) => {
    await tank.until(0);
    const id = tank.inject({ kind: 'crash', processes: 'a/main' }, Number.POSITIVE_INFINITY);
    await tank.until(1_000_000);
    expect(tank.running('a')).toBe(false);
    tank.world.endFault(id);
    expect(tank.running('a')).toBe(true);
  });

  for (const kind of FAULT_KINDS.filter((each) => FAULT_CATALOGUE[each].ends === 'at-once')) {
    it(`${kind} cannot be given a duration, since it is over at once`, () => {
      const fault = { kind, from: 'a', to: 'b', hosts: 'a', bits: 1 } as unknown as Fault;
      expect(() => new Tank().inject(fault, 10)).toThrow(`The fault ${kind} is over at once`);
    });
  }
});

describe('heal', () => {
  scene('ends all that lasts, starts what is down, and lets go of what is held, at one instant', async (tank) => {
    await tank.act('a', { do: 'timer', key: 'late', afterMs: 10 });
    await tank.act('c', { do: 'send', to: 'd/main', body: 'held' });
    await tank.until(5);
    tank.inject({ kind: 'pause', processes: 'a/main' });
    tank.inject({ kind: 'crash', processes: 'b/main' }, 10_000);
    tank.inject({ kind: 'power-off', hosts: 'c' });
    tank.inject({ kind: 'clog', from: 'd', to: 'a' });
    tank.inject({ kind: 'partition', sides: ['a', 'b'] });
    tank.inject({ kind: 'clock-step', hosts: 'a', byMs: 500 });
    tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: 1000 });
    tank.inject({ kind: 'disk-full', hosts: '*' });
    await tank.act('d', { do: 'send', to: 'a/main', body: 'clogged' });
    await tank.until(1005);
    expect(tank.log('a')).toEqual([]);
    tank.world.heal();
    expect(new Set(tank.world.report().faults.map(({ status }) => status))).toEqual(new Set(['ended']));
    expect(['a', 'b', 'c', 'd'].map((host) => tank.running(host))).toEqual([true, true, true, true]);
    const clock = tank.world.view.hosts.get('a')?.clock;
    expect(clock?.driftPpm).toBe(0);
    expect(clock?.offset(1_005_000), 'the error of the drift stays').toBe(1000);
    await tank.act('d', { do: 'disk', operation: { kind: 'append', file: 'f', bytes: new Uint8Array([1]) } });
    await tank.act('a', { do: 'send', to: 'b/main', body: 'through' });
    await tank.until(1100);
    expect(tank.log('a')).toEqual(['timer late', 'message clogged']);
    expect(tank.log('b')).toEqual(['message through']);
    expect(tank.log('d')).toEqual(['message held', 'disk append']);
  });

  scene(
    'starts what crashed without an end and did not come back, and not what ended by itself',
    async (tank) => {
      await tank.act('b', { do: 'exit', code: 0 });
      await tank.act('c', { do: 'exit', code: 1 });
      tank.inject({ kind: 'crash', processes: 'a/main' });
      tank.inject({ kind: 'crash', processes: 'd/main' });
      tank.inject({ kind: 'restart', processes: 'd/main' });
      await tank.until(1000);
      tank.world.heal();
      await tank.until(2000);
      expect(['a', 'b', 'c', 'd'].map((host) => tank.running(host))).toEqual([true, false, false, true]);
      expect(tank.events('start', 'd/main')).toHaveLength(2);
    },
    { main: { restart: 'never' } },
  );

  scene('undoes crash and power failure in whatever order they struck, and starts each process once', async (tank) => {
    await tank.until(0);
    tank.inject({ kind: 'power-off', hosts: 'a' });
    tank.inject({ kind: 'crash', processes: 'b/main' }, 5000);
    tank.inject({ kind: 'power-off', hosts: 'b' });
    await tank.until(10);
    tank.world.heal();
    await tank.until(10_000);
    expect(tank.events('start', 'a/main')).toHaveLength(2);
    expect(tank.events('start', 'b/main')).toHaveLength(2);
  });

  scene('begins the liveness phase, also when nothing was wrong', async (tank) => {
    tank.world.heal();
    expect(tank.events('phase').map(({ detail }) => detail)).toEqual(['liveness']);
    await tank.until(10);
    tank.inject(CUT, 10);
    await tank.until(30);
    expect(tank.report(1)).toMatchObject({ status: 'ended' });
  });
});

describe('Causes', () => {
  scene('what a fault does has the fault as its cause, and what its end does has the end', async (tank) => {
    await tank.until(10);
    tank.inject({ kind: 'crash', processes: ['a/main', 'b/main'] }, 10);
    await tank.until(100);
    const [fault] = tank.events('fault');
    const [heal] = tank.events('heal');
    expect(tank.events('exit').map(({ cause }) => cause)).toEqual([fault?.id, fault?.id]);
    const restarts = tank.events('start').filter(({ time }) => time === 20_000);
    expect(restarts.map(({ cause }) => cause)).toEqual([heal?.id, heal?.id]);
  });

  scene('a process started by a heal has the heal among its causes', async (tank) => {
    await tank.until(10);
    tank.inject({ kind: 'power-off', hosts: 'a' });
    tank.world.heal();
    await tank.until(20);
    const start = tank.events('start', 'a/main').at(-1);
    expect(tank.world.causes(start?.id ?? 0).map(({ kind, detail }) => (kind === 'heal' ? detail : kind))).toEqual([
      'heal',
      'power-off a',
      'start',
    ]);
  });
});
