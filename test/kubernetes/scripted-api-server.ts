/**
 * An API server whose collection follows a script: what happens at which time is given beforehand, so that any number of
 * servers agree on it, a crash loses nothing, and a test knows the truth. It only lists and watches.
 *
 * A server knows of a change as soon as its cache has caught up: every 50 ms, and not while it lags.
 */

import type { KubernetesObject } from '../../src/kubernetes/api/object.ts';
import { failureStatus } from '../../src/kubernetes/api/status.ts';
import type { ApiResponse, ListRequest, WatchEvent, WatchRequest } from '../../src/kubernetes/protocol/api.ts';
import type { Actor, Context } from '../../src/sim/index.ts';

export interface Change {
  readonly atMs: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly name: string;
}

export interface Script {
  /** In the order of time; the resource version of the n-th is n + 1 (the empty collection has 1). */
  readonly changes: readonly Change[];
  /** From then on events up to the present are forgotten. */
  readonly compactAtMs?: readonly number[];
  /** While a server, by its host, learns nothing new. */
  readonly lags?: readonly { readonly host: string; readonly fromMs: number; readonly toMs: number }[];
}

interface State {
  cached: number;
  readonly watchers: Map<number, { sent: number }>;
}

const TICK_MS = 50;
/** At most so long a watch lasts, whatever the client asks. */
const WATCH_MS = 20_000;

export function scriptedApiServer(script: Script, kind = 'Pod'): Actor<State> {
  return {
    start(ctx) {
      ctx.setTimer('tick', TICK_MS);
      return { cached: revisionAt(script, ctx.now), watchers: new Map() };
    },
    receive(state, message, ctx) {
      if (message.type === 'request')
        ctx.reply(message.id, list(script, kind, state, message.body as ListRequest, ctx));
      if (message.type === 'timer' && message.key === 'tick') tick(script, kind, state, ctx);
      if (message.type === 'timer' && message.key.startsWith('end/')) {
        const stream = Number(message.key.slice(4));
        if (state.watchers.delete(stream)) ctx.closeStream(stream);
      }
      if (message.type === 'stream' && message.event === 'opened') {
        open(script, kind, state, message.stream, message.body as WatchRequest, ctx);
      }
      if (message.type === 'stream' && message.event === 'closed') state.watchers.delete(message.stream);
      return state;
    },
  };
}

/** The resource version of the truth at a time. */
export function revisionAt({ changes }: Script, nowUs: number): number {
  return 1 + changes.filter(({ atMs }) => atMs * 1000 <= nowUs).length;
}

/** The collection at a resource version: resource versions by key. */
export function collectionAt({ changes }: Script, revision: number): Map<string, number> {
  const objects = new Map<string, number>();
  changes.slice(0, revision - 1).forEach(({ type, name }, i) => {
    if (type === 'DELETED') objects.delete(`default/${name}`);
    else objects.set(`default/${name}`, i + 2);
  });
  return objects;
}

function objectOf(kind: string, name: string, revision: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: String(revision),
      creationTimestamp: '2025-01-01T00:00:00Z',
      labels: { parity: revision % 2 === 0 ? 'even' : 'odd' },
    },
  };
}

function list(script: Script, kind: string, state: State, request: ListRequest, ctx: Context): ApiResponse {
  const { resourceVersion = '' } = request;
  const revision = resourceVersion === '' ? revisionAt(script, ctx.now) : state.cached;
  if (Number(resourceVersion) > revision) {
    const message = `Too large resource version: ${resourceVersion}, current: ${revision}`;
    return { code: 504, object: failureStatus('Timeout', message) };
  }
  const items = [...collectionAt(script, revision)].map(([key, version]) =>
    objectOf(kind, key.slice('default/'.length), version),
  );
  const metadata = { resourceVersion: String(revision) };
  return { code: 200, object: { apiVersion: 'v1', kind: `${kind}List`, metadata, items } };
}

function open(
  script: Script,
  kind: string,
  state: State,
  stream: number,
  { resourceVersion = '', timeoutSeconds = 0 }: WatchRequest,
  ctx: Context,
): void {
  const since = Number(resourceVersion);
  if (since < oldest(script, ctx.now)) {
    const object = failureStatus('Expired', `too old resource version: ${since}`);
    ctx.streamSend(stream, { type: 'ERROR', object } satisfies WatchEvent);
    ctx.closeStream(stream);
    return;
  }
  ctx.setTimer(`end/${stream}`, Math.min(timeoutSeconds * 1000, WATCH_MS));
  const watcher = { sent: since };
  state.watchers.set(stream, watcher);
  send(script, kind, state, stream, watcher, ctx);
}

function tick(script: Script, kind: string, state: State, ctx: Context): void {
  ctx.setTimer('tick', TICK_MS);
  const lags = script.lags?.some(
    ({ host, fromMs, toMs }) => host === ctx.host && ctx.now >= fromMs * 1000 && ctx.now < toMs * 1000,
  );
  if (lags === true) return;
  state.cached = revisionAt(script, ctx.now);
  for (const [stream, watcher] of state.watchers) send(script, kind, state, stream, watcher, ctx);
}

function send(
  { changes }: Script,
  kind: string,
  { cached }: State,
  stream: number,
  watcher: { sent: number },
  ctx: Context,
): void {
  for (; watcher.sent < cached; watcher.sent++) {
    const { type, name } = changes[watcher.sent - 1] as Change;
    ctx.streamSend(stream, { type, object: objectOf(kind, name, watcher.sent + 1) } satisfies WatchEvent);
  }
}

function oldest(script: Script, nowUs: number): number {
  const compactions = (script.compactAtMs ?? []).filter((atMs) => atMs * 1000 <= nowUs);
  return Math.max(0, ...compactions.map((atMs) => revisionAt(script, atMs * 1000)));
}
