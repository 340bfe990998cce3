/**
 * kube-proxy: follows Services and EndpointSlices, and writes a node's rules.
 *
 * 1. Rules follow what this proxy has heard of, at most `minSyncPeriodMs` after a change, and no more often than that.
 * 2. Only the rules of changed services are written (upstream's partial sync), except for the first time and after the
 *    node's network has lost them.
 * 3. What it wrote stays while it is down.
 * 4. Hints of endpoints are followed by this node's name and by its zone, once its Node object says it.
 *
 * Upstream: pkg/proxy/iptables/proxier.go (syncProxyRules), pkg/util/async/bounded_frequency_runner.go.
 */
import type { Actor, Context, Message } from '../../../sim/index.ts';
import { type EndpointSlice, type Node, objectKey, type Service } from '../../api/object.ts';
import { ENDPOINT_SLICES, NODES, SERVICES } from '../../api/resource.ts';
import type { ApiAccess } from '../../client/api-client.ts';
import { type Delta, Informers, type InformersState } from '../../client/informers.ts';
import type { RulesRequest, RulesWatch, ServiceRule } from '../../protocol/node-network.ts';
import { overlayOf } from '../../protocol/places.ts';
import { serviceRules } from './service-rules.ts';

export interface ProxyArgs {
  readonly api: ApiAccess;
  /** Default 1000, as upstream's `minSyncPeriod`. */
  readonly minSyncPeriodMs?: number;
}

export interface ProxyState {
  readonly informers: InformersState;
  /** Services whose rules may have changed, by `namespace/name`. */
  readonly dirty: Set<string>;
  /** The names of the rules that were written, by service. */
  readonly written: Map<string, readonly string[]>;
  /** Whether the next sync writes everything. */
  replace: boolean;
  /** `waiting`: a sync is due when the timer fires; `writing`: the node's network has been asked. */
  phase: 'idle' | 'waiting' | 'writing';
  /** On the monotonic clock, in microseconds; when the last sync began. */
  lastSync: number;
}

const ZONE = 'topology.kubernetes.io/zone';

const INFORMERS = new Informers({
  nodes: { resource: NODES, fieldSelector: ({ host }) => `metadata.name=${host}` },
  services: { resource: SERVICES },
  endpointslices: { resource: ENDPOINT_SLICES, indexes: { service: (slice: EndpointSlice) => [serviceOf(slice)] } },
});

const DEFAULT_MIN_SYNC_PERIOD_MS = 1000;
/** How long after a failed write it is tried again: upstream's sync retry. */
const RETRY_MS = 1000;

export const kubeProxy: Actor<ProxyState, unknown, unknown> = {
  start(ctx) {
    const { api } = ctx.args as ProxyArgs;
    watchRules(ctx);
    return {
      informers: INFORMERS.start(ctx, api),
      dirty: new Set(),
      written: new Map(),
      replace: true,
      phase: 'idle',
      lastSync: Number.NEGATIVE_INFINITY,
    };
  },

  receive(state, message, ctx) {
    const deltas = INFORMERS.receive(state.informers, message, ctx);
    if (deltas !== undefined) {
      for (const delta of deltas) follow(state, delta);
      schedule(state, ctx);
    } else if (message.type === 'timer') timer(state, message.key, ctx);
    else if (message.type === 'response') written(state, message, ctx);
    else if (message.type === 'stream' && message.event === 'closed') ctx.setTimer('watch', RETRY_MS);
    return state;
  },
};

/** A sync as soon as the period allows, once there is something to do and everything is known. */
function schedule(state: ProxyState, ctx: Context): void {
  if (state.phase !== 'idle' || (state.dirty.size === 0 && !state.replace)) return;
  if (!INFORMERS.synced(state.informers)) return;
  const { minSyncPeriodMs = DEFAULT_MIN_SYNC_PERIOD_MS } = ctx.args as ProxyArgs;
  const dueInMs = (state.lastSync - ctx.monotonic) / 1000 + minSyncPeriodMs;
  if (dueInMs <= 0) {
    sync(state, ctx);
    return;
  }
  state.phase = 'waiting';
  ctx.setTimer('sync', dueInMs);
}

function sync(state: ProxyState, ctx: Context): void {
  const { informers, dirty } = state;
  if (state.replace) {
    state.written.clear();
    for (const service of INFORMERS.list<Service>(informers, 'services')) dirty.add(objectKey(service));
  }
  const here = { nodeName: ctx.host, zone: zoneOf(INFORMERS.get<Node>(informers, 'nodes', ctx.host)) };
  const services: ServiceRule[] = [];
  const removed: string[] = [];
  for (const key of [...dirty].sort()) {
    const service = INFORMERS.get<Service>(informers, 'services', key);
    const slices = INFORMERS.byIndex<EndpointSlice>(informers, 'endpointslices', 'service', key);
    const rules = service === undefined ? [] : serviceRules(service, slices, here);
    const names = rules.map(({ name }) => name);
    services.push(...rules);
    removed.push(...(state.written.get(key) ?? []).filter((name) => !names.includes(name)));
    if (names.length === 0) state.written.delete(key);
    else state.written.set(key, names);
  }
  const body: RulesRequest = { rules: { replace: state.replace, services, removed } };
  dirty.clear();
  state.replace = false;
  state.phase = 'writing';
  state.lastSync = ctx.monotonic;
  ctx.request(overlayOf(ctx.host), body, { then: 'rules' });
}

function written(state: ProxyState, message: Extract<Message, { type: 'response' }>, ctx: Context): void {
  state.phase = 'idle';
  if (message.ok) {
    schedule(state, ctx);
    return;
  }
  // It may have been written or not; writing everything again makes it certain.
  state.replace = true;
  state.phase = 'waiting';
  ctx.setTimer('sync', RETRY_MS);
}

function timer(state: ProxyState, key: string, ctx: Context): void {
  if (key === 'sync' && state.phase === 'waiting') {
    state.phase = 'idle';
    schedule(state, ctx);
  }
  if (key !== 'watch') return;
  // The node's network was away and has come back without rules.
  watchRules(ctx);
  state.replace = true;
  schedule(state, ctx);
}

function watchRules(ctx: Context): void {
  ctx.openStream(overlayOf(ctx.host), { watchRules: true } satisfies RulesWatch, { then: 'watch' });
}

function follow(state: ProxyState, { informer, key, object, previous }: Delta): void {
  if (informer === 'services') state.dirty.add(key);
  else if (informer === 'endpointslices') {
    state.dirty.add(serviceOf(object as EndpointSlice));
    if (previous !== undefined) state.dirty.add(serviceOf(previous as EndpointSlice));
  } else if (zoneOf(object as Node) !== zoneOf(previous as Node | undefined)) {
    for (const service of INFORMERS.list<Service>(state.informers, 'services')) state.dirty.add(objectKey(service));
  }
}

function zoneOf(node: Node | undefined): string {
  return node?.metadata.labels?.[ZONE] ?? '';
}

function serviceOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
}
