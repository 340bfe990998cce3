/** Deletion: at once, with grace, with finalizers, and of whole collections. */
import { describe, expect, it } from 'vitest';
import { newConfigMap, newPod, ofConfigMap, ofPod, Tank } from '../../../../test/api-server/tank.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { CONFIG_MAPS, PODS } from '../../api/resource.ts';
import type { DeleteOptions } from '../../protocol/api.ts';
import { finalizersFor, proposeDeletion } from './admission/before-delete.ts';
import { servedKind } from './known-kinds.ts';

const NOW_US = 1_000_000_000;
const at = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  return `2025-01-01T00:${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}Z`;
};

function existing(meta: object, plural = 'pods'): KubernetesObject {
  const kind = servedKind(plural).resource.kind;
  const spec = { nodeName: 'machine', containers: [] };
  const metadata = {
    name: 'foo',
    namespace: 'test',
    uid: 'A',
    resourceVersion: '7',
    creationTimestamp: at(0),
    ...meta,
  };
  return { apiVersion: 'v1', kind, metadata, spec } as KubernetesObject;
}

function propose(plural: string, meta: object, options: DeleteOptions) {
  return proposeDeletion(servedKind(plural), existing(meta, plural), options, { nowUs: NOW_US });
}

describe('a deletion of an object', () => {
  // apiserver/pkg/registry/generic/registry/store_test.go: TestStoreDeletionPropagation, TestStoreDeleteWithOrphanDependents
  it.each<[string[], DeleteOptions['propagationPolicy'], string[]]>([
    [[], 'Background', []],
    [['orphan'], 'Foreground', ['foregroundDeletion']],
    [['foregroundDeletion'], 'Foreground', ['foregroundDeletion']],
    [['orphan'], undefined, ['orphan']],
    [['foo.com/x', 'orphan', 'bar.com/y'], 'Orphan', ['foo.com/x', 'orphan', 'bar.com/y']],
    [['orphan'], 'Background', []],
    [['foo.com/x'], 'Orphan', ['foo.com/x', 'orphan']],
  ])('with finalizers %j and policy %s waits for %j', (finalizers, policy, expected) => {
    expect([...finalizersFor(finalizers, policy)].sort()).toEqual([...expected].sort());
    const options = policy === undefined ? {} : { propagationPolicy: policy };
    const proposal = propose('configmaps', { finalizers, generation: 1 }, options);
    if (expected.length === 0) {
      expect(proposal.do).toBe('delete');
    } else {
      const metadata = { deletionGracePeriodSeconds: 0, deletionTimestamp: at(1000), generation: 2 };
      expect(proposal).toMatchObject({ do: 'put', object: { metadata } });
    }
  });

  // apiserver/pkg/registry/rest/delete_test.go: TestBeforeDelete
  it.each<[string, object, number | undefined, string, object?]>([
    ['a first request', {}, undefined, 'put', { deletionGracePeriodSeconds: 30, deletionTimestamp: at(1030) }],
    ['a first request without grace', {}, 0, 'mark', { deletionGracePeriodSeconds: 0, deletionTimestamp: at(1000) }],
    ['a negative grace', {}, -5, 'put', { deletionGracePeriodSeconds: 1, deletionTimestamp: at(1001) }],
    ['-1 again with -1', { deletionGracePeriodSeconds: -1, deletionTimestamp: at(999) }, -1, 'keep'],
    [
      '-1 again with 0',
      { deletionGracePeriodSeconds: -1, deletionTimestamp: at(999) },
      0,
      'mark',
      { deletionGracePeriodSeconds: 0 },
    ],
    ['-1 again with 2', { deletionGracePeriodSeconds: -1, deletionTimestamp: at(999) }, 2, 'keep'],
    ['more grace', { deletionGracePeriodSeconds: 10, deletionTimestamp: at(1005) }, 60, 'keep'],
    ['no word of grace', { deletionGracePeriodSeconds: 10, deletionTimestamp: at(1005) }, undefined, 'keep'],
    [
      'less grace',
      { deletionGracePeriodSeconds: 60, deletionTimestamp: at(1050) },
      20,
      'put',
      { deletionGracePeriodSeconds: 20, deletionTimestamp: at(1010) },
    ],
    [
      'less grace, but in the past',
      { deletionGracePeriodSeconds: 60, deletionTimestamp: at(940) },
      50,
      'put',
      { deletionGracePeriodSeconds: 1, deletionTimestamp: at(1000) },
    ],
    ['marked already', { deletionGracePeriodSeconds: 0, deletionTimestamp: at(940) }, undefined, 'delete'],
  ])('of a pod, %s', (_, meta, gracePeriodSeconds, does, metadata = {}) => {
    const options = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    expect(propose('pods', meta, options)).toMatchObject({ do: does, object: { metadata } });
  });

  it('means the object that its preconditions name', () => {
    expect(propose('pods', {}, { preconditions: { uid: 'B' } })).toMatchObject({
      do: 'refuse',
      status: { reason: 'Conflict' },
    });
    expect(propose('pods', {}, { preconditions: { resourceVersion: '6' } })).toMatchObject({
      do: 'refuse',
      status: { reason: 'Conflict' },
    });
    expect(propose('pods', {}, { preconditions: { uid: 'A', resourceVersion: '7' } }).do).toBe('put');
  });
});

describe('deletion', () => {
  it('of an unscheduled pod is at once, of a scheduled one when its kubelet says so', async () => {
    const tank = await Tank.start();
    await tank.create(PODS, newPod('waiting'));
    await tank.get({ verb: 'delete', ...ofPod('waiting') });
    expect((await tank.refusal({ verb: 'get', ...ofPod('waiting') })).reason).toBe('NotFound');

    await tank.create(PODS, newPod('web', {}, { nodeName: 'node-1' }));
    const watch = await tank.watch({ resource: PODS, namespace: 'default', fieldSelector: 'spec.nodeName=node-1' });
    const marked = await tank.get({ verb: 'delete', ...ofPod('web') });
    expect(marked.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, generation: 2 });
    expect(await tank.get({ verb: 'delete', ...ofPod('web') })).toEqual(marked);
    const options = { gracePeriodSeconds: 0, preconditions: { uid: marked.metadata.uid } };
    await tank.get({ verb: 'delete', ...ofPod('web'), options });
    expect((await tank.refusal({ verb: 'get', ...ofPod('web') })).reason).toBe('NotFound');
    expect(watch.told).toEqual(['ADDED web', 'MODIFIED web', 'MODIFIED web', 'DELETED web']);
  });

  it('waits for finalizers, and the last one takes the object with it', async () => {
    const tank = await Tank.start();
    await tank.create(CONFIG_MAPS, newConfigMap('conf', {}, { finalizers: ['example.com/a'] }));
    const marked = await tank.get({ verb: 'delete', ...ofConfigMap('conf') });
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    const { finalizers: _, ...metadata } = marked.metadata as Record<string, unknown>;
    await tank.get({ verb: 'update', ...ofConfigMap('conf'), object: { ...marked, metadata } as never });
    expect((await tank.refusal({ verb: 'get', ...ofConfigMap('conf') })).reason).toBe('NotFound');
  });

  it('of a collection deletes what its selectors choose, and answers with it', async () => {
    const tank = await Tank.start();
    for (let i = 0; i < 5; i++)
      await tank.create(CONFIG_MAPS, newConfigMap(`foo-${i}`, {}, { labels: { odd: String(i % 2) } }));
    const request = { verb: 'deletecollection', resource: CONFIG_MAPS, namespace: 'default' } as const;
    const gone = await tank.list({ ...request, labelSelector: 'odd=1' } as never);
    expect(gone.items.map(({ metadata }) => metadata.name)).toEqual(['foo-1', 'foo-3']);
    const left = await tank.list({ verb: 'list', resource: CONFIG_MAPS, namespace: 'default' });
    expect(left.items.map(({ metadata }) => metadata.name)).toEqual(['foo-0', 'foo-2', 'foo-4']);
    expect((await tank.list(request as never)).items).toHaveLength(3);
    expect((await tank.list(request as never)).items).toEqual([]);
    expect(tank.server.deletions.size).toBe(0);
  });

  it('by resource version means the object as it was before its own mark, and no later one', async () => {
    const tank = await Tank.start();
    const first = await tank.create(PODS, newPod('waiting'));
    const { resourceVersion } = first.metadata;
    await tank.get({
      verb: 'patch',
      ...ofPod('waiting'),
      patchType: 'merge',
      patch: { metadata: { labels: { a: 'b' } } },
    });
    const late = { preconditions: { resourceVersion } };
    expect((await tank.refusal({ verb: 'delete', ...ofPod('waiting'), options: late })).reason).toBe('Conflict');
    const { metadata } = await tank.get({ verb: 'get', ...ofPod('waiting') });
    const options = { preconditions: { resourceVersion: metadata.resourceVersion } };
    await tank.get({ verb: 'delete', ...ofPod('waiting'), options });
    expect((await tank.refusal({ verb: 'get', ...ofPod('waiting') })).reason).toBe('NotFound');
  });

  it('by uid does not touch another object of the same name', async () => {
    const tank = await Tank.start();
    const first = await tank.create(CONFIG_MAPS, newConfigMap('conf'));
    await tank.get({ verb: 'delete', ...ofConfigMap('conf') });
    await tank.create(CONFIG_MAPS, newConfigMap('conf'));
    const options = { preconditions: { uid: first.metadata.uid } };
    expect((await tank.refusal({ verb: 'delete', ...ofConfigMap('conf'), options })).reason).toBe('Conflict');
    expect((await tank.refusal({ verb: 'delete', ...ofConfigMap('none') })).message).toBe(
      'configmaps "none" not found',
    );
  });
});
