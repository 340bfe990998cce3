import { describe, expect } from 'vitest';
import { scene } from '../../../test/tank/tank.ts';

describe('pause', () => {
  scene('makes messages, timers and outcomes late, in their order, and loses none', async (tank) => {
    await tank.act('a', { do: 'timer', key: 't', afterMs: 20 });
    await tank.act('b', { do: 'send', to: 'a/main', body: 1 });
    await tank.until(5);
    const id = tank.inject({ kind: 'pause', processes: 'a/main' }, 95);
    await tank.until(30);
    await tank.act('b', { do: 'send', to: 'a/main', body: 2 });
    await tank.until(99);
    expect(tank.log('a')).toEqual([]);
    expect(tank.running('a'), 'a paused process runs').toBe(true);
    expect(tank.witness(id)).toBe(3);
    await tank.until(100);
    expect(tank.log('a')).toEqual(['message 1', 'timer t', 'message 2']);
    expect(tank.times('a', 'timer t')).toEqual([100]);
    expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 3 });
    expect(tank.events('pause', 'a/main').map(({ detail }) => detail)).toEqual(['paused', 'resumed']);
  });

  scene('keeps connections: the network acknowledges, the request waits', async (tank) => {
    await tank.act('b', { do: 'request', to: 'a/main', body: 1 });
    await tank.until(5);
    tank.inject({ kind: 'pause', processes: 'a/main' }, 995);
    await tank.until(999);
    expect(tank.log('b')).toEqual([]);
    await tank.until(1010);
    expect(tank.log('b')).toEqual(['response re: 1']);
  });

  scene('does not stop what the process had asked its disk for', async (tank) => {
    const operation = { kind: 'write' as const, file: 'f', offset: 0, bytes: new Uint8Array([7]) };
    await tank.act('a', { do: 'disk', operation });
    const id = tank.inject({ kind: 'pause', processes: 'a/main' }, 50);
    await tank.until(10);
    expect(tank.file('a', 'f')).toEqual([7]);
    expect(tank.log('a')).toEqual([]);
    await tank.until(60);
    expect(tank.log('a')).toEqual(['disk write']);
    expect(tank.witness(id)).toBe(1);
  });

  scene(
    'stops a process with service times in the middle of one',
    async (tank) => {
      await tank.act('b', { do: 'send', to: 'a/main', body: 1 }, { do: 'send', to: 'a/main', body: 2 });
      // b takes 10 ms over each command, and the way is 10 ms: a has the first in service from 20 to 30, the second from 30 to 40.
      await tank.until(35);
      expect(tank.log('a')).toEqual(['message 1']);
      const id = tank.inject({ kind: 'pause', processes: 'a/main' }, 65);
      await tank.until(99);
      expect(tank.log('a')).toEqual(['message 1']);
      await tank.until(100);
      expect(tank.log('a'), 'its service was over').toEqual(['message 1', 'message 2']);
      expect(tank.witness(id)).toBe(1);
    },
    { main: { service: { time: 10 } } },
  );

  scene('of several: the process goes on when the last one has ended, and each counts', async (tank) => {
    const first = tank.inject({ kind: 'pause', processes: 'a/main' }, 100);
    await tank.act('b', { do: 'send', to: 'a/main', body: 1 });
    await tank.until(50);
    const second = tank.inject({ kind: 'pause', processes: '*/main' }, 100);
    await tank.act('c', { do: 'timer', key: 'late', afterMs: 1 });
    await tank.until(60);
    await tank.act('b', { do: 'timer', key: 'late', afterMs: 1 });
    await tank.until(149);
    expect(tank.log('a')).toEqual([]);
    await tank.until(150);
    expect(tank.log('a')).toEqual(['message 1']);
    expect(tank.witness(first)).toBe(1);
    expect(tank.witness(second), 'the commands to b and c').toBe(2);
  });

  scene('ends with the life of the process: what starts again is not paused', async (tank) => {
    const first = tank.inject({ kind: 'pause', processes: 'a/main' }, 1000);
    await tank.act('b', { do: 'send', to: 'a/main', body: 'lost' });
    await tank.until(50);
    tank.inject({ kind: 'crash', processes: 'a/main' }, 50);
    await tank.until(100);
    await tank.act('a', { do: 'timer', key: 't', afterMs: 10 });
    await tank.until(200);
    expect(tank.times('a', 'timer t')).toEqual([110]);
    const second = tank.inject({ kind: 'pause', processes: 'a/main' }, 2000);
    await tank.act('b', { do: 'send', to: 'a/main', body: 'late' });
    await tank.until(1500);
    expect(tank.report(first)).toMatchObject({ status: 'ended', witness: 1 });
    expect(tank.log('a'), 'the end of the first leaves the second').toEqual(['timer t']);
    await tank.until(2300);
    expect(tank.log('a')).toEqual(['timer t', 'message late']);
    expect(tank.witness(second)).toBe(1);
  });

  scene('counts also for a process that another has replaced', async (tank) => {
    await tank.act('a', { do: 'start', name: 'job' });
    const id = tank.inject({ kind: 'pause', processes: 'a/job' }, 1000);
    await tank.act('b', { do: 'send', to: 'a/job', body: 'lost' });
    await tank.until(50);
    await tank.act('a', { do: 'kill', name: 'job' });
    await tank.act('a', { do: 'start', name: 'job' });
    await tank.act('b', { do: 'send', to: 'a/job', body: 'in time' });
    await tank.until(100);
    expect(tank.log('a/job')).toEqual(['message in time']);
    await tank.until(2000);
    expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 1 });
  });

  scene('of an idle process, or of one that does not run, has no effect', async (tank) => {
    tank.inject({ kind: 'crash', processes: 'a/main' }, 500);
    const down = tank.inject({ kind: 'pause', processes: 'a/main' }, 100);
    const idle = tank.inject({ kind: 'pause', processes: 'b/main' }, 100);
    await tank.until(1000);
    expect(tank.withoutEffect()).toEqual([down, idle]);
  });
});
