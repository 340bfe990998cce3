/** The controllers that a kube-controller-manager runs, by name. */
import type { Controller } from '../../client/controller/controller.ts';
import { DEPLOYMENT_CONTROLLER } from './deployment/deployment.ts';
import { ENDPOINTS_CONTROLLER } from './endpoints/endpoints.ts';
import { ENDPOINT_SLICE_CONTROLLER } from './endpointslice/endpointslice.ts';
import { GARBAGE_COLLECTOR } from './garbage-collector/garbage-collector.ts';
import { NAMESPACE_CONTROLLER } from './namespace/namespace.ts';
import { NODE_IPAM_CONTROLLER } from './node-ipam/node-ipam.ts';
import { REPLICA_SET_CONTROLLER } from './replicaset/replicaset.ts';
import { SERVICE_ACCOUNT_CONTROLLER } from './service-account/service-account.ts';

export const CONTROLLERS: Record<string, Controller> = Object.fromEntries(
  [
    REPLICA_SET_CONTROLLER,
    DEPLOYMENT_CONTROLLER,
    ENDPOINT_SLICE_CONTROLLER,
    ENDPOINTS_CONTROLLER,
    NODE_IPAM_CONTROLLER,
    GARBAGE_COLLECTOR,
    NAMESPACE_CONTROLLER,
    SERVICE_ACCOUNT_CONTROLLER,
  ].map((controller) => [controller.name, controller]),
);
