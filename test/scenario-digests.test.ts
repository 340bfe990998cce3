/** A scenario has the same digest on every supported version of Node.js. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build as bundle } from 'esbuild';
import { expect, it } from 'vitest';
import { loadScenario, runScenario } from 'wavetank';
import { otherNodes } from './node-versions.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Inside the project, so that its libraries resolve. */
const RUNNER = at('../.cache/scenario-digests.mjs');
const FILES = ['first-pod', 'shop', 'node-crash', 'rolling-update'].map((name) => at(`../scenarios/${name}.yaml`));
const run = promisify(execFile);

it('the scenarios have one digest each on every version of Node.js', async () => {
  await bundle({
    entryPoints: [at('./scenario-digests.ts')],
    outfile: RUNNER,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    alias: { wavetank: at('../src/index.ts') },
  });
  const expected: string[] = [];
  for (const file of FILES) {
    const { report, verdict } = await runScenario(loadScenario(file), { seed: 7 });
    expected.push(`${verdict} ${report.digest}`);
  }
  for (const { path, version } of otherNodes()) {
    const { stdout } = await run(path, [RUNNER, ...FILES], { env: { ...process.env, NODE_OPTIONS: '' } });
    expect(stdout.trim().split('\n'), `Node.js ${version}`).toEqual(expected);
  }
});
