/** Cases of upstream's own test tables, restated as data; each names its source. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Pod } from '../../../api/object.ts';
import { PODS, REPLICA_SETS } from '../../../api/resource.ts';
import { parseTime } from '../../../api/time.ts';
import { compareActivePodsWithRanks } from './active-pods-with-ranks.ts';
import { getPodsToDelete } from './manage-replicas.ts';
import { REPLICA_SET_CONTROLLER } from './replicaset.ts';

interface Case {
  readonly id: string;
  readonly source: string;
  readonly step: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is that of the step
  readonly input: any;
  readonly expected: Readonly<Record<string, unknown>>;
}

const CASES: Case[] = JSON.parse(
  readFileSync(new URL('./upstream/pod-deletion-ranking.json', import.meta.url), 'utf8'),
);

const ORDERS = new Map([
  [-1, 'a-first'],
  [0, 'equal'],
  [1, 'b-first'],
]);

const STEPS: Record<string, (input: Case['input']) => Record<string, unknown>> = {
  compareActivePodsWithRanks({ a, b, rankA, rankB, now }) {
    const [left, right] = [
      { pod: a, rank: rankA },
      { pod: b, rank: rankB },
    ] as const;
    const order = Math.sign(compareActivePodsWithRanks(left, right, parseTime(now)));
    const reversed = Math.sign(compareActivePodsWithRanks(right, left, parseTime(now)));
    expect(order + reversed).toBe(0);
    return { order: ORDERS.get(order) };
  },
  getPodsToDelete: ({ pods, relatedPods, diff }) => ({
    delete: getPodsToDelete(pods, relatedPods, diff, undefined).map(({ metadata }) => metadata.name),
  }),
  syncReplicaSet({ replicaSet, pods }) {
    const store = new Store();
    store.add(REPLICA_SETS, replicaSet);
    for (const pod of pods) store.add(PODS, pod);
    const did: string[] = [];
    store.refuse = (action) => {
      did.push(action.do);
      return undefined;
    };
    const manager = new Manager(store, [REPLICA_SET_CONTROLLER]);
    for (const plural of manager.behind()) while (manager.behind().includes(plural)) manager.deliver(plural);
    for (const id of manager.queued()) manager.step(id);
    for (const pod of pods as Pod[]) {
      const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
      expect(store.get<Pod>('pods', key)?.metadata.ownerReferences).toEqual(pod.metadata.ownerReferences);
    }
    const count = (what: string): number => did.filter((each) => each === what).length;
    return { creates: count('create'), deletes: count('delete'), adoptionPatches: count('patch') };
  },
};

it.each(CASES)('$id: $source', ({ step, input, expected }) => {
  const run = STEPS[step];
  if (run === undefined) throw new Error(`nothing here does ${step}`);
  expect(run(input)).toMatchObject(expected);
});
