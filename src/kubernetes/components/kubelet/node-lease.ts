/**
 * The node's lease: that the kubelet is alive, said every ten seconds with one request
 * (component-helpers/apimachinery/lease/controller.go, pkg/kubelet/util/nodelease.go).
 */
import type { Response } from '../../../sim/index.ts';
import type { Lease, NewObject } from '../../api/object.ts';
import { LEASES } from '../../api/resource.ts';
import { formatMicroTime } from '../../api/time.ts';
import { apiAnswer, askApi, HEARTBEAT_TIMEOUT_MS } from './ask.ts';
import type { KubeletContext, KubeletState, Then } from './kubelet-state.ts';

export const NODE_LEASE_NAMESPACE = 'kube-node-lease';

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 7_000;
/** So much longer at random, lest all nodes renew at the same time. */
const JITTER = 0.04;

/** Renews the lease as it was last seen; without one, looks for it. */
export function renewLease(state: KubeletState, ctx: KubeletContext): void {
  const { object } = state.lease;
  if (object === undefined) ask(state, 'get', ctx);
  else update(state, object, ctx);
}

export function leaseAnswered(
  state: KubeletState,
  { step }: Extract<Then, { to: 'lease' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const { lease, settings } = state;
  const outcome = apiAnswer(state, message);
  if (outcome.ok && step === 'get') {
    update(state, outcome.object as Lease, ctx);
    return;
  }
  if (outcome.ok) {
    lease.object = outcome.object as Lease;
    lease.retryMs = 0;
    const delayMs = settings.config.leaseRenewSeconds * 1000 * (1 + JITTER * ctx.random.unit());
    ctx.setTimer('lease', delayMs, { to: 'lease', step: 'tick' });
    return;
  }
  if (step === 'get' && outcome.reason === 'NotFound') {
    create(state, ctx);
    return;
  }
  // Somebody else has written it, or it is gone: what was last seen is of no use any more.
  if (outcome.reason === 'Conflict' || outcome.reason === 'NotFound') lease.object = undefined;
  if (outcome.reason === 'Conflict' && step === 'update' && lease.retryMs === 0) {
    lease.retryMs = FIRST_RETRY_MS;
    ask(state, 'get', ctx);
    return;
  }
  lease.retryMs = Math.min(lease.retryMs === 0 ? FIRST_RETRY_MS : lease.retryMs * 2, LONGEST_RETRY_MS);
  ctx.setTimer('lease', lease.retryMs, { to: 'lease', step: 'tick' });
}

function ask(state: KubeletState, step: 'get', ctx: KubeletContext): void {
  const request = { verb: 'get', resource: LEASES, namespace: NODE_LEASE_NAMESPACE, name: ctx.host } as const;
  askApi(state, request, { to: 'lease', step }, ctx, HEARTBEAT_TIMEOUT_MS);
}

function create(state: KubeletState, ctx: KubeletContext): void {
  const object: NewObject = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: ctx.host, namespace: NODE_LEASE_NAMESPACE, ...owners(state, ctx) },
    spec: spec(state, ctx),
  };
  const request = { verb: 'create', resource: LEASES, namespace: NODE_LEASE_NAMESPACE, object } as const;
  askApi(state, request, { to: 'lease', step: 'create' }, ctx, HEARTBEAT_TIMEOUT_MS);
}

function update(state: KubeletState, last: Lease, ctx: KubeletContext): void {
  const { ownerReferences = [] } = last.metadata;
  const metadata = ownerReferences.length > 0 ? last.metadata : { ...last.metadata, ...owners(state, ctx) };
  const object: NewObject = { ...last, metadata, spec: { ...last.spec, ...spec(state, ctx) } };
  const request = {
    verb: 'update',
    resource: LEASES,
    namespace: NODE_LEASE_NAMESPACE,
    name: ctx.host,
    object,
  } as const;
  askApi(state, request, { to: 'lease', step: 'update' }, ctx, HEARTBEAT_TIMEOUT_MS);
}

function spec({ settings }: KubeletState, ctx: KubeletContext) {
  return {
    holderIdentity: ctx.host,
    leaseDurationSeconds: settings.config.leaseDurationSeconds,
    renewTime: formatMicroTime(ctx.now),
  };
}

/** The lease goes with its node. */
function owners({ node }: KubeletState, ctx: KubeletContext) {
  if (node.uid === '') return {};
  return { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: ctx.host, uid: node.uid }] };
}
