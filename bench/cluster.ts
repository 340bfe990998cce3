/** What a cluster costs: from a manifest to ready pods, as a user waits for it, and a large one that is at rest. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { World } from 'wavetank';
import type { Benchmark } from './harness/benchmark.ts';
import { restingCluster } from './workloads/resting-cluster.ts';

const COMMAND = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const SOURCE_COMMAND = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const MANIFEST = fileURLToPath(new URL('./workloads/guestbook.yaml', import.meta.url));
const REPORT_MEMORY = new URL('./workloads/report-memory.mjs', import.meta.url).href;

interface Guestbook {
  readonly seconds: number;
  readonly megabytes: number;
}

/** The whole command, from the start of its process to its end. */
function guestbook(quick: boolean): Guestbook {
  // The quick form runs from source: it shows that the command works, without a build.
  const program = quick ? ['--import', 'tsx', SOURCE_COMMAND] : [COMMAND];
  const before = performance.now();
  const args = ['--import', REPORT_MEMORY, ...program, 'run', MANIFEST, '--json'];
  // Without what the benchmarks themselves are compiled by.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  const seconds = (performance.now() - before) / 1000;
  const memory = /max rss (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || memory === undefined) throw new Error(`the guestbook failed: ${stderr}${stdout.slice(0, 2000)}`);
  return { seconds, megabytes: Number(memory) / 1e6 };
}

let resting: Promise<World> | undefined;

/** Virtual seconds per second of wall time. */
async function restingSpeed(quick: boolean): Promise<number> {
  resting ??= restingCluster(quick ? { nodes: 3, pods: 6 } : { nodes: 100, pods: 1000 });
  const world = await resting;
  const virtualSeconds = quick ? 20 : 600;
  const before = performance.now();
  await world.run({ forMs: virtualSeconds * 1000 });
  return virtualSeconds / ((performance.now() - before) / 1000);
}

export const bench: Benchmark = {
  about: 'What does a cluster cost?',
  repetitions: 5,
  warmUps: 1,
  cases: [
    {
      metric: 'guestbook: manifest to six ready pods, the whole process',
      unit: 's',
      run: (quick) => guestbook(quick).seconds,
      target: { on: 'value', max: 1 },
    },
    {
      metric: 'guestbook: most memory of the process',
      unit: 'MB',
      run: (quick) => guestbook(quick).megabytes,
      target: { on: 'value', max: 150 },
    },
    {
      metric: '100 nodes, 1,000 pods at rest',
      unit: 'virtual s/s',
      run: restingSpeed,
      target: { on: 'value', min: 500 },
    },
  ],
};
