/**
 * `npm run node-versions`: installs the Node binaries of tools/node-versions, unless they are in place already.
 *
 * npm passes over an optional dependency that it cannot fetch without a word, so what is missing afterwards is an error here.
 */
import { spawnSync } from 'node:child_process';
import { listedNodes, NODE_VERSIONS_FOLDER, otherNodes } from './node-versions.ts';

const listed = listedNodes();
if (otherNodes().length < listed.length) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--prefix', NODE_VERSIONS_FOLDER, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const missing = listed.length - otherNodes().length;
  if (status !== 0 || missing > 0) {
    console.error(`npm ci --prefix ${NODE_VERSIONS_FOLDER} left ${missing} of ${listed.length} Node binaries out.`);
    process.exitCode = 1;
  }
}
