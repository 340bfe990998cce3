/**
 * Cases of upstream's own test tables, restated as data; each names its source. Those about API discovery have no counterpart:
 * the kinds are known here.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Namespace } from '../../../api/object.ts';
import { NAMESPACES } from '../../../api/resource.ts';
import type { Action } from '../../../client/controller/controller.ts';
import { NAMESPACE_CONTROLLER } from './namespace.ts';
import { type NamespaceCondition, updateConditions } from './namespace-conditions.ts';

interface Case {
  readonly id: string;
  readonly source: string;
  readonly step: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is that of the step
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly expected: any;
}

const CASES: Case[] = JSON.parse(readFileSync(new URL('./upstream/namespace-deletion.json', import.meta.url), 'utf8'));
const those = (step: string): Case[] => CASES.filter((each) => each.step === step);

/** What the controller does about a namespace, once. */
function actionsFor(namespace: Namespace): Action['do'][] {
  const store = new Store();
  store.isGraceful = () => true;
  store.add(NAMESPACES, namespace);
  const did: Action['do'][] = [];
  store.refuse = (action) => {
    did.push(action.do);
    return undefined;
  };
  const manager = new Manager(store, [NAMESPACE_CONTROLLER]);
  manager.settle();
  return did;
}

it.each(those('sync'))('$id: $source: nothing is done about what is finalized', ({ input, expected }) => {
  expect(actionsFor(input.namespace)).toEqual(expected.contentRequests);
});

it.each(those('finalized'))('$id: $source', ({ input, expected }) => {
  const metadata = { name: 'test', deletionTimestamp: '2024-01-01T12:00:00Z' };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: input.finalizers } };
  expect(actionsFor(namespace as unknown as Namespace).length === 0).toBe(expected.finalized);
});

it.each(those('delete-404'))('$id: $source: what is not there is deleted', ({ input, expected }) => {
  expect(expected.error).toBeNull();
  const did = actionsFor(input.namespace);
  expect(did).toContain('delete-collection');
  expect(did.indexOf('check-empty')).toBeGreaterThan(did.indexOf('delete-collection'));
  expect(did.at(-1)).toBe('patch');
});

it.each(those('conditions'))('$id: $source', ({ input, expected }) => {
  const failures = new Map<string, { reason: string; message: string }>(
    input.newConditions.map(({ type, reason, message }: NamespaceCondition) => [type, { reason, message }]),
  );
  expect(updateConditions(input.startingConditions, failures, '2024-01-01T12:00:00Z')).toMatchObject(
    expected.conditions,
  );
});
