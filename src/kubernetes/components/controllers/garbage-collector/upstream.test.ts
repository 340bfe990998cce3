/**
 * Cases of upstream's own test tables, restated as data; each names its source.
 *
 * Upstream's graph keeps virtual nodes and a cache of absent owners, and its cases follow these step by step; here they are
 * played to their end, and what has been deleted is compared. 005 is about Roles, which the model does not have.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { KubernetesObject, OwnerReference } from '../../../api/object.ts';
import { DEPLOYMENTS, PODS } from '../../../api/resource.ts';
import { applyStrategicMergePatchToKind } from '../../../api/strategic-merge-patch.ts';
import { GARBAGE_COLLECTOR } from './garbage-collector.ts';

interface Case {
  readonly id: string;
  readonly source: string;
  readonly step: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is that of the step
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly expected: any;
}

const CASES: Case[] = JSON.parse(readFileSync(new URL('./upstream/garbage-collector.json', import.meta.url), 'utf8'));
const those = (step: string, ...ids: string[]): Case[] =>
  CASES.filter((each) => each.step === step && (ids.length === 0 || ids.some((id) => each.id.endsWith(id))));

const nameOf = (object: KubernetesObject): string =>
  `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`;

/** What upstream deletes in the course of a case. */
function deletedUpstream({ expected }: Case): string[] {
  const deletions = new Set<string>();
  for (const step of expected.afterEachStep) {
    for (const { verb, resource, namespace, name } of step?.requests ?? []) {
      if (verb === 'delete' && resource === 'pods') deletions.add(`Pod ${namespace}/${name}`);
    }
  }
  return [...deletions].sort();
}

it.each(those('conflicting-data', '/001', '/009'))('$id: $source', (each) => {
  const store = new Store();
  const live: KubernetesObject[] = each.input.liveObjects;
  // In the order in which upstream's graph sees them.
  const seen: string[] = each.input.steps.flatMap((step: { observe?: string; object: KubernetesObject }) =>
    step.observe === 'add' ? [nameOf(step.object)] : [],
  );
  for (const object of [...live].sort((a, b) => seen.indexOf(nameOf(a)) - seen.indexOf(nameOf(b)))) {
    store.add(object.kind === 'Pod' ? PODS : DEPLOYMENTS, { spec: {}, ...object });
  }
  new Manager(store, [GARBAGE_COLLECTOR]).settle();
  const gone = store.history.filter((change) => change.gone).map(({ object }) => nameOf(object));
  expect(gone.sort()).toEqual(deletedUpstream(each));
});

it.each(those('owner-ref-patch'))('$id: $source', ({ input, expected }) => {
  const store = new Store();
  const owners = input.ownerReferences.map(({ uid }: OwnerReference) => ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', name: `owner-${uid}`, uid },
  }));
  const stay: string[] = expected.ownerReferences.map(({ uid }: OwnerReference) => uid);
  for (const { name, uid } of owners) {
    if (!stay.includes(uid)) continue;
    store.add(DEPLOYMENTS, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'ns', uid } });
  }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: 'ns', ownerReferences: owners } };
  store.add(PODS, pod);
  const patches: unknown[] = [];
  store.refuse = (action) => {
    if (action.do === 'patch') patches.push(action.patch);
    return undefined;
  };
  new Manager(store, [GARBAGE_COLLECTOR]).settle();
  const uids = (object: KubernetesObject | undefined) => object?.metadata.ownerReferences?.map(({ uid }) => uid);
  expect(uids(store.get('pods', 'ns/pod'))).toEqual(stay);
  expect(patches).toHaveLength(1);
  const patched = applyStrategicMergePatchToKind(pod, patches[0]);
  expect(uids((patched as { value?: KubernetesObject }).value)).toEqual(stay);
});
