import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chance, chances, play } from '../../../../../test/kubernetes/chance.ts';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { KubernetesObject } from '../../../api/object.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS, type Resource } from '../../../api/resource.ts';
import { GARBAGE_COLLECTOR } from './garbage-collector.ts';

/** Three levels, four objects each; each object may be owned by objects of the level above. */
const LEVELS: readonly Resource[] = [DEPLOYMENTS, REPLICA_SETS, PODS];
const PER_LEVEL = 4;

/** By level and object: which of the level above own it. */
type Shape = readonly (readonly (readonly number[])[])[];
const owners = fc.uniqueArray(fc.nat(PER_LEVEL - 1), { maxLength: 2 });
const shapes: fc.Arbitrary<Shape> = fc
  .array(fc.array(owners, { minLength: PER_LEVEL, maxLength: PER_LEVEL }), { minLength: 2, maxLength: 2 })
  .map((levels) => [Array(PER_LEVEL).fill([]), ...levels]);

interface Deletion {
  readonly level: number;
  readonly object: number;
  readonly policy: 'Background' | 'Foreground' | 'Orphan';
}
const deletions = (policies: Deletion['policy'][]) =>
  fc.array(fc.record({ level: fc.nat(1), object: fc.nat(PER_LEVEL - 1), policy: fc.constantFrom(...policies) }), {
    minLength: 1,
    maxLength: 4,
  });

const keyOf = (level: number, object: number): string => `ns/${LEVELS[level]?.plural}-${object}`;

function build(shape: Shape): Store {
  const store = new Store();
  for (const [level, objects] of shape.entries()) {
    const resource = LEVELS[level] as Resource;
    for (const [object, owned] of objects.entries()) {
      const ownerReferences = owned.map((owner) => {
        const { apiVersion, kind, metadata } = store.get(LEVELS[level - 1]?.plural ?? '', keyOf(level - 1, owner));
        return { apiVersion, kind, name: metadata.name, uid: metadata.uid, blockOwnerDeletion: owner % 2 === 0 };
      });
      const metadata = { name: `${resource.plural}-${object}`, namespace: 'ns', ownerReferences };
      const apiVersion = resource === PODS ? 'v1' : 'apps/v1';
      store.add(resource, { apiVersion, kind: resource.kind, metadata, spec: {} });
    }
  }
  return store;
}

/** What has to be left when each deletion takes with it whatever has then no owner any more. */
function survivors(shape: Shape, deleted: readonly Deletion[]): string[] {
  const gone = new Set(deleted.map(({ level, object }) => keyOf(level, object)));
  const left: string[] = [];
  for (const [level, objects] of shape.entries()) {
    for (const [object, owned] of objects.entries()) {
      const key = keyOf(level, object);
      if (owned.length > 0 && owned.every((owner) => gone.has(keyOf(level - 1, owner)))) gone.add(key);
      if (!gone.has(key)) left.push(key);
    }
  }
  return left.sort();
}

function run(
  shape: Shape,
  list: readonly Chance[],
  deleted: readonly Deletion[],
  options: Record<string, unknown> = {},
) {
  const store = build(shape);
  const left = [...deleted];
  const world = () =>
    left.slice(0, 1).map(({ level, object, policy }) => () => {
      left.shift();
      store.delete(LEVELS[level]?.plural ?? '', keyOf(level, object), policy);
    });
  const start = (): Manager => new Manager(store, [GARBAGE_COLLECTOR], options);
  const manager = play(store, start, list, world);
  for (let [next] = world(); next !== undefined; [next] = world()) next();
  manager.settle();
  return store;
}

const keys = (store: Store): string[] =>
  LEVELS.flatMap(({ plural }) =>
    store.list<KubernetesObject>(plural).map(({ metadata }) => `ns/${metadata.name}`),
  ).sort();
const runs = { numRuns: 150 };

describe('whatever is late, fails, is lost or crashes', () => {
  it('what has no owner left goes, and nothing else', () => {
    fc.assert(
      fc.property(shapes, chances(), deletions(['Background', 'Foreground']), (shape, list, deleted) => {
        const store = run(shape, list, deleted);
        expect(keys(store)).toEqual(survivors(shape, deleted));
        for (const plural of ['replicasets', 'pods']) {
          for (const { metadata } of store.list<KubernetesObject>(plural)) {
            for (const { name } of metadata.ownerReferences ?? []) expect(keys(store)).toContain(`ns/${name}`);
          }
        }
      }),
      runs,
    );
  });

  it('what is set free stays, and so does what it owns', () => {
    fc.assert(
      fc.property(shapes, chances(), deletions(['Orphan']), (shape, list, deleted) => {
        const gone = deleted.map(({ level, object }) => keyOf(level, object));
        const all = shape.flatMap((objects, level) => objects.map((_, object) => keyOf(level, object)));
        expect(keys(run(shape, list, deleted))).toEqual(all.filter((key) => !gone.includes(key)).sort());
      }),
      runs,
    );
  });
});

it('what its owner has just set free is not deleted by what the cache still says (versionRecheck)', () => {
  for (const versionRecheck of [true, false]) {
    const store = build([[[]], [[0]], []]);
    const manager = new Manager(store, [GARBAGE_COLLECTOR], { versionRecheck });
    manager.settle();
    store.delete('deployments', keyOf(0, 0), 'Orphan');
    manager.deliver('deployments');
    manager.step(`garbage-collector-controller deployments ${keyOf(0, 0)}`);
    // The owner is seen to be gone before its dependent is seen to be free.
    manager.deliver('deployments');
    manager.deliver('deployments');
    for (const id of manager.queued()) manager.step(id);
    expect(store.get('replicasets', keyOf(1, 0)) !== undefined, `versionRecheck: ${versionRecheck}`).toBe(
      versionRecheck,
    );
    manager.settle();
  }
});
