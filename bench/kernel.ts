/** What the tank itself costs, against raw nact, raw msgpackr and its own switches. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Packr } from 'msgpackr';
import { Agenda, type World, type WorldSpec } from 'wavetank/sim';
import type { Benchmark } from './harness/benchmark.ts';
import { fanOutMs, fanOutWorld } from './workloads/fan-out.ts';
import { heavyWorld } from './workloads/many-hosts.ts';
import { podBody } from './workloads/pod-body.ts';
import { rawNactMessagesPerSecond } from './workloads/raw-nact.ts';
import { messagesPerSecond, requestReplyWorld } from './workloads/request-reply.ts';

/** Short, so that a case and its reference meet the same mood of a shared machine. */
const MESSAGES = 100_000;
const RECEIVERS = 5000;
const DEPTH = 100_000;
const PAIRS = 1_000_000;

const sized = (quick: boolean, size: number): number => (quick ? Math.min(200, size) : size);

/** Worlds by what is switched off in them; each goes on where it stood, so that only the first round warms up. */
const worlds = new Map<string, World>();
function worldWith(bodies: 'small' | 'pod', options: Partial<WorldSpec> = {}): World {
  const key = JSON.stringify([bodies, options]);
  const world = worlds.get(key) ?? requestReplyWorld(bodies, options);
  worlds.set(key, world);
  return world;
}

/** Microseconds per message: the inverse of a rate, so that costs can be compared as ratios. */
async function microsecondsPerMessage(quick: boolean, world: World): Promise<number> {
  return 1e6 / (await messagesPerSecond(world, sized(quick, MESSAGES)));
}

/** Microseconds that msgpackr alone takes to encode and decode one such body, with the settings that the codec uses. */
function msgpackrAlone(quick: boolean): number {
  const packr = new Packr({ structures: [], useRecords: true, moreTypes: true, freezeData: true } as object);
  const rounds = sized(quick, MESSAGES);
  const bodies = Array.from({ length: 1000 }, (_, i) => podBody(i));
  let read = 0;
  const before = performance.now();
  for (let i = 0; i < rounds; i++) {
    const value = packr.unpack(packr.pack(bodies[i % 1000])) as { kind: string };
    if (value.kind === 'Pod') read++;
  }
  if (read !== rounds) throw new Error('msgpackr lost a body.');
  return ((performance.now() - before) * 1000) / rounds;
}

let fanOut: World | undefined;
async function fanOutWorldOnce(quick: boolean): Promise<World> {
  fanOut ??= await fanOutWorld(sized(quick, RECEIVERS));
  return fanOut;
}

let heavy: World | undefined;
async function snapshotAndForkMs(quick: boolean): Promise<number> {
  heavy ??= await heavyWorld(quick ? 3 : 100);
  const before = performance.now();
  heavy.fork();
  return performance.now() - before;
}

function agendaSeconds(quick: boolean): number {
  const depth = sized(quick, DEPTH);
  const pairs = sized(quick, PAIRS);
  const agenda = new Agenda<number>();
  // A linear congruence (Numerical Recipes): cheap, and the same times in each repetition.
  let state = 12_345;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  for (let i = 0; i < depth; i++) agenda.push(next(), 1, i);
  const before = performance.now();
  let now = 0;
  for (let i = 0; i < pairs; i++) {
    now = agenda.nextTime;
    agenda.pop();
    agenda.push(now + next(), 1, i);
  }
  return (performance.now() - before) / 1000;
}

/** Starts a fresh process, so that its memory is that of the world alone. */
function idleHosts(quick: boolean): { readonly startSeconds: number; readonly rssMegabytes: number } {
  const script = fileURLToPath(new URL('./workloads/idle-hosts-main.ts', import.meta.url));
  const args = ['--import', 'tsx', script, String(quick ? 20 : 5000)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: process.env });
  if (status !== 0) throw new Error(`idle-hosts-main failed: ${stderr}`);
  return JSON.parse(stdout) as { startSeconds: number; rssMegabytes: number };
}

export const bench: Benchmark = {
  about: 'What does the tank cost?',
  repetitions: 7,
  warmUps: 1,
  cases: [
    {
      metric: 'raw nact, one message in flight',
      unit: 'messages/s',
      run: (quick) => rawNactMessagesPerSecond(sized(quick, MESSAGES)),
    },
    {
      metric: 'request-reply-sleep, everything on',
      unit: 'messages/s',
      run: (quick) => messagesPerSecond(worldWith('small'), sized(quick, MESSAGES)),
      reference: 'raw nact, one message in flight',
      target: { on: 'ratio', min: 1.2 },
    },
    { metric: 'msgpackr alone, one pod', unit: 'µs/message', run: msgpackrAlone },
    {
      metric: 'request-reply-sleep, pod bodies',
      unit: 'µs/message',
      run: (quick) => microsecondsPerMessage(quick, worldWith('pod')),
      reference: 'msgpackr alone, one pod',
      target: { on: 'ratio', max: 1.6 },
    },
    {
      metric: 'without digest',
      unit: 'µs/message',
      run: (quick) => microsecondsPerMessage(quick, worldWith('small', { digest: false })),
    },
    {
      metric: 'with digest',
      unit: 'µs/message',
      run: (quick) => microsecondsPerMessage(quick, worldWith('small')),
      reference: 'without digest',
      target: { on: 'ratio', max: 1.05 },
    },
    {
      metric: 'without trace',
      unit: 'µs/message',
      run: (quick) => microsecondsPerMessage(quick, worldWith('small', { trace: { keep: 'none' } })),
    },
    {
      metric: 'with causes and ring trace',
      unit: 'µs/message',
      run: (quick) => microsecondsPerMessage(quick, worldWith('small')),
      reference: 'without trace',
      target: { on: 'ratio', max: 1.1 },
    },
    {
      metric: '5,000 deliveries of an empty body',
      unit: 'ms',
      run: async (quick) => fanOutMs(await fanOutWorldOnce(quick), 'an empty body', quick ? 1 : 10),
    },
    {
      metric: '5,000 deliveries, encoded for each',
      unit: 'ms',
      run: async (quick) => fanOutMs(await fanOutWorldOnce(quick), 'a body each', quick ? 1 : 10),
    },
    {
      metric: '5,000 deliveries, one body',
      unit: 'ms',
      run: async (quick) => fanOutMs(await fanOutWorldOnce(quick), 'one body', quick ? 1 : 10),
      reference: '5,000 deliveries, encoded for each',
    },
    {
      metric: '5,000 deliveries, one body, against an empty one',
      unit: 'ms',
      run: async (quick) => fanOutMs(await fanOutWorldOnce(quick), 'one body', quick ? 1 : 10),
      reference: '5,000 deliveries of an empty body',
      target: { on: 'ratio', max: 1.1 },
    },
    {
      metric: 'snapshot and fork, 100 hosts × 4 × 10 KB',
      unit: 'ms',
      run: snapshotAndForkMs,
      target: { on: 'value', max: 60 },
    },
    {
      metric: 'start of 5,000 hosts × 4 idle actors',
      unit: 's',
      run: (quick) => idleHosts(quick).startSeconds,
      target: { on: 'value', max: 3 },
    },
    {
      metric: 'memory of 5,000 hosts × 4 idle actors',
      unit: 'MB',
      run: (quick) => idleHosts(quick).rssMegabytes,
      target: { on: 'value', max: 400 },
    },
    {
      metric: 'agenda, 1,000,000 push/pop pairs at depth 100,000',
      unit: 's',
      run: agendaSeconds,
      target: { on: 'value', max: 1 },
    },
  ],
};
