/**
 * An etcd of one member that never fails by itself and forgets everything in a crash: what tests of the API server need of
 * its conversation. It is not Raft, has no disk, and keeps every version of every key.
 */

import type {
  Compare,
  EtcdEvent,
  EtcdOperation,
  EtcdRequest,
  EtcdResponse,
  EtcdWatchMessage,
  EtcdWatchRequest,
  KeyValue,
  OperationResponse,
} from '../../src/kubernetes/protocol/etcd.ts';
import type { Actor, Context } from '../../src/sim/index.ts';

export interface FakeEtcdState {
  revision: number;
  compacted: number;
  kvs: Map<string, KeyValue>;
  /** All changes, in order. */
  events: EtcdEvent[];
  watches: Map<number, { key: string; rangeEnd: string | undefined }>;
  /** How many requests it got. */
  asked: number;
  /** How many of them were transactions. */
  txns: number;
}

class Refusal extends Error {
  readonly code: 'Compacted' | 'FutureRevision';
  constructor(code: 'Compacted' | 'FutureRevision') {
    super(`etcdserver: mvcc: ${code}`);
    this.code = code;
  }
}

export const fakeEtcd: Actor<FakeEtcdState> = {
  start: () => {
    return { revision: 1, compacted: 0, kvs: new Map(), events: [], watches: new Map(), asked: 0, txns: 0 };
  },
  receive(state, message, ctx) {
    if (message.type === 'request') {
      state.asked++;
      ctx.reply(message.id, answer(state, ctx, message.body as EtcdRequest));
    } else if (message.type === 'stream' && message.event === 'opened') {
      watch(state, ctx, message.stream, message.body as EtcdWatchRequest);
    } else if (message.type === 'stream' && message.event === 'message') {
      send(ctx, message.stream, { kind: 'progress', header: { revision: state.revision } });
    } else if (message.type === 'stream' && message.event === 'closed') {
      state.watches.delete(message.stream);
    }
    return state;
  },
};

function answer(state: FakeEtcdState, ctx: Context, request: EtcdRequest): EtcdResponse {
  try {
    if (request.op === 'status') return { ok: true, header: { revision: state.revision }, response: { op: 'status' } };
    if (request.op === 'compact') {
      if (request.revision <= state.compacted) throw new Refusal('Compacted');
      state.compacted = request.revision;
      return { ok: true, header: { revision: state.revision }, response: { op: 'compact' } };
    }
    if (request.op === 'txn') state.txns++;
    const revision = state.revision + 1;
    const written: EtcdEvent[] = [];
    const response = run(state, request, revision, written);
    if (written.length > 0) {
      state.revision = revision;
      state.events.push(...written);
      tell(state, ctx, written);
    }
    return { ok: true, header: { revision: state.revision }, response };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const header = { revision: state.revision };
    return { ok: false, header, error: error.code, message: error.message, compactRevision: state.compacted };
  }
}

function run(state: FakeEtcdState, request: EtcdOperation, revision: number, written: EtcdEvent[]): OperationResponse {
  switch (request.op) {
    case 'range': {
      const at = request.revision ?? 0;
      if (at > state.revision) throw new Refusal('FutureRevision');
      if (at > 0 && at < state.compacted) throw new Refusal('Compacted');
      const all = [...(at > 0 ? asOf(state, at) : state.kvs).values()]
        .filter(({ key }) => inRange(key, request.key, request.rangeEnd))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const kvs = request.countOnly ? [] : all.slice(0, request.limit || all.length);
      return { op: 'range', kvs, more: kvs.length < all.length, count: all.length };
    }
    case 'put': {
      const before = state.kvs.get(request.key);
      const { key, value } = request;
      const createRevision = before?.createRevision ?? revision;
      const kv = { key, value, createRevision, modRevision: revision, version: (before?.version ?? 0) + 1 };
      state.kvs.set(key, kv);
      written.push({ type: 'put', kv });
      return { op: 'put' };
    }
    case 'deleteRange': {
      const keys = [...state.kvs.keys()].filter((key) => inRange(key, request.key, request.rangeEnd));
      for (const key of keys) {
        state.kvs.delete(key);
        written.push({ type: 'delete', key, modRevision: revision });
      }
      return { op: 'deleteRange', deleted: keys.length };
    }
    case 'txn': {
      const succeeded = request.compare.every((compare) => holds(state, compare));
      const operations = succeeded ? request.success : request.failure;
      const responses = operations.map((operation) => run(state, operation, revision, written));
      return { op: 'txn', succeeded, responses };
    }
    default:
      throw new Error('No such operation.');
  }
}

function holds(state: FakeEtcdState, { target, key, result, value }: Compare): boolean {
  const kv = state.kvs.get(key);
  const found = kv === undefined ? (target === 'value' ? '' : 0) : kv[target];
  if (result === 'equal') return found === value;
  if (result === 'notEqual') return found !== value;
  return result === 'greater' ? found > value : found < value;
}

function asOf(state: FakeEtcdState, revision: number): Map<string, KeyValue> {
  const kvs = new Map<string, KeyValue>();
  for (const event of state.events) {
    if (event.type === 'put' && event.kv.modRevision <= revision) kvs.set(event.kv.key, event.kv);
    if (event.type === 'delete' && event.modRevision <= revision) kvs.delete(event.key);
  }
  return kvs;
}

function watch(state: FakeEtcdState, ctx: Context, stream: number, { watch: asked }: EtcdWatchRequest): void {
  const { key, rangeEnd, startRevision = state.revision + 1 } = asked;
  const header = { revision: state.revision };
  if (startRevision <= state.compacted) {
    const compactRevision = state.compacted;
    send(ctx, stream, { kind: 'canceled', header, reason: 'compacted', compactRevision });
    ctx.closeStream(stream);
    return;
  }
  state.watches.set(stream, { key, rangeEnd });
  send(ctx, stream, { kind: 'created', header });
  const missed = state.events.filter(
    (event) => revisionOfEvent(event) >= startRevision && concerns(event, key, rangeEnd),
  );
  if (missed.length > 0) send(ctx, stream, { kind: 'events', header, events: missed });
}

function tell(state: FakeEtcdState, ctx: Context, written: readonly EtcdEvent[]): void {
  for (const [stream, { key, rangeEnd }] of state.watches) {
    const events = written.filter((event) => concerns(event, key, rangeEnd));
    if (events.length > 0) send(ctx, stream, { kind: 'events', header: { revision: state.revision }, events });
  }
}

function send(ctx: Context, stream: number, message: EtcdWatchMessage): void {
  ctx.streamSend(stream, message);
}

function revisionOfEvent(event: EtcdEvent): number {
  return event.type === 'put' ? event.kv.modRevision : event.modRevision;
}

function concerns(event: EtcdEvent, key: string, rangeEnd: string | undefined): boolean {
  return inRange(event.type === 'put' ? event.kv.key : event.key, key, rangeEnd);
}

function inRange(key: string, from: string, rangeEnd: string | undefined): boolean {
  if (rangeEnd === undefined) return key === from;
  return key >= from && (rangeEnd === '\0' || key < rangeEnd);
}
