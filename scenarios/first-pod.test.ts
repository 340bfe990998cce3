/**
 * The walk of the first pod, event by event: what each component noted and the store committed, each with the event that
 * caused it. A change of this file is a change of behaviour: look at it, and if it is meant, write it anew with
 * `UPDATE_GOLDEN=1 npx vitest run scenarios/first-pod.test.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { formatTrace, loadScenario, runScenario, type TraceEvent } from 'wavetank';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const GOLDEN = at('./first-pod.trace.txt');

it('the first pod walks through the cluster as it did', async () => {
  const notes: TraceEvent[] = [];
  const outcome = await runScenario(loadScenario(at('./first-pod.yaml')), {
    seed: 7,
    onWorld: (world) => world.observe('note', (event) => notes.push(event)),
  });
  const told = notes.filter(({ object, detail }) => !(object === 'commit' && isHeartbeat(detail)));
  const lines = [...formatTrace(told, { detailWidth: 200 }), '', `digest ${outcome.report.digest}`];
  const text = `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
  if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(GOLDEN, text);
  expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
});

/** Leases are renewed whatever happens. */
function isHeartbeat(detail: unknown): boolean {
  const { keys } = detail as { readonly keys: readonly string[] };
  return keys.length > 0 && keys.every((key) => key.startsWith('/registry/leases/'));
}
