/** The scenarios of this folder pass, and each of them is the same run twice. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenario, runScenario, ScenarioError } from 'wavetank';
import { otherPeoplesManifests } from '../test/shared-folder.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SCENARIOS = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .sort();

describe('scenarios', () => {
  it.each(SCENARIOS)('%s passes, twice with one digest, and another seed has another', async (name) => {
    const scenario = loadScenario(`${FOLDER}${name}`);
    const [first, second, other] = await Promise.all([
      runScenario(scenario, { seed: 7 }),
      runScenario(scenario, { seed: 7 }),
      runScenario(scenario, { seed: 8 }),
    ]);
    for (const { failure, report, verdict } of [first, second, other]) {
      expect({ failure, violations: report.violations, panics: report.panics }).toEqual({ violations: [], panics: [] });
      expect(verdict).toBe('pass');
    }
    expect(second.report.digest).toBe(first.report.digest);
    expect(second.moments).toEqual(first.moments);
    expect(other.report.digest).not.toBe(first.report.digest);
  });
});

/** Kinds that are not modelled; a manifest that has one is refused with its name. */
const MISSING_KINDS: Readonly<Record<string, readonly string[]>> = {
  'cassandra.yaml': ['StatefulSet', 'StorageClass'],
  'guestbook-go.yaml': ['ReplicationController'],
};

describe("other people's manifests", () => {
  it('are run where the folder with them stands beside the project', () => {
    expect(otherPeoplesManifests().every((path) => /\.ya?ml$/.test(path))).toBe(true);
  });

  for (const path of otherPeoplesManifests()) {
    const name = basename(path);
    const missing = MISSING_KINDS[name];
    if (missing === undefined) {
      it(`${name} settles on three nodes, twice with one digest`, async () => {
        const scenario = loadScenario(path);
        const [first, second] = await Promise.all([runScenario(scenario), runScenario(scenario)]);
        expect({ failure: first.failure, unsettled: first.unsettled, verdict: first.verdict }).toEqual({
          failure: undefined,
          unsettled: [],
          verdict: 'pass',
        });
        expect(second.report.digest).toBe(first.report.digest);
      });
    } else {
      it(`${name} is refused, with the kinds that are missing`, () => {
        const load = (): unknown => loadScenario(path);
        expect(load).toThrow(ScenarioError);
        for (const kind of missing) expect(load).toThrow(new RegExp(`:\\d+:\\d+ there is no kind ${kind} in`));
      });
    }
  }
});
