/** From an action to a request to the API server, and from its answer to what came of the action: pure functions. */
import type { KubernetesObject, NewObject } from '../../api/object.ts';
import type { DeleteOptions, ObjectList } from '../../protocol/api.ts';
import type { ApiOutcome, BareRequest } from '../api-client.ts';
import type { Action, EventRecord } from './controller.ts';

/** An action that asks the API server for one thing. */
export type RequestAction = Exclude<Action, { readonly do: 'together' | 'event' | 'requeue' }>;

export function actionRequest(action: RequestAction): BareRequest {
  switch (action.do) {
    case 'create': {
      const { resource, namespace, object } = action;
      return { verb: 'create', resource, object, ...inNamespace(namespace) };
    }
    case 'update':
    case 'update-status': {
      const { resource, object } = action;
      const { name, namespace } = object.metadata;
      const status = action.do === 'update' ? {} : { subresource: 'status' as const };
      const body = object as KubernetesObject & NewObject;
      return { verb: 'update', resource, name, object: body, ...inNamespace(namespace), ...status };
    }
    case 'patch': {
      const { resource, namespace, name, patchType, patch, subresource } = action;
      const status = subresource === undefined ? {} : { subresource };
      return { verb: 'patch', resource, name, patchType, patch, ...inNamespace(namespace), ...status };
    }
    case 'delete': {
      const { resource, namespace, name, uid, gracePeriodSeconds, propagationPolicy } = action;
      const options: DeleteOptions = {
        ...(uid === undefined ? {} : { preconditions: { uid } }),
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      };
      return { verb: 'delete', resource, name, options, ...inNamespace(namespace) };
    }
    case 'check': {
      const { resource, namespace, name } = action;
      return { verb: 'get', resource, name, ...inNamespace(namespace) };
    }
    case 'delete-collection': {
      const { resource, namespace } = action;
      return { verb: 'deletecollection', resource, namespace };
    }
    case 'check-empty': {
      const { resource, namespace } = action;
      return { verb: 'list', resource, namespace, limit: 1 };
    }
    default:
      throw new Error(`No such action: ${JSON.stringify(action satisfies never)}`);
  }
}

export interface ActionFailure {
  readonly do: Action['do'];
  /** A reason of the API, or one that the action's own description names. */
  readonly reason: string;
  readonly message: string;
}

/** Undefined: the action has succeeded. */
export function actionFailure(action: RequestAction, outcome: ApiOutcome): ActionFailure | undefined {
  const failure = failureOf(action, outcome);
  return failure === undefined || action.ignore?.includes(failure.reason) === true ? undefined : failure;
}

function failureOf(action: RequestAction, outcome: ApiOutcome): ActionFailure | undefined {
  const failed = (reason: string, message: string): ActionFailure => ({ do: action.do, reason, message });
  if (!outcome.ok) {
    const { reason, message } = outcome;
    const isAbsent = reason === 'NotFound';
    if (isAbsent && action.do === 'check' && action.expect === 'alive') return failed('NotAlive', message);
    if (isAbsent && (action.do === 'delete' || action.do === 'check')) return undefined;
    return failed(reason, message);
  }
  if (action.do === 'check') {
    const { uid, deletionTimestamp, name } = (outcome.object as KubernetesObject).metadata;
    if (action.expect === 'absent') {
      return uid === action.uid ? failed('NotAbsent', `${name} (${uid}) is still there`) : undefined;
    }
    if (uid !== action.uid) return failed('NotAlive', `${name} is another object now, ${uid}`);
    return deletionTimestamp === undefined ? undefined : failed('NotAlive', `${name} is being deleted`);
  }
  if (action.do === 'check-empty') {
    const { items, kind } = outcome.object as ObjectList;
    return items.length === 0 ? undefined : failed('ItemsRemain', `something is left of the ${kind}`);
  }
  return undefined;
}

/** The Event that tells of what came of an action, if it is to be told. */
export function recordOf(
  { onSuccess, onFailure }: RequestAction,
  outcome: ApiOutcome,
  failure: ActionFailure | undefined,
): EventRecord | undefined {
  if (failure === undefined) {
    if (onSuccess === undefined) return undefined;
    const { name = '' } = outcome.ok && 'name' in outcome.object.metadata ? outcome.object.metadata : {};
    return { ...onSuccess, message: onSuccess.message.replaceAll('{name}', () => name) };
  }
  if (onFailure === undefined || isStale(failure)) return undefined;
  return { ...onFailure, message: onFailure.message.replaceAll('{error}', () => failure.message) };
}

/** The cache was behind; the next reconcile sees more. */
function isStale({ reason }: ActionFailure): boolean {
  return reason === 'Conflict' || reason === 'AlreadyExists';
}

function inNamespace(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
