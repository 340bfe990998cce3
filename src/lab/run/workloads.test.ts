import { describe, expect, it } from 'vitest';
import type { Deployment, Pod } from '../../kubernetes/api/object.ts';
import { isAvailable, missingFromPod, missingFromRollout, podsByPhase } from './workloads.ts';

const metadata = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z' };
const pod = (status: Pod['status'], more: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, ...more },
  spec: { containers: [] },
  ...(status === undefined ? {} : { status }),
});
const READY = [{ type: 'Ready', status: 'True' }];

describe('a pod', () => {
  it.each<[what: string, pod: Pod, missing: string | undefined]>([
    ['is ready', pod({ phase: 'Running', conditions: READY }), undefined],
    ['has ended well', pod({ phase: 'Succeeded' }), undefined],
    ['is ready and going', pod({ phase: 'Running', conditions: READY }, { deletionTimestamp: 'now' }), 'Terminating'],
    ['has no status', pod(undefined), 'Pending'],
    [
      'has no node',
      pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 …' }] }),
      'Unschedulable: 0/3 …',
    ],
    [
      'waits for its image',
      pod({
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'main',
            image: '',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off' } },
          },
        ],
      }),
      'main: ImagePullBackOff: Back-off',
    ],
    [
      'has crashed',
      pod({
        phase: 'Running',
        containerStatuses: [
          {
            name: 'main',
            image: '',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { terminated: { exitCode: 3, reason: 'Error' } },
          },
        ],
      }),
      'main: Error, exit code 3',
    ],
    ['was refused', pod({ phase: 'Failed', reason: 'OutOfcpu' }), 'Failed: OutOfcpu'],
    ['runs and is not ready', pod({ phase: 'Running' }), 'running, not ready'],
  ])('that %s', (_, each, missing) => {
    expect(missingFromPod(each)).toBe(missing);
  });

  it('counts by its phase, in the order of a life', () => {
    const pods = [
      pod({ phase: 'Running' }),
      pod({ phase: 'Pending' }),
      pod({ phase: 'Running' }, { deletionTimestamp: 'x' }),
    ];
    expect([...podsByPhase(pods)]).toEqual([
      ['Pending', 1],
      ['Running', 1],
      ['Terminating', 1],
    ]);
  });
});

describe('a Deployment', () => {
  const deployment = (replicas: number, status: Deployment['status'], generation = 1): Deployment => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, generation },
    spec: { replicas, selector: {}, template: {} },
    ...(status === undefined ? {} : { status }),
  });

  it.each<[what: string, deployment: Deployment, missing: string | undefined]>([
    [
      'rolled out',
      deployment(2, { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
      undefined,
    ],
    ['of no replicas', deployment(0, { observedGeneration: 1 }), undefined],
    ['not observed', deployment(2, { observedGeneration: 1 }, 2), 'its change has not been observed'],
    [
      'not updated',
      deployment(2, { observedGeneration: 1, replicas: 2, updatedReplicas: 1 }),
      '1 of 2 replicas updated',
    ],
    [
      'with old replicas',
      deployment(2, { observedGeneration: 1, replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
      '1 old replicas left',
    ],
    [
      'not available',
      deployment(2, { observedGeneration: 1, replicas: 2, updatedReplicas: 2 }),
      '0 of 2 replicas available',
    ],
  ])('%s', (_, each, missing) => {
    expect(missingFromRollout(each)).toBe(missing);
  });

  it('is available when its condition says so', () => {
    const conditions = [{ type: 'Available', status: 'True' }];
    expect([isAvailable(deployment(1, { conditions })), isAvailable(deployment(1, undefined))]).toEqual([true, false]);
  });
});
