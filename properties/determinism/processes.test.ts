/** The same worlds have the same digests in other processes, on other versions of Node.js, and without native code. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build as bundle } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { otherNodes } from '../../test/node-versions.ts';
import { digestsOf, NUMBERS, WORLDS } from './run-world.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Inside the project, so that its libraries resolve. */
const RUNNER = at('../../.cache/determinism/print-digests.mjs');
const run = promisify(execFile);

async function digestsIn(node: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const options = { env: { ...process.env, NODE_OPTIONS: '', ...env }, maxBuffer: 2 ** 24 };
  const { stdout } = await run(node, [RUNNER, String(WORLDS)], options);
  return JSON.parse(stdout) as string[];
}

describe('1,000 random worlds', () => {
  let digests: string[];

  beforeAll(async () => {
    await bundle({
      entryPoints: [at('./print-digests.ts')],
      outfile: RUNNER,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      alias: { 'wavetank/sim': at('../../src/sim/index.ts') },
    });
    digests = await digestsIn(process.execPath);
  }, 240_000);

  it('have the same digests in this process and in another', async () => {
    expect(digests).toHaveLength(WORLDS);
    const numbers = NUMBERS.slice(0, 300);
    expect(await digestsOf(numbers)).toEqual(digests.slice(0, 300));
  });

  it("have the same digests without msgpackr's native accelerator", { timeout: 240_000 }, async () => {
    const without = await digestsIn(process.execPath, { MSGPACKR_NATIVE_ACCELERATION_DISABLED: 'true' });
    expect(without).toEqual(digests);
  });

  const others = otherNodes();
  if (others.length === 0) {
    it.skipIf(true)('have the same digests on other versions of Node.js: none is installed here', () => {});
  }
  for (const { version, path } of others) {
    it(`have the same digests on Node.js ${version}`, { timeout: 240_000 }, async () => {
      expect(await digestsIn(path)).toEqual(digests);
    });
  }
});
