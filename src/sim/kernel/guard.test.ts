/** Between steps the guarded globals work: the tests themselves use them. */
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';
import { GUARDED_GLOBALS, installGuard, NondeterminismError } from './guard.ts';

installGuard();
// Vitest's own calls put the unguarded function back from time to time.
const { nextTick } = process;

const CALLS: Readonly<Record<string, () => unknown>> = {
  'new Date()': () => new Date(),
  'Date()': () => Date(),
  'Date.now': () => Date.now(),
  'Math.random': () => Math.random(),
  'performance.now': () => performance.now(),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  'process.uptime': () => process.uptime(),
  'process.nextTick': () => nextTick(() => {}),
  'process.cpuUsage': () => process.cpuUsage(),
  'process.memoryUsage': () => process.memoryUsage(),
  setTimeout: () => clearTimeout(setTimeout(() => {}, 0)),
  setInterval: () => clearInterval(setInterval(() => {}, 1)),
  setImmediate: () => clearImmediate(setImmediate(() => {})),
  queueMicrotask: () => queueMicrotask(() => {}),
  'AbortSignal.timeout': () => AbortSignal.timeout(1),
  fetch: () => void fetch('data:,x').catch(() => {}),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'String.prototype.localeCompare': () => 'a'.localeCompare('b'),
  'String.prototype.toLocaleLowerCase': () => 'A'.toLocaleLowerCase(),
  'String.prototype.toLocaleUpperCase': () => 'a'.toLocaleUpperCase(),
  'Number.prototype.toLocaleString': () => (1000).toLocaleString(),
  'Array.prototype.toLocaleString': () => [1].toLocaleString(),
  'Date.prototype.toLocaleString': () => new Date(0).toLocaleString(),
  'Date.prototype.toLocaleDateString': () => new Date(0).toLocaleDateString(),
  'Date.prototype.toLocaleTimeString': () => new Date(0).toLocaleTimeString(),
  'Date.prototype.getTimezoneOffset': () => new Date(0).getTimezoneOffset(),
  'Intl.Collator': () => new Intl.Collator(),
  'Intl.DateTimeFormat': () => Intl.DateTimeFormat(),
  'Intl.NumberFormat': () => new Intl.NumberFormat(),
  'Intl.PluralRules': () => new Intl.PluralRules(),
  'Intl.RelativeTimeFormat': () => new Intl.RelativeTimeFormat(),
  'Intl.ListFormat': () => new Intl.ListFormat(),
  'Intl.Segmenter': () => new Intl.Segmenter(),
  'new WeakRef()': () => new WeakRef({}),
  'new FinalizationRegistry()': () => new FinalizationRegistry(() => {}),
};

async function panicOf(act: () => unknown): Promise<string[]> {
  const stage = new Stage({ hosts: ['a'] });
  await stage.act('a/main', act);
  return stage.panics();
}

describe('the guard', () => {
  it('is tested with a call for each global that it guards', () => {
    expect(Object.keys(CALLS)).toEqual(Object.keys(GUARDED_GLOBALS));
  });

  describe.each(Object.entries(CALLS))('of %s', (name, call) => {
    it('makes an actor that calls it panic, with an error that names the actor, the call and what to use', async () => {
      const caught: unknown[] = [];
      const panics = await panicOf(() => {
        try {
          call();
        } catch (error) {
          caught.push(error);
          throw error;
        }
      });
      expect(caught[0]).toBeInstanceOf(NondeterminismError);
      expect(panics).toEqual([expect.stringContaining(`a/main called ${name}, which is not deterministic`)]);
      expect(panics[0]).toContain(GUARDED_GLOBALS[name]);
    });

    it('does so also when the actor swallows the error, or throws another for it', async () => {
      const swallow = (): void => {
        try {
          call();
        } catch {}
      };
      expect(await panicOf(swallow)).toEqual([expect.stringContaining(`a/main called ${name}`)]);
      const translate = (): void => {
        swallow();
        throw new Error('something went wrong');
      };
      expect(await panicOf(translate)).toEqual([expect.stringContaining(`a/main called ${name}`)]);
    });

    it('lets it work before a run, between two runs, and in what the outside does while a run waits', async () => {
      const stage = new Stage({ hosts: ['a'] });
      expect(call).not.toThrow();
      const run = stage.world.run({ forMs: 1 });
      expect(call).not.toThrow();
      await run;
      expect(call).not.toThrow();
      await stage.world.run({ forMs: 1, until: () => call() === stage, onProgress: () => call() });
      expect(stage.panics()).toEqual([]);
    });
  });

  it('does not let the effects of a step happen that has touched a guarded global', async () => {
    const stage = new Stage();
    await stage.act('a/main', (ctx) => {
      ctx.send('b/main', 'before');
      try {
        Math.random();
      } catch {}
      ctx.send('b/main', 'after');
    });
    await stage.world.run({ forMs: 10 });
    expect(stage.bodies('b/main')).toEqual([]);
  });

  it('lets an actor work with dates that do not come from the clock', async () => {
    const results: unknown[] = [];
    const panics = await panicOf(() => {
      results.push(new Date(0).toISOString(), new Date('2014-06-06T00:00:00Z').getTime(), Date.UTC(2014, 5, 6));
      results.push(new Date(0) instanceof Date, Date.parse('1970-01-01T00:00:01Z'));
    });
    expect(panics).toEqual([]);
    expect(results).toEqual(['1970-01-01T00:00:00.000Z', 1_402_012_800_000, 1_402_012_800_000, true, 1000]);
  });

  it('knows the clock also by the constructor of a date', async () => {
    const panics = await panicOf(() => new (new Date(0).constructor as DateConstructor)());
    expect(panics).toEqual([expect.stringContaining('new Date()')]);
  });

  it('names the actor that calls, and not the one that stepped before it', async () => {
    const stage = new Stage({ react: { probe: ({ type }) => void (type === 'message' && Date.now()) } });
    await stage.act('a/main', (ctx) => ctx.send('b/main', 'x'));
    await stage.world.run({ forMs: 5 });
    expect(stage.panics()).toEqual([expect.stringMatching(/^b\/main called Date.now/)]);
  });

  it('holds in start as well', async () => {
    const stage = new Stage({ hosts: ['a'], main: { restart: 'never' }, react: { probe: () => void Math.random() } });
    await stage.world.run({ forMs: 5 });
    expect(stage.panics()).toEqual([expect.stringMatching(/^a\/main called Math.random/)]);
  });
});
