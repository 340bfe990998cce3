import { describe, expect } from 'vitest';
import type { Command } from '../../../test/tank/puppet.ts';
import { LATENCY_MS, scene } from '../../../test/tank/tank.ts';

const write: Command = {
  do: 'disk',
  operation: { kind: 'write', file: 'f', offset: 0, bytes: new Uint8Array([1, 2, 3]) },
};
const fsync: Command = { do: 'disk', operation: { kind: 'fsync', file: 'f' } };
const append: Command = { do: 'disk', operation: { kind: 'append', file: 'f', bytes: new Uint8Array([4]) } };

describe('crash', () => {
  for (const restart of ['always', 'on-failure', 'never'] as const) {
    scene(
      `for a time: the process stays down so long and then starts, although its policy is ${restart}`,
      async (tank) => {
        await tank.until(10);
        const id = tank.inject({ kind: 'crash', processes: 'a/*' }, 5000);
        await tank.until(5009);
        expect(tank.running('a')).toBe(false);
        expect(tank.report(id)).toMatchObject({ status: 'active', witness: 1 });
        await tank.until(5010);
        expect(tank.running('a')).toBe(true);
        await tank.until(20_000);
        expect(tank.events('start', 'a/main').map(({ time }) => time)).toEqual([0, 5_010_000]);
        expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 1, startedAt: 10_000, endedAt: 5_010_000 });
      },
      { main: { restart } },
    );
  }

  for (const [restart, starts] of [
    ['always', [0, 110_000]],
    ['on-failure', [0, 110_000]],
    ['never', [0]],
  ] as const) {
    scene(
      `without an end: it is over at once, and the policy ${restart} decides`,
      async (tank) => {
        await tank.until(10);
        const id = tank.inject({ kind: 'crash', processes: 'a/main' });
        expect(tank.report(id)).toMatchObject({ status: 'ended', startedAt: 10_000, endedAt: 10_000, witness: 1 });
        await tank.until(20_000);
        expect(tank.events('start', 'a/main').map(({ time }) => time)).toEqual(starts);
      },
      { main: { restart } },
    );
  }

  scene(
    'in a plan with a heal: the process stays down until then',
    async (tank) => {
      await tank.until(2999);
      expect(tank.running('a')).toBe(false);
      await tank.until(3000);
      expect(tank.running('a')).toBe(true);
      expect(tank.report(1)).toMatchObject({ status: 'ended', endedAt: 3_000_000 });
    },
    { plan: { faults: [{ atMs: 10, fault: { kind: 'crash', processes: 'a/main' } }], healAtMs: 3000 } },
  );

  scene('keeps the page cache and what was submitted, and loses state, timers and the outcome', async (tank) => {
    await tank.act('a', { do: 'timer', key: 't', afterMs: 50 }, write);
    await tank.until(10);
    await tank.act('a', append);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 20);
    await tank.until(100);
    expect(tank.file('a', 'f')).toEqual([1, 2, 3, 4]);
    expect(tank.file('a', 'f', 'durable')).toBeUndefined();
    expect(tank.log('a')).toEqual([]);
  });

  scene('tells the other ends of connections, whose requests may have happened', async (tank) => {
    await tank.act('b', { do: 'request', to: 'a/main', body: 1 });
    await tank.until(100);
    await tank.act('b', { do: 'request', to: 'a/main', body: 2 });
    await tank.until(105);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 1000);
    await tank.until(200);
    expect(tank.log('b')).toEqual(['response re: 1', 'disconnected, may have happened: closed by the other side']);
    await tank.act('b', { do: 'request', to: 'a/main', body: 3 });
    await tank.until(300);
    expect(tank.log('b').at(-1)).toBe('refused: process is not running');
  });

  scene('drops datagrams that arrive meanwhile, and lets those arrive that the process had sent', async (tank) => {
    await tank.act('a', { do: 'send', to: 'b/main', body: 'last words' });
    await tank.act('b', { do: 'send', to: 'a/main', body: 'too late' });
    await tank.until(5);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 100);
    await tank.until(200);
    expect(tank.log('b')).toEqual(['message last words']);
    expect(tank.log('a')).toEqual([]);
  });

  scene('of what waits for its restart by its policy, holds that up; of what has ended, does nothing', async (tank) => {
    await tank.until(0);
    tank.inject({ kind: 'crash', processes: 'a/main' });
    await tank.act('b', { do: 'exit', code: 0 });
    await tank.until(50);
    const waiting = tank.inject({ kind: 'crash', processes: 'a/main' }, 1000);
    const ended = tank.inject({ kind: 'crash', processes: 'b/main' }, 1000);
    const nobody = tank.inject({ kind: 'crash', processes: 'a/nobody' }, 1000);
    await tank.until(1049);
    expect(tank.running('a')).toBe(false);
    await tank.until(5000);
    expect(tank.events('start', 'a/main').map(({ time }) => time)).toEqual([0, 1_050_000]);
    expect(tank.running('b')).toBe(false);
    expect(tank.witness(waiting)).toBe(1);
    expect(tank.withoutEffect()).toEqual([ended, nobody]);
  });

  scene('of several: the process starts when the last one has ended', async (tank) => {
    const first = tank.inject({ kind: 'crash', processes: 'a/main' }, 100);
    await tank.until(50);
    const second = tank.inject({ kind: 'crash', processes: '*/main' }, 100);
    await tank.until(149);
    expect(tank.running('a')).toBe(false);
    await tank.until(150);
    expect(tank.running('a')).toBe(true);
    expect(tank.witness(first)).toBe(1);
    expect(tank.witness(second), 'a was down already').toBe(3);
  });

  scene('leaves to an actor what that actor has started and supervises', async (tank) => {
    await tank.act('a', { do: 'start', name: 'job' });
    const id = tank.inject({ kind: 'crash', processes: 'a/job' }, 100);
    await tank.until(1);
    expect(tank.log('a')).toEqual(['exit of a/job: killed (137)']);
    await tank.act('a', { do: 'start', name: 'job' });
    await tank.until(1000);
    expect(tank.events('start', 'a/job').map(({ time }) => time)).toEqual([0, 1000]);
    expect(tank.witness(id)).toBe(1);
  });

  scene(
    'keeps down what an actor has started with a policy that starts it again, and says that it will',
    async (tank) => {
      await tank.act('a', { do: 'start', name: 'job', options: { restart: 'always' } });
      tank.inject({ kind: 'crash', processes: 'a/job' }, 5000);
      await tank.until(10_000);
      expect(tank.log('a')).toEqual(['exit of a/job: killed (137), restarts']);
      expect(tank.events('start', 'a/job').map(({ time }) => time)).toEqual([0, 5_000_000]);
    },
  );

  scene('does not bring back what its own host has killed meanwhile', async (tank) => {
    await tank.act('a', { do: 'start', name: 'job', options: { restart: 'always' } });
    tank.inject({ kind: 'crash', processes: 'a/job' }, 100);
    await tank.act('a', { do: 'kill', name: 'job' });
    await tank.until(1000);
    expect(tank.running('a/job')).toBe(false);
  });
});

describe('power-off', () => {
  scene('loses what is not synced and keeps what is', async (tank) => {
    await tank.act('a', write, fsync, append);
    await tank.until(10);
    expect(tank.file('a', 'f')).toEqual([1, 2, 3, 4]);
    const id = tank.inject({ kind: 'power-off', hosts: 'a' }, 1000);
    await tank.until(10);
    expect(tank.file('a', 'f')).toEqual([1, 2, 3]);
    expect(tank.hasPower('a')).toBe(false);
    await tank.until(1009);
    expect(tank.running('a')).toBe(false);
    await tank.until(1010);
    expect([tank.hasPower('a'), tank.running('a')]).toEqual([true, true]);
    expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 1 });
  });

  scene('without an end lasts', async (tank) => {
    const id = tank.inject({ kind: 'power-off', hosts: { zone: 'z1' } });
    await tank.until(100_000);
    expect([tank.hasPower('a'), tank.hasPower('b'), tank.hasPower('c')]).toEqual([false, false, true]);
    expect(tank.report(id)).toMatchObject({ status: 'active', witness: 2 });
    tank.world.endFault(id);
    expect(tank.hasPower('a')).toBe(true);
  });

  scene('drops datagrams that arrive, and lets those arrive that were in flight to others', async (tank) => {
    await tank.act('a', { do: 'send', to: 'b/main', body: 'last words' });
    await tank.act('b', { do: 'send', to: 'a/main', body: 'too late' });
    await tank.until(5);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 100);
    await tank.until(200);
    expect(tank.log('b')).toEqual(['message last words']);
    expect(tank.log('a')).toEqual([]);
    expect(tank.events('drop').map(({ detail }) => detail)).toEqual(['host has no power']);
  });

  scene(
    'tells nobody: who waits on a connection hears of it when nothing gets through for too long',
    async (tank) => {
      await tank.act('b', { do: 'open', to: 'a/main' });
      await tank.until(100);
      tank.inject({ kind: 'power-off', hosts: 'a' });
      await tank.act('b', { do: 'stream', body: 'into the dark' });
      await tank.until(1000);
      expect(tank.log('b')).toEqual([]);
      await tank.until(1200);
      expect(tank.log('b')).toEqual(['stream closed: nothing got through']);
    },
    { breakAfterMs: 1000 },
  );

  scene('the host that is back resets connections of its earlier life', async (tank) => {
    await tank.act('b', { do: 'open', to: 'a/main' });
    await tank.until(100);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 50);
    await tank.until(200);
    expect(tank.log('b')).toEqual([]);
    await tank.act('b', { do: 'stream', body: 'hello?' });
    await tank.until(200 + 2 * LATENCY_MS);
    expect(tank.log('b')).toEqual(['stream closed: connection reset']);
    expect(tank.log('a')).toEqual([]);
  });

  scene('of several: power is back when the last one has ended', async (tank) => {
    const first = tank.inject({ kind: 'power-off', hosts: 'a' }, 100);
    await tank.until(50);
    const second = tank.inject({ kind: 'power-off', hosts: ['a', 'b'] }, 100);
    await tank.until(149);
    expect(tank.hasPower('a')).toBe(false);
    await tank.until(150);
    expect(tank.hasPower('a')).toBe(true);
    expect([tank.witness(first), tank.witness(second)]).toEqual([1, 1]);
  });

  scene('a crash that outlasts it keeps its process down when power is back', async (tank) => {
    await tank.until(0);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 200);
    await tank.until(50);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 50);
    await tank.until(199);
    expect([tank.hasPower('a'), tank.running('a')]).toEqual([true, false]);
    await tank.until(200);
    expect(tank.running('a')).toBe(true);
    await tank.until(1000);
    expect(tank.events('start', 'a/main').map(({ time }) => time)).toEqual([0, 200_000]);
    expect(tank.events('exit', 'a/main')).toHaveLength(1);
  });

  scene('a crash that ends while there is no power leaves the start to the power', async (tank) => {
    await tank.until(0);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 100);
    await tank.until(50);
    tank.inject({ kind: 'power-off', hosts: 'a' }, 100);
    await tank.until(120);
    expect(tank.running('a')).toBe(false);
    await tank.until(1000);
    expect(tank.events('start', 'a/main').map(({ time }) => time)).toEqual([0, 150_000]);
  });
});

describe('restart', () => {
  scene(
    'ends what runs and starts it again at once, whatever its policy is',
    async (tank) => {
      await tank.act('a', { do: 'timer', key: 't', afterMs: 50 }, write);
      await tank.until(10);
      const id = tank.inject({ kind: 'restart', processes: ['a/*', 'b/*'] });
      await tank.until(100);
      expect(tank.events('start').filter(({ time }) => time === 10_000)).toHaveLength(2);
      expect(tank.log('a'), 'its timer is gone').toEqual([]);
      expect(tank.file('a', 'f'), 'the page cache is not').toEqual([1, 2, 3]);
      expect(tank.report(id)).toMatchObject({ status: 'ended', endedAt: 10_000, witness: 2 });
    },
    { main: { restart: 'never' } },
  );

  scene('starts what has ended or waits', async (tank) => {
    await tank.act('a', { do: 'exit', code: 0 });
    await tank.act('b', { do: 'exit', code: 1 });
    await tank.until(10);
    const id = tank.inject({ kind: 'restart', processes: '*/main' });
    await tank.until(10);
    expect(['a', 'b', 'c', 'd'].map((host) => tank.running(host))).toEqual([true, true, true, true]);
    expect(tank.witness(id)).toBe(4);
    await tank.until(1000);
    expect(tank.events('start', 'b/main')).toHaveLength(2);
  });

  scene('of a host is a power cycle', async (tank) => {
    await tank.act('a', write, fsync, append);
    await tank.act('a', { do: 'start', name: 'job' });
    await tank.until(10);
    const id = tank.inject({ kind: 'restart', hosts: 'a', processes: 'a/*' });
    await tank.until(10);
    expect(tank.file('a', 'f')).toEqual([1, 2, 3]);
    expect([tank.running('a'), tank.running('a/job')]).toEqual([true, false]);
    expect(tank.events('power', 'a').map(({ detail }) => detail)).toEqual(['off', 'on']);
    expect(tank.events('start', 'a/main')).toHaveLength(2);
    expect(tank.witness(id)).toBe(1);
  });

  scene('overrules neither a crash nor a power failure', async (tank) => {
    tank.inject({ kind: 'crash', processes: 'a/main' }, 100);
    tank.inject({ kind: 'power-off', hosts: 'b' }, 100);
    await tank.until(50);
    const id = tank.inject({ kind: 'restart', processes: ['a/main', 'b/main'], hosts: 'b' });
    expect(tank.witness(id)).toBe(0);
    expect(tank.withoutEffect()).toEqual([id]);
    await tank.until(99);
    expect([tank.running('a'), tank.running('b'), tank.hasPower('b')]).toEqual([false, false, false]);
    await tank.until(100);
    expect([tank.running('a'), tank.running('b'), tank.hasPower('b')]).toEqual([true, true, true]);
  });

  scene('of a host whose process a crash keeps down, leaves that one down', async (tank) => {
    tank.inject({ kind: 'crash', processes: 'a/main' }, 100);
    await tank.until(50);
    expect(tank.witness(tank.inject({ kind: 'restart', hosts: 'a' }))).toBe(1);
    await tank.until(99);
    expect(tank.running('a')).toBe(false);
    await tank.until(100);
    expect(tank.running('a')).toBe(true);
  });
});
