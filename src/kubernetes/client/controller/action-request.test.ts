import { describe, expect, it } from 'vitest';
import type { KubernetesObject, NewObject } from '../../api/object.ts';
import { NODES, PODS } from '../../api/resource.ts';
import type { ApiOutcome } from '../api-client.ts';
import { actionFailure, actionRequest, type RequestAction, recordOf } from './action-request.ts';

const pod = (uid: string, more: object = {}): KubernetesObject & NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid,
    resourceVersion: '7',
    creationTimestamp: '2025-01-01T00:00:00Z',
    ...more,
  },
});

const WEB = { resource: PODS, namespace: 'shop', name: 'web' } as const;
const NODE: NewObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };

describe('an action asks for', () => {
  it.each<[what: string, action: RequestAction, request: object]>([
    [
      'a creation in its namespace',
      { do: 'create', resource: PODS, namespace: 'shop', object: pod('1'), expect: true },
      { verb: 'create', resource: PODS, namespace: 'shop', object: pod('1') },
    ],
    [
      'a creation without a namespace',
      { do: 'create', resource: NODES, object: NODE },
      { verb: 'create', resource: NODES, object: NODE },
    ],
    [
      'an update of the object that it bears',
      { do: 'update', resource: PODS, object: pod('1') },
      { verb: 'update', ...WEB, object: pod('1') },
    ],
    [
      'an update of the status',
      { do: 'update-status', resource: PODS, object: pod('1') },
      { verb: 'update', ...WEB, object: pod('1'), subresource: 'status' },
    ],
    [
      'a patch of the status',
      { do: 'patch', ...WEB, patchType: 'strategic', patch: { a: 1 }, subresource: 'status' },
      { verb: 'patch', ...WEB, patchType: 'strategic', patch: { a: 1 }, subresource: 'status' },
    ],
    ['a deletion of whatever has the name', { do: 'delete', ...WEB }, { verb: 'delete', ...WEB, options: {} }],
    [
      'a deletion of one uid, in a way',
      { do: 'delete', ...WEB, uid: '1', gracePeriodSeconds: 0, propagationPolicy: 'Orphan' },
      {
        verb: 'delete',
        ...WEB,
        options: { preconditions: { uid: '1' }, gracePeriodSeconds: 0, propagationPolicy: 'Orphan' },
      },
    ],
    ['a live read', { do: 'check', ...WEB, uid: '1', expect: 'alive' }, { verb: 'get', ...WEB }],
    [
      'the deletion of a collection',
      { do: 'delete-collection', resource: PODS, namespace: 'shop' },
      { verb: 'deletecollection', resource: PODS, namespace: 'shop' },
    ],
    [
      'one item of a collection',
      { do: 'check-empty', resource: PODS, namespace: 'shop' },
      { verb: 'list', resource: PODS, namespace: 'shop', limit: 1 },
    ],
  ])('%s', (_, action, request) => {
    expect(actionRequest(action)).toEqual(request);
  });
});

const ok = (object: unknown): ApiOutcome => ({ ok: true, code: 200, object: object as KubernetesObject });
const refused = (reason: Extract<ApiOutcome, { ok: false }>['reason']): ApiOutcome => ({
  ok: false,
  reason,
  message: `${reason}!`,
  mayHaveHappened: false,
});
const list = (items: unknown[]) => ok({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '9' }, items });

const CREATE: RequestAction = { do: 'create', resource: PODS, namespace: 'shop', object: pod('1') };
const PATCH: RequestAction = { do: 'patch', ...WEB, patchType: 'merge', patch: {} };
const DELETE: RequestAction = { do: 'delete', ...WEB, uid: '1' };
const ALIVE: RequestAction = { do: 'check', ...WEB, uid: '1', expect: 'alive' };
const ABSENT: RequestAction = { do: 'check', ...WEB, uid: '1', expect: 'absent' };
const EMPTY: RequestAction = { do: 'check-empty', resource: PODS, namespace: 'shop' };

describe('an action has', () => {
  it.each<[what: string, action: RequestAction, outcome: ApiOutcome, reason: string | undefined]>([
    ['succeeded when the server has done it', CREATE, ok(pod('1')), undefined],
    ['failed for the reason that the server gives', CREATE, refused('Conflict'), 'Conflict'],
    ['failed when no server answers', CREATE, refused('Unreachable'), 'Unreachable'],
    ['succeeded when the reason is one to ignore', { ...CREATE, ignore: ['Conflict'] }, refused('Conflict'), undefined],
    ['failed for any other reason', { ...CREATE, ignore: ['Conflict'] }, refused('Forbidden'), 'Forbidden'],
    ['succeeded when what it deletes is gone', DELETE, refused('NotFound'), undefined],
    ['failed when what it deletes is another object now', DELETE, refused('Conflict'), 'Conflict'],
    ['failed when what it patches is gone', PATCH, refused('NotFound'), 'NotFound'],
    ['found it alive', ALIVE, ok(pod('1')), undefined],
    ['found it gone', ALIVE, refused('NotFound'), 'NotAlive'],
    ['found another', ALIVE, ok(pod('2')), 'NotAlive'],
    ['found it on its way out', ALIVE, ok(pod('1', { deletionTimestamp: '2025-01-01T00:00:09Z' })), 'NotAlive'],
    ['not found out whether it is alive', ALIVE, refused('Unreachable'), 'Unreachable'],
    ['found it absent', ABSENT, refused('NotFound'), undefined],
    ['found another in its place', ABSENT, ok(pod('2')), undefined],
    ['found that it is still there', ABSENT, ok(pod('1')), 'NotAbsent'],
    ['found nothing left', EMPTY, list([]), undefined],
    ['found something left', EMPTY, list([pod('3')]), 'ItemsRemain'],
    ['found a reason to ignore by its own name', { ...EMPTY, ignore: ['ItemsRemain'] }, list([pod('3')]), undefined],
  ])('%s', (_, action, outcome, reason) => {
    expect(actionFailure(action, outcome)?.reason).toBe(reason);
  });
});

describe('an action is told of', () => {
  const about = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: '1', resourceVersion: '7' };
  const onSuccess = { about, type: 'Normal', reason: 'Made', message: 'made {name}' } as const;
  const onFailure = { about, type: 'Warning', reason: 'Failed', message: 'because {error}' } as const;
  const action: RequestAction = { ...CREATE, onSuccess, onFailure };
  const told = (each: RequestAction, outcome: ApiOutcome) =>
    recordOf(each, outcome, actionFailure(each, outcome))?.message;

  it.each<[what: string, action: RequestAction, outcome: ApiOutcome, message: string | undefined]>([
    ['with the name that the server gave', action, ok(pod('1')), 'made web'],
    ['with what the server said', action, refused('Forbidden'), 'because Forbidden!'],
    ['not when the cache was behind', action, refused('Conflict'), undefined],
    ['not when somebody else was faster', action, refused('AlreadyExists'), undefined],
    ['as a success when the failure is ignored', { ...action, ignore: ['Gone'] }, refused('Gone'), 'made '],
    ['not unless it says so', CREATE, refused('Forbidden'), undefined],
  ])('%s', (_, each, outcome, message) => {
    expect(told(each, outcome)).toBe(message);
  });
});
