import { describe, expect } from 'vitest';
import { scene, type Tank } from '../../../test/tank/tank.ts';

/** Both clocks of a host now. */
function clocks(tank: Tank, host: string): { wallMs: number; monotonicMs: number } {
  const clock = tank.world.view.hosts.get(host)?.clock;
  if (clock === undefined) throw new Error(`There is no host ${host}.`);
  const us = tank.world.nowMs * 1000;
  return { wallMs: clock.wall(us) / 1000, monotonicMs: clock.monotonic(us) / 1000 };
}

/** The true time in milliseconds at which a puppet's timer has fired. */
function fired(tank: Tank, host: string): number[] {
  return tank
    .events('deliver', `${host}/main`)
    .filter(({ detail }) => (detail as { type: string }).type === 'timer')
    .map(({ time }) => time / 1000);
}

describe('clock-step', () => {
  for (const byMs of [5000, -5000, 0.5]) {
    scene(`by ${byMs} ms moves the wall clock alone, and no timer; its end steps back`, async (tank) => {
      await tank.act('a', { do: 'timer', key: 't', afterMs: 100 });
      await tank.until(10);
      const id = tank.inject({ kind: 'clock-step', hosts: 'a', byMs }, 200);
      await tank.until(20);
      expect(clocks(tank, 'a')).toEqual({ wallMs: 20 + byMs, monotonicMs: 20 });
      expect(clocks(tank, 'b')).toEqual({ wallMs: 20, monotonicMs: 20 });
      await tank.until(300);
      expect(tank.entries('a')).toEqual([{ text: 'timer t', wallMs: 100 + byMs, monotonicMs: 100 }]);
      expect(fired(tank, 'a')).toEqual([100]);
      expect(clocks(tank, 'a')).toEqual({ wallMs: 300, monotonicMs: 300 });
      expect(tank.report(id)).toMatchObject({ status: 'ended', witness: 1 });
      expect(tank.events('clock', 'a')).toHaveLength(2);
    });
  }

  scene('on a step adds up, and each end takes back its own, in any order', async (tank) => {
    tank.inject({ kind: 'clock-step', hosts: '*', byMs: 1000 }, 50);
    await tank.until(10);
    const second = tank.inject({ kind: 'clock-step', hosts: ['a', 'b'], byMs: -300 }, 100);
    await tank.until(20);
    expect(clocks(tank, 'a').wallMs).toBe(720);
    expect(clocks(tank, 'c').wallMs).toBe(1020);
    await tank.until(60);
    expect(clocks(tank, 'a').wallMs).toBe(-240);
    await tank.until(120);
    expect(clocks(tank, 'a').wallMs).toBe(120);
    expect(tank.witness(second)).toBe(2);
  });

  scene('by nothing has no effect', async (tank) => {
    const id = tank.inject({ kind: 'clock-step', hosts: 'a', byMs: 0 });
    expect(tank.withoutEffect()).toEqual([id]);
  });
});

describe('clock-drift', () => {
  for (const [ppm, firesAt] of [
    [500_000, 70], // 10 ms at the true rate, 90 ms at one and a half
    [-500_000, 190],
  ] as const) {
    scene(`of ${ppm} ppm moves a timer that waits to ${firesAt} ms`, async (tank) => {
      await tank.act('a', { do: 'timer', key: 't', afterMs: 100 });
      await tank.act('b', { do: 'timer', key: 't', afterMs: 100 });
      await tank.until(10);
      const id = tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: ppm });
      await tank.until(300);
      expect(fired(tank, 'a')).toEqual([firesAt]);
      expect(fired(tank, 'b')).toEqual([100]);
      expect(tank.times('a', 'timer t')).toEqual([100]);
      expect(tank.witness(id)).toBe(1);
    });
  }

  scene('moves timers back when it ends, and keeps the error', async (tank) => {
    await tank.act('a', { do: 'timer', key: 't', afterMs: 100 });
    tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: 500_000 }, 40);
    await tank.until(300);
    expect(fired(tank, 'a')).toEqual([80]); // 60 ms of its own after 40, then 40 more
    expect(clocks(tank, 'a')).toEqual({ wallMs: 320, monotonicMs: 320 });
  });

  scene('holds for timers set meanwhile', async (tank) => {
    tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: -500_000 });
    await tank.until(10);
    await tank.act('a', { do: 'timer', key: 't', afterMs: 10 });
    await tank.until(100);
    expect(fired(tank, 'a')).toEqual([30]);
  });

  scene('leaves a time-out that waits at the rate at which it was set', async (tank) => {
    tank.inject({ kind: 'power-off', hosts: 'b' });
    await tank.act('a', { do: 'request', to: 'b/main', body: 1, timeoutMs: 100 });
    await tank.until(10);
    tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: 500_000 });
    await tank.until(99);
    expect(tank.log('a')).toEqual([]);
    await tank.until(100);
    expect(tank.log('a')).toEqual(['timeout, may have happened: no reply in time']);
  });

  scene(
    'on a drift adds up on top of the own one, within what a clock can do, and all of it ends',
    async (tank) => {
      const drift = () => tank.world.view.hosts.get('a')?.clock.driftPpm;
      tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: 1000 }, 50);
      expect(drift()).toBe(1100);
      tank.inject({ kind: 'clock-drift', hosts: '*', partsPerMillion: -300 }, 100);
      expect(drift()).toBe(800);
      const most = tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: 500_000 });
      expect(drift()).toBe(500_000);
      await tank.until(60);
      expect(drift()).toBe(499_800);
      tank.world.endFault(most);
      expect(drift()).toBe(-200);
      await tank.until(120);
      expect(drift()).toBe(100);
    },
    { host: { clock: { driftPpm: 100 } } },
  );

  scene('and a step compose: the end of each takes back its own', async (tank) => {
    tank.inject({ kind: 'clock-step', hosts: 'a', byMs: 1000 }, 100);
    tank.inject({ kind: 'clock-drift', hosts: 'a', partsPerMillion: 100_000 }, 50);
    await tank.until(60);
    expect(clocks(tank, 'a')).toEqual({ wallMs: 1065, monotonicMs: 65 });
    await tank.until(110);
    expect(clocks(tank, 'a')).toEqual({ wallMs: 115, monotonicMs: 115 });
  });
});
