/** Every kind of trouble at random, and what requests and streams still promise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';
import type { Actor } from '../kernel/actor.ts';

const HOSTS = ['a', 'b', 'c'];
const host = fc.constantFrom(...HOSTS);
const pair = fc.tuple(host, host).filter(([from, to]) => from !== to);
const sides = pair.map(([from, to]) => ({ from, to }));

/** One thing that goes wrong: a fault as its fields, when, and for how long if it lasts. */
const fault = fc.oneof(
  pair.map(([a, b]) => ({ kind: 'partition' as const, sides: [a, b] as const })),
  sides.map((each) => ({ kind: 'partition-one-way' as const, ...each })),
  sides.map((each) => ({ kind: 'clog' as const, ...each })),
  sides.map((each) => ({ kind: 'lose' as const, ...each, probability: 0.5 })),
  sides.map((each) => ({ kind: 'slow-link' as const, ...each, extra: 300 })),
  sides.map((each) => ({ kind: 'reset' as const, ...each })),
  sides.map((each) => ({ kind: 'half-open' as const, ...each })),
  host.map((each) => ({ kind: 'isolate' as const, hosts: each })),
  host.map((each) => ({ kind: 'crash' as const, processes: `${each}/main` })),
  host.map((each) => ({ kind: 'power-off' as const, hosts: each })),
  host.map((each) => ({ kind: 'pause' as const, processes: `${each}/main` })),
  host.map((each) => ({ kind: 'restart' as const, hosts: each })),
  host.map((each) => ({ kind: 'restart' as const, processes: `${each}/main` })),
  host.map((each) => ({ kind: 'clock-drift' as const, hosts: each, partsPerMillion: 200_000 })),
);
const trouble = fc.record({ fault, atMs: fc.nat(5000), forMs: fc.oneof(fc.nat(300), fc.nat(6000)) });

const ONCE = new Set(['reset', 'half-open', 'restart']);
const plan = fc.array(trouble, { maxLength: 12 }).map((all) => ({
  healAtMs: 8000,
  faults: all.map(({ fault: what, atMs, forMs }) => ({ fault: what, atMs, ...(ONCE.has(what.kind) ? {} : { forMs }) })),
}));

interface Asked {
  /** The life of the process that asked, by the time of its start and its host. */
  readonly life: string;
  readonly to: string;
}

/** Asks the other two hosts every 50 ms for ten seconds, and says in `asked`, `seen` and `outcomes` what came of it. */
function tankOfQuestions(plan: unknown, seed: number) {
  const asked = new Map<string, Asked>();
  const seen = new Map<string, number>();
  const outcomes = new Map<string, { ok: boolean; mayHaveHappened: boolean }[]>();
  const order: string[][] = [];
  interface State {
    life: string;
    next: number;
    heard: string[];
  }
  const peer: Actor<State> = {
    start: (ctx) => {
      ctx.setTimer('ask', 50);
      const heard: string[] = [];
      order.push(heard);
      return { life: `${ctx.self}@${ctx.monotonic}`, next: 0, heard };
    },
    receive: (state, message, ctx) => {
      if (message.type === 'timer') {
        for (const to of HOSTS) {
          if (to === ctx.host) continue;
          const id = `${state.life}#${state.next++}>${to}`;
          asked.set(id, { life: state.life, to });
          ctx.request(`${to}/main`, id, { then: id, timeoutMs: 1500 });
        }
        if (ctx.monotonic < 12_000_000) ctx.setTimer('ask', 50);
      } else if (message.type === 'request') {
        const id = message.body as string;
        seen.set(id, (seen.get(id) ?? 0) + 1);
        state.heard.push(id);
        if (ctx.random.chance(0.9)) ctx.reply(message.id, id);
      } else if (message.type === 'response') {
        const id = message.then as string;
        const all = outcomes.get(id) ?? [];
        outcomes.set(id, [...all, { ok: message.ok, mayHaveHappened: message.ok || message.mayHaveHappened }]);
        if (message.ok && message.body !== id) throw new Error('the reply to another request');
      }
      return state;
    },
  };
  const stage = new Stage({
    seed,
    programs: { peer },
    plan: plan as never,
    network: { zone: { latency: { uniform: { minMs: 1, maxMs: 20 } } }, breakAfterMs: 2000, retransmitMs: 20 },
    hosts: HOSTS.map((name) => ({ name, processes: [{ name: 'main', program: 'peer', restart: 'always' as const }] })),
    trace: { keep: 'none' },
  });
  return { stage, asked, seen, outcomes, order };
}

describe('a request in any trouble', () => {
  it('has one outcome if its actor lives, is seen at most once, in order, and never where it has not happened', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async (faults, seed) => {
        const { stage, asked, seen, outcomes, order } = tankOfQuestions(faults, seed);
        await stage.world.run({ untilMs: 30_000 });
        expect(stage.panics()).toEqual([]);
        const living = new Set(
          HOSTS.map((each) => (stage.world.view.state(`${each}/main`) as { life: string } | undefined)?.life),
        );
        expect(asked.size).toBeGreaterThan(300);
        for (const [id, { life }] of asked) {
          const all = outcomes.get(id) ?? [];
          if (living.has(life)) expect([id, all.length]).toEqual([id, 1]);
          else expect(all.length).toBeLessThanOrEqual(1);
          for (const outcome of all) {
            if (!outcome.mayHaveHappened) expect([id, seen.has(id)]).toEqual([id, false]);
            if (outcome.ok) expect([id, seen.get(id)]).toEqual([id, 1]);
          }
        }
        for (const [id, times] of seen) expect([id, times]).toEqual([id, 1]);
        for (const heard of order) {
          const last = new Map<string, number>();
          for (const id of heard) {
            const [life = '', number = ''] = id.split(/[#>]/);
            expect(Number(number)).toBeGreaterThan(last.get(life) ?? -1);
            last.set(life, Number(number));
          }
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 20) },
    );
  });

  it('is answered again soon after the trouble is over', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async (faults, seed) => {
        const { stage, asked, outcomes } = tankOfQuestions(faults, seed);
        await stage.world.run({ untilMs: 30_000 });
        // The last fifty questions of each were asked long after the heal.
        for (const each of HOSTS) {
          const { life } = stage.world.view.state(`${each}/main`) as { life: string };
          const mine = [...asked].filter(([, question]) => question.life === life).slice(-50);
          const failed = mine.filter(([id]) => {
            const [outcome] = outcomes.get(id) ?? [];
            return outcome?.ok !== true;
          });
          // A tenth is never answered on purpose.
          expect(failed.length).toBeLessThan(20);
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 10) },
    );
  });

  it('gives the same digest twice', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async (faults, seed) => {
        const digests = await Promise.all(
          [0, 1].map(async () => {
            const { stage } = tankOfQuestions(faults, seed);
            await stage.world.run({ untilMs: 9000 });
            return stage.world.digest;
          }),
        );
        expect(digests[0]).toBe(digests[1]);
      }),
      { numRuns: 4 },
    );
  });
});
