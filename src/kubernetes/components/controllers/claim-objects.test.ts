import { describe, expect, it } from 'vitest';
import type { KubernetesObject, OwnerReference } from '../../api/object.ts';
import { PODS, REPLICA_SETS } from '../../api/resource.ts';
import { claimObjects } from './claim-objects.ts';

const object = (kind: string, name: string, more: object = {}) =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'ns', uid: `uid-${name}`, ...more } }) as KubernetesObject;
const ownedBy = (name: string): { ownerReferences: OwnerReference[] } => ({
  ownerReferences: [{ apiVersion: 'v1', kind: 'ReplicaSet', name, uid: `uid-${name}`, controller: true }],
});
const GOING = { deletionTimestamp: '2024-01-01T12:00:00Z' };

/** Names of what is claimed, and of what is done to what. */
function claim(owner: KubernetesObject, candidates: KubernetesObject[], selected: string[]) {
  const { claimed, actions } = claimObjects({
    owner,
    ownerResource: REPLICA_SETS,
    resource: PODS,
    candidates,
    matches: ({ metadata }) => selected.includes(metadata.name),
  });
  const did = actions.map((action) => {
    if (action.do !== 'patch') return 'name' in action ? `${action.do} ${action.name}` : action.do;
    const [reference] = (action.patch as { metadata: { ownerReferences: object[] } }).metadata.ownerReferences;
    return `${reference !== undefined && '$patch' in reference ? 'release' : 'adopt'} ${action.name}`;
  });
  return [claimed.map(({ metadata }) => metadata.name), did];
}

describe('an owner claims (pkg/controller/controller_ref_manager_test.go)', () => {
  const owner = object('ReplicaSet', 'set');
  const going = object('ReplicaSet', 'set', GOING);
  const mine = object('Pod', 'mine', ownedBy('set'));
  const orphan = object('Pod', 'orphan');
  const dying = object('Pod', 'dying', GOING);
  const others = object('Pod', 'others', ownedBy('another'));

  it.each<[string, KubernetesObject, KubernetesObject[], string[], string[], string[]]>([
    ['what it owns and selects', owner, [mine], ['mine'], ['mine'], []],
    [
      'orphans, after a look at itself',
      owner,
      [orphan, mine],
      ['orphan', 'mine'],
      ['orphan', 'mine'],
      ['check set', 'adopt orphan'],
    ],
    ['no orphan that it does not select', owner, [orphan], [], [], []],
    ['no orphan that is being deleted', owner, [dying], ['dying'], [], []],
    ['nothing of another controller, selected or not', owner, [others], ['others'], [], []],
    ['nothing of another controller, which it does not release either', owner, [others], [], [], []],
    ['no longer what it does not select', owner, [mine], [], [], ['release mine']],
    ['on its way out only what it has, and releases nothing', going, [mine, orphan], ['orphan'], [], []],
    ['on its way out only what it has', going, [mine, orphan], ['mine', 'orphan'], ['mine'], []],
  ])('%s', (_, who, candidates, selected, claimed, did) => {
    expect(claim(who, candidates, selected)).toEqual([claimed, did]);
  });
});
