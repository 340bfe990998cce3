import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listedNodes, otherNodes } from './node-versions.ts';

describe('the other Node versions', () => {
  it('are all installed (npm run node-versions installs them)', () => {
    expect(otherNodes()).toEqual(listedNodes());
  });

  it('are the versions that they say', () => {
    for (const node of otherNodes()) {
      expect(execFileSync(node.path, ['--version'], { encoding: 'utf8' }).trim()).toBe(`v${node.version}`);
    }
  });

  it('include 22 and 24 on the platforms that the project is tested on', () => {
    if (!['linux', 'darwin'].includes(process.platform) || !['x64', 'arm64'].includes(process.arch)) return;
    expect(listedNodes().map((node) => node.version.split('.')[0])).toEqual(['22', '24']);
  });
});
