/** Cases of upstream's own test tables, restated as data; each names its source. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../api/object.ts';
import { parseTime } from '../../../api/time.ts';
import { cleanupDeployment } from './cleanup.ts';
import { deploymentComplete, deploymentProgressing } from './deployment-status.ts';
import { asChanged, beginSync, type DeploymentSync } from './deployment-sync.ts';
import { findNewReplicaSet, findOldReplicaSets } from './new-replica-set.ts';
import { equalIgnoreHash } from './pod-template-hash.ts';
import { deploymentTimedOut, requeueStuckDeployment } from './progress.ts';
import { replicasAnnotationsNeedUpdate } from './replica-set-annotations.ts';
import { replicasOf } from './replica-set-counts.ts';
import * as rolling from './rolling-update.ts';
import * as limits from './rolling-update-limits.ts';
import { getReplicaSetFraction, scale } from './scaling.ts';

interface Case {
  readonly id: string;
  readonly source: string;
  readonly step: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is that of the step
  readonly input: any;
  readonly expected: Readonly<Record<string, unknown>>;
}

const load = (file: string): Case[] =>
  JSON.parse(readFileSync(new URL(`./upstream/${file}.json`, import.meta.url), 'utf8'));

const NOW = '2024-01-01T12:00:00Z';
const at = (time: string): number => parseTime(time) ?? Number.NaN;
const begin = (deployment: Deployment): DeploymentSync => beginSync(deployment, { now: at(NOW), time: NOW });
const sizeAfter = (sync: DeploymentSync, set: ReplicaSet): number => replicasOf(asChanged(sync, set));
const names = (sets: readonly ReplicaSet[]): string[] => sets.map(({ metadata }) => metadata.name);

const STEPS: Record<string, (input: Case['input']) => Record<string, unknown>> = {
  reconcileNewReplicaSet({ deployment, newReplicaSet, oldReplicaSets }) {
    const sync = begin(deployment);
    const scaled = rolling.reconcileNewReplicaSet(sync, [newReplicaSet, ...oldReplicaSets], newReplicaSet);
    return { scaled, newReplicas: sizeAfter(sync, newReplicaSet) };
  },
  reconcileOldReplicaSets({ deployment, newReplicaSet, oldReplicaSets }) {
    const sync = begin(deployment);
    const all = [...oldReplicaSets, newReplicaSet];
    const scaled = rolling.reconcileOldReplicaSets(sync, all, oldReplicaSets, newReplicaSet);
    return { scaled, oldReplicas: sizeAfter(sync, oldReplicaSets[0]) };
  },
  cleanupUnhealthyReplicas({ deployment, oldReplicaSets, maxCleanupCount }) {
    const sync = begin(deployment);
    const cleanupCount = rolling.cleanupUnhealthyReplicas(sync, oldReplicaSets, maxCleanupCount);
    return { cleanupCount, oldReplicas: sizeAfter(sync, oldReplicaSets[0]) };
  },
  scaleDownOldReplicaSetsForRollingUpdate({ deployment, allReplicaSets, oldReplicaSets }) {
    const sync = begin(deployment);
    const all = oldReplicaSets.filter(({ metadata }: ReplicaSet) => allReplicaSets.includes(metadata.name));
    const count = rolling.scaleDownOldReplicaSetsForRollingUpdate(sync, all, oldReplicaSets);
    return { scaled: count > 0, oldReplicas: sizeAfter(sync, oldReplicaSets[0]) };
  },
  scale({ deployment, newReplicaSet, oldReplicaSets }) {
    const sync = begin(deployment);
    scale(sync, newReplicaSet ?? undefined, oldReplicaSets);
    const all: ReplicaSet[] = newReplicaSet ? [newReplicaSet, ...oldReplicaSets] : oldReplicaSets;
    return { replicas: Object.fromEntries(all.map((set) => [set.metadata.name, sizeAfter(sync, set)])) };
  },
  cleanupDeployment: (input) => ({ deletions: cleanedUp(input).length }),
  cleanupDeploymentOrder: (input) => ({ deleted: cleanedUp(input) }),
  requeueStuckDeployment({ deployment, newStatus, now = NOW }) {
    const seconds = requeueStuckDeployment(deployment, newStatus, at(now));
    return { requeue: seconds >= 0, requeueAfterSeconds: seconds >= 0 ? seconds : null };
  },
  resolveFenceposts: (input) => ({ ...limits.resolveFenceposts(input.maxSurge, input.maxUnavailable, input.desired) }),
  newRSNewReplicas: ({ deployment, allReplicaSets, newReplicaSet }) => ({
    replicas: limits.newReplicaSetReplicas(deployment, allReplicaSets, newReplicaSet),
  }),
  deploymentComplete: ({ deployment }) => ({ complete: deploymentComplete(deployment, deployment.status) }),
  deploymentProgressing: ({ oldStatus, newStatus }) => ({ progressing: deploymentProgressing(oldStatus, newStatus) }),
  deploymentTimedOut({ progressDeadlineSeconds, condition, now }) {
    const status = { conditions: [condition] } as DeploymentStatus;
    return { timedOut: deploymentTimedOut({ spec: { progressDeadlineSeconds } } as Deployment, status, at(now)) };
  },
  maxUnavailable: ({ deployment }) => ({ maxUnavailable: limits.maxUnavailable(deployment) }),
  minAvailable: ({ deployment }) => ({ minAvailable: limits.minAvailable(deployment) }),
  getReplicaSetFraction: ({ deployment, replicaSet }) => ({ fraction: getReplicaSetFraction(replicaSet, deployment) }),
  equalIgnoreHash({ a, b }) {
    expect(equalIgnoreHash(a, b)).toBe(equalIgnoreHash(b, a));
    return { equal: equalIgnoreHash(a, b) };
  },
  findNewReplicaSet: ({ deployment, replicaSets }) => ({
    newReplicaSet: findNewReplicaSet(deployment, replicaSets)?.metadata.name ?? null,
  }),
  findOldReplicaSets({ deployment, replicaSets }) {
    const old = findOldReplicaSets(deployment, replicaSets);
    return { allOld: names(old).sort(), oldWithReplicas: names(old.filter((set) => replicasOf(set) > 0)).sort() };
  },
  replicasAnnotationsNeedUpdate: ({ replicaSet, desiredReplicas, maxReplicas }) => ({
    needUpdate: replicasAnnotationsNeedUpdate(replicaSet, desiredReplicas, maxReplicas),
  }),
};

function cleanedUp({ deployment, oldReplicaSets }: Case['input']): string[] {
  const sync = begin(deployment);
  cleanupDeployment(sync, oldReplicaSets);
  return sync.last.flatMap((action) => (action.do === 'delete' ? [action.name] : []));
}

it.each(['rolling', 'sync', 'util'].flatMap(load))('$id: $source', ({ step, input, expected }) => {
  const run = STEPS[step];
  if (run === undefined) throw new Error(`nothing here does ${step}`);
  expect(run(input)).toMatchObject(expected);
});
