import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../api/object.ts';
import { expectationsSatisfied, expectCreation, expectDeletion, noExpectations } from '../expectations.ts';
import type { Delta } from '../informers.ts';
import type { View } from './controller.ts';
import { observeChild } from './observe-child.ts';

const DECLARED = { children: 'pods', ownerKind: 'ReplicaSet' };

const meta = (name: string, uid: string) => {
  return { name, namespace: 'shop', uid, resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z' };
};

const owner = (uid: string): KubernetesObject => {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: meta('web', uid) };
};

function pod(uid: string, { of = 'set-1', kind = 'ReplicaSet', going = false } = {}): KubernetesObject {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name: 'web', uid: of, controller: true }];
  const deletion = going ? { deletionTimestamp: '2025-01-01T00:00:09Z' } : {};
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...meta('web-1', uid), ownerReferences, ...deletion } };
}

const of = (type: Delta['type'], object: KubernetesObject, previous?: KubernetesObject): Delta => {
  const informer = object.kind === 'Pod' ? 'pods' : 'replicasets';
  const key = `shop/${object.metadata.name}`;
  return { informer, type, key, object, ...(previous === undefined ? {} : { previous }) };
};

/** Whether what is expected of `shop/web` is met once this is seen: one creation, or the deletion of pod p1. */
function met(expected: 'creation' | 'deletion', delta: Delta, current: KubernetesObject | undefined): boolean {
  const expectations = noExpectations();
  if (expected === 'creation') expectCreation(expectations, 'shop/web', 0);
  else expectDeletion(expectations, 'shop/web', 'p1', 0);
  const view: View = { get: <T>() => current as T | undefined, list: () => [], byIndex: () => [] };
  observeChild(DECLARED, expectations, delta, view);
  return expectationsSatisfied(expectations, 'shop/web', 1);
}

const SET = owner('set-1');
const going = { going: true };

describe('what is expected is met by', () => {
  it.each<[what: string, 'creation' | 'deletion', Delta, current: KubernetesObject | undefined, boolean]>([
    ['a child that comes', 'creation', of('added', pod('p1')), SET, true],
    ['a child that comes before its owner is known', 'creation', of('added', pod('p1')), undefined, true],
    ['a child of another kind of owner: not', 'creation', of('added', pod('p1', { kind: 'Job' })), SET, false],
    ['a child of an earlier owner of the name: not', 'creation', of('added', pod('p1', { of: 'set-0' })), SET, false],
    ['a child that changes: not', 'creation', of('updated', pod('p1'), pod('p1')), SET, false],
    ['a child that comes when it is already going: not', 'creation', of('added', pod('p1', going)), SET, false],
    ['the child that goes', 'deletion', of('deleted', pod('p1')), SET, true],
    ['the child that is marked', 'deletion', of('updated', pod('p1', going), pod('p1')), SET, true],
    ['the child that comes marked', 'deletion', of('added', pod('p1', going)), SET, true],
    ['another child that goes: not', 'deletion', of('deleted', pod('p2')), SET, false],
    [
      'a child in whose place another has come: it has gone',
      'deletion',
      of('updated', pod('p2'), pod('p1')),
      SET,
      true,
    ],
    [
      'a child in whose place another has come: that is new',
      'creation',
      of('updated', pod('p2'), pod('p1')),
      SET,
      true,
    ],
    ['the end of the owner', 'creation', of('deleted', SET), undefined, true],
    ['a new owner in the place of the old', 'creation', of('updated', owner('set-2'), SET), owner('set-2'), true],
  ])('%s', (_, expected, delta, current, is) => {
    expect(met(expected, delta, current)).toBe(is);
  });
});
