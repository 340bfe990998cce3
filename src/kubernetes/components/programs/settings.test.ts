import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerArgs } from '../../protocol/container.ts';
import { commandPlan } from './command-plan.ts';
import { echoSettings } from './echo-settings.ts';
import { addLatency, noLatencies, percentileMs } from './latencies.ts';
import { loadSettings } from './load-settings.ts';
import { durationSetting } from './settings.ts';
import { parseTarget } from './target.ts';

const args = (env: Record<string, string>, config: unknown = null): ContainerArgs => ({
  pod: { name: 'p', namespace: 'default', uid: 'u', ip: '10.244.1.2' },
  container: 'main',
  image: 'wavetank/echo',
  config,
  command: [],
  args: [],
  env,
  files: {},
  ports: [],
  network: 'node/overlay',
});

describe('targets', () => {
  it.each([
    ['http://10.96.0.7:8080/cart?x=1', { ip: '10.96.0.7', port: 8080, path: '/cart?x=1' }],
    ['http://10.96.0.7', { ip: '10.96.0.7', port: 80, path: '/' }],
    ['10.96.0.7:80', { ip: '10.96.0.7', port: 80, path: '/' }],
    [' http://$(CART_SERVICE_HOST):$(CART_SERVICE_PORT)/a ', { ip: '10.96.0.9', port: 81, path: '/a' }],
  ])('%s', (written, target) => {
    expect(parseTarget(written, args({ CART_SERVICE_HOST: '10.96.0.9', CART_SERVICE_PORT: '81' }))).toMatchObject(
      target,
    );
  });

  it.each([
    ['http://cart:80/', 'there is no DNS'],
    ['http://$(NOWHERE):80/', 'no NOWHERE'],
    ['https://10.0.0.1/', 'is not http://'],
    ['http://10.0.0.1:99999/', 'is not http://'],
    ['', 'is not http://'],
  ])('%j is none: %s', (written, problem) => {
    expect(parseTarget(written, args({}))).toContain(problem);
  });
});

describe('settings', () => {
  it('come from the environment, then from the image', () => {
    const { settings, problems } = echoSettings(
      args({ WORK_MS: '5' }, { WORK_MS: 7, PORT: 90, CALLS: '10.0.0.1:80, 10.0.0.2:80' }),
    );
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ workMs: 5, sockets: [{ port: 90, protocol: 'TCP' }], timeoutMs: 1000 });
    expect(settings.calls.map(({ ip }) => ip)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('that are wrong are told together', () => {
    expect(echoSettings(args({ WORK_MS: 'soon', CALLS: 'cart' })).problems).toHaveLength(2);
    expect(loadSettings(args({ TARGET: '10.0.0.1', RATE: '-1', DURATION: 'long' }))).toMatch(/RATE.*DURATION/);
    expect(loadSettings(args({}))).toMatch(/TARGET: missing/);
    expect(loadSettings(args({ TARGET: '10.0.0.1', RATE: '0' }))).toMatch(/RATE is above 0/);
  });

  it.each([
    ['90', 90_000],
    ['1.5s', 1500],
    ['5m', 300_000],
  ])('durations: %s', (text, ms) => {
    expect(durationSetting(args({ D: text }), 'D', [])).toBe(ms);
  });
});

describe('command lines', () => {
  it.each([
    [['sleep', '30'], { afterMs: 30_000, exitCode: 0 }],
    [['sh', '-c', 'echo hi; sleep 5; exit 3'], { afterMs: 5000, exitCode: 3 }],
    [['/bin/sh', '-c', 'sleep 1m && exit 1'], { afterMs: 60_000, exitCode: 1 }],
    [['false'], { afterMs: 0, exitCode: 1 }],
    [['sh', '-c', 'exit'], { afterMs: 0, exitCode: 0 }],
    [['sleep', 'infinity'], undefined],
    [['nginx', '-g', 'daemon off;'], undefined],
    [['sh', '-c', 'while true; do sleep 1; done'], undefined],
    [[], undefined],
  ])('%j', (words, plan) => {
    expect(commandPlan(words)).toEqual(plan);
  });
});

describe('latencies', () => {
  it('percentiles are at least the true one, and at most a sixteenth above it', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 200 });
    const property = fc.property(durations, fc.constantFrom(0.5, 0.9, 0.99, 1), (all, share) => {
      const latencies = noLatencies();
      for (const us of all) addLatency(latencies, us);
      const truth = all.slice().sort((a, b) => a - b)[Math.ceil(all.length * share) - 1] as number;
      const found = percentileMs(latencies, share) * 1000;
      expect(found).toBeGreaterThanOrEqual(truth - 0.001);
      expect(found).toBeLessThanOrEqual(truth * (1 + 1 / 16) + 0.001);
    });
    fc.assert(property, { seed: 1, numRuns: 500 });
    expect(percentileMs(noLatencies(), 0.5)).toBe(0);
  });
});
