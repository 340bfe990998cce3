/**
 * The ServiceAccount controller: each namespace that is not on its way out has an account `default`.
 * Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go.
 */
import type { Namespace, ServiceAccount } from '../../../api/object.ts';
import { NAMESPACES, SERVICE_ACCOUNTS } from '../../../api/resource.ts';
import type { Action, Controller, View } from '../../../client/controller/controller.ts';
import type { Delta } from '../../../client/informers.ts';

const NAME = 'default';

export const SERVICE_ACCOUNT_CONTROLLER: Controller = {
  name: 'serviceaccount-controller',
  informers: { namespaces: { resource: NAMESPACES }, serviceaccounts: { resource: SERVICE_ACCOUNTS } },
  keysFor,
  reconcile,
};

function keysFor({ informer, type, key, object }: Delta): readonly string[] {
  if (informer === 'namespaces') return type === 'deleted' ? [] : [key];
  const { name, namespace } = object.metadata;
  return type === 'deleted' && name === NAME && namespace !== undefined ? [namespace] : [];
}

function reconcile(key: string, view: View): Action[] {
  const namespace = view.get<Namespace>('namespaces', key);
  if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return [];
  if (view.get<ServiceAccount>('serviceaccounts', `${key}/${NAME}`) !== undefined) return [];
  const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace: key } };
  return [{ do: 'create', resource: SERVICE_ACCOUNTS, namespace: key, object, ignore: ['AlreadyExists'] }];
}
