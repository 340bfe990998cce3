import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../api/object.ts';
import { parseTime } from '../../../api/time.ts';
import { compareActivePodsWithRanks, POD_DELETION_COST } from './active-pods-with-ranks.ts';
import { getPodsToDelete } from './manage-replicas.ts';

const NOW = '2024-01-01T12:00:00Z';
const THEN = '2023-12-01T12:00:00Z';
const now = parseTime(NOW);

interface Look {
  name: string;
  node?: string;
  phase?: string;
  ready?: boolean;
  readySince?: string;
  created?: string;
  restarts?: number;
  sidecarRestarts?: number;
  cost?: string;
  uid?: string;
}

function pod({
  name,
  node,
  phase = 'Running',
  ready,
  readySince,
  created,
  restarts,
  sidecarRestarts,
  cost,
  uid,
}: Look): Pod {
  const condition = {
    type: 'Ready',
    status: ready ? 'True' : 'False',
    ...(readySince && { lastTransitionTime: readySince }),
  };
  const sidecar = { name: 's', image: 'pause', restartPolicy: 'Always' };
  const state = { image: 'pause', imageID: '', ready: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: uid ?? name,
      ...(created && { creationTimestamp: created }),
      ...(cost && { annotations: { [POD_DELETION_COST]: cost } }),
    },
    spec: { containers: [{ name: 'c', image: 'pause' }], ...(node && { nodeName: node }), initContainers: [sidecar] },
    status: {
      phase,
      ...(ready === undefined ? {} : { conditions: [condition] }),
      containerStatuses: [{ name: 'c', restartCount: restarts ?? 0, ...state }],
      initContainerStatuses: [{ name: 's', restartCount: sidecarRestarts ?? 0, ...state }],
    },
  } as unknown as Pod;
}

describe('which of two pods is deleted first', () => {
  const unscheduled = pod({ name: 'unscheduled', phase: 'Pending' });
  const pending = pod({ name: 'pending', phase: 'Pending', node: 'node' });
  const running = pod({ name: 'not-ready', node: 'node' });
  const ready = (look: Partial<Look>) => pod({ name: 'ready', node: 'node', ready: true, ...look });

  it('is neither of two that are alike', () => {
    // pkg/controller/controller_utils_test.go: Equality tests 0
    expect(compareActivePodsWithRanks({ pod: unscheduled, rank: 1 }, { pod: unscheduled, rank: 1 }, now)).toBe(0);
  });

  it.each<[string, Pod, number, Pod, number]>([
    // pkg/controller/controller_utils_test.go: Inequality tests
    ['0: one that has no node', unscheduled, 1, pending, 2],
    ['1: one that is pending', pending, 1, running, 1],
    ['4: one that is not ready', running, 1, ready({}), 1],
    ['5: one whose time of readiness is unknown', ready({ name: 'a' }), 1, ready({ name: 'b', readySince: NOW }), 1],
    [
      '8: one that is doubled up on its node',
      ready({ name: 'a', readySince: NOW }),
      2,
      ready({ name: 'b', readySince: THEN }),
      1,
    ],
    [
      '12: doubled up counts before the age',
      ready({ name: 'a', readySince: NOW, created: THEN }),
      2,
      ready({ name: 'b', readySince: NOW, created: NOW }),
      1,
    ],
    [
      'one that became ready later',
      ready({ name: 'a', readySince: NOW }),
      1,
      ready({ name: 'b', readySince: THEN }),
      1,
    ],
    ['one that costs less', ready({ name: 'a', cost: '1' }), 1, ready({ name: 'b', cost: '2' }), 2],
    ['costs that are no numbers count as 0', ready({ name: 'a', cost: '+7' }), 1, ready({ name: 'b', cost: '1' }), 2],
    ['one that restarted more often', ready({ name: 'a', restarts: 5 }), 1, ready({ name: 'b', restarts: 1 }), 1],
    ['one whose sidecar restarted more often', ready({ name: 'a', sidecarRestarts: 5 }), 1, ready({ name: 'b' }), 1],
    ['the younger one', ready({ name: 'a', created: NOW }), 1, ready({ name: 'b', created: THEN }), 1],
    [
      'of one order of magnitude of age, the lower uid',
      ready({ name: 'a', created: '2024-01-01T11:00:00Z' }),
      1,
      ready({ name: 'b', created: '2024-01-01T11:10:00Z' }),
      1,
    ],
  ])('%s', (_, a, rankA, b, rankB) => {
    expect(compareActivePodsWithRanks({ pod: a, rank: rankA }, { pod: b, rank: rankB }, now)).toBeLessThan(0);
    expect(compareActivePodsWithRanks({ pod: b, rank: rankB }, { pod: a, rank: rankA }, now)).toBeGreaterThan(0);
  });
});

describe('the pods to give up', () => {
  const notReady = pod({ name: 'not-ready-pod', node: 'fake-node', ready: false });
  const ready1 = pod({ name: 'ready-pod-on-node-1', node: 'fake-node-1', ready: true });
  const ready2 = pod({ name: 'ready-pod-on-node-2', node: 'fake-node-2', ready: true });
  const scheduled = pod({ name: 'scheduled-pending-pod', node: 'fake-node', phase: 'Pending' });
  const unscheduled = pod({ name: 'unscheduled-pending-pod', phase: 'Pending' });

  it.each<[string, Pod[], number, string[]]>([
    // pkg/controller/replicaset/replica_set_test.go: TestGetPodsToDelete
    ['all of them', [notReady, ready1], 2, ['not-ready-pod', 'ready-pod-on-node-1']],
    ['scheduled vs unscheduled', [scheduled, unscheduled], 1, ['unscheduled-pending-pod']],
    [
      'various phases and conditions',
      [ready1, ready2, notReady, scheduled, unscheduled],
      3,
      ['unscheduled-pending-pod', 'scheduled-pending-pod', 'not-ready-pod'],
    ],
  ])('%s', (_, pods, count, expected) => {
    expect(getPodsToDelete(pods, pods, count, now).map(({ metadata }) => metadata.name)).toEqual(expected);
  });

  it('counts active pods of related sets on the same node', () => {
    const other = { ...ready2, metadata: { ...ready2.metadata, uid: 'other' } } as Pod;
    const [first] = getPodsToDelete([ready1, ready2], [ready1, ready2, other], 1, now);
    expect(first?.metadata.name).toBe('ready-pod-on-node-2');
    const ended = { ...other, status: { ...other.status, phase: 'Failed' } } as Pod;
    const two = { ...ready1, metadata: { ...ready1.metadata, uid: 'z' } } as Pod;
    expect(getPodsToDelete([two, ready2], [two, ready2, ended], 1, now)[0]?.metadata.uid).toBe('z');
  });
});
