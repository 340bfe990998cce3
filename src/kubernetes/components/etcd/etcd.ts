/**
 * One etcd member: revisions of keys, transactions and watches, durable on the disk of its host.
 *
 * 1. What it acknowledges is durable; what it shows, to reads and to watches, is durable too.
 * 2. Reads are answered from the applied state: all that was acknowledged before is in it.
 * 3. A write whose outcome its requester does not learn has happened whole or not at all.
 * 4. If its disk fails, or its files are damaged, it says why (the note `etcd-failed`) and exits with code 1.
 *
 * Notes: `commit` for each revision, with the keys that were put and those that were deleted; `recovered` when it begins to
 * serve, at which revision.
 *
 * Upstream: server/etcdserver (server.go, v3_server.go, apply). Left out: the cluster (log.ts is where it would go), leases,
 * users, alarms, defragmentation and the lag of a follower.
 */
import type { Actor, Context, RequestId, StreamId, StreamMessage } from '../../../sim/index.ts';
import type {
  EtcdErrorCode,
  EtcdProgressRequest,
  EtcdRequest,
  EtcdResponse,
  EtcdWatchMessage,
  EtcdWatchRequest,
  KeyValue,
} from '../../protocol/etcd.ts';
import type { LogEntry, LogOutput, LogSnapshot } from './log.ts';
import { type Applied, apply, type Command } from './mvcc-store.ts';
import { hasPut, isReadOnly, requestProblem, requestSize } from './request-check.ts';
import { imageOf, storeFrom } from './snapshot-file.ts';
import { visitKeys } from './sorted-keys.ts';
import { changeOf, emptyStore, getKey, isTombstone, keysChangedAt, type MvccStore } from './store-state.ts';
import {
  CATCH_UP_TIMER,
  catchUpTime,
  closeWatch,
  emptyHub,
  openWatch,
  PROGRESS_TIMER,
  progressRequested,
  progressTime,
  revisionApplied,
  type WatchHub,
  watchDrained,
} from './watch-hub.ts';
import {
  type LogStep,
  openLog,
  propose,
  receiveFromDisk,
  saveSnapshot,
  type WriteAheadLog,
} from './write-ahead-log.ts';

export interface EtcdArgs {
  /** Where its files are, on the first disk of its host. Default `etcd`. */
  readonly dataDir?: string;
  /** After how many entries the store is saved and the log begins anew. Default 10,000. */
  readonly snapshotCount?: number;
  /** The longest request, in characters of keys and values. Default 1.5 MiB. */
  readonly maxRequestBytes?: number;
  /** How much may be stored, old versions included, in characters of keys and values. Default 2 GiB. */
  readonly quotaBytes?: number;
  /** How often a watcher that asked for it and heard nothing is told the revision. Default 10 min. */
  readonly progressNotifyIntervalMs?: number;
}

export interface EtcdState {
  serving: boolean;
  store: MvccStore;
  /** The index of the last entry that the store has applied. */
  appliedIndex: number;
  /** That of the last snapshot. */
  snapshotIndex: number;
  log: WriteAheadLog;
  watches: WatchHub;
  /** Who waits for the outcome of which proposal. */
  pending: Map<number, RequestId>;
  /** Drawn anew in each life, so that no proposal of a former life is taken for one of this. */
  nextProposal: number;
}

export const etcd: Actor<EtcdState, EtcdRequest | EtcdWatchRequest | EtcdProgressRequest, LogStep> = {
  start(ctx) {
    return {
      serving: false,
      store: emptyStore(),
      appliedIndex: 0,
      snapshotIndex: 0,
      log: openLog(optionsOf(ctx).dataDir, ctx),
      watches: emptyHub(),
      pending: new Map(),
      nextProposal: ctx.random.uint32() * 2 ** 20,
    };
  },

  receive(state, message, ctx) {
    switch (message.type) {
      case 'request':
        handleRequest(state, message.id, message.body as EtcdRequest, ctx);
        break;
      case 'stream':
        handleStream(state, message as StreamMessage<EtcdWatchRequest | EtcdProgressRequest, LogStep>, ctx);
        break;
      case 'disk':
        handleLog(state, receiveFromDisk(state.log, message.then, message.result, ctx), ctx);
        break;
      case 'timer':
        handleTimer(state, message.key, ctx);
        break;
      case 'message':
      case 'response':
      case 'exit':
        break;
      default:
        message satisfies never;
    }
    return state;
  },
};

// — For checks, which see the true state —

/** What is in the store now, in the order of keys. */
export function etcdKeys({ store }: EtcdState): KeyValue[] {
  const kvs: KeyValue[] = [];
  visitKeys(store.keys, { start: '', end: undefined }, (key) => {
    const kv = getKey(store, key);
    if (kv !== undefined) kvs.push(kv);
  });
  return kvs;
}

export function etcdGet({ store }: EtcdState, key: string): KeyValue | undefined {
  return getKey(store, key);
}

export function etcdRevision({ store }: EtcdState): number {
  return store.revision;
}

/** Whether it has recovered: before, the three above speak of an empty store. */
export function etcdServes({ serving }: EtcdState): boolean {
  return serving;
}

// — Requests —

type Ctx = Context<LogStep>;

const DEFAULTS: Required<EtcdArgs> = {
  dataDir: 'etcd',
  snapshotCount: 10_000,
  maxRequestBytes: 1.5 * 1024 * 1024,
  quotaBytes: 2 * 1024 * 1024 * 1024,
  progressNotifyIntervalMs: 600_000,
};

function optionsOf(ctx: Ctx): Required<EtcdArgs> {
  return { ...DEFAULTS, ...(ctx.args as EtcdArgs | undefined) };
}

function handleRequest(state: EtcdState, id: RequestId, request: EtcdRequest, ctx: Ctx): void {
  const { store } = state;
  if (!state.serving) {
    refuse(store, id, 'Unavailable', ctx);
    return;
  }
  switch (request.op) {
    case 'status':
      ctx.reply(id, {
        ok: true,
        header: { revision: store.revision },
        response: { op: 'status' },
      } satisfies EtcdResponse);
      break;
    case 'compact':
      proposeFor(state, id, request, ctx);
      break;
    case 'range':
    case 'put':
    case 'deleteRange':
    case 'txn': {
      const { maxRequestBytes, quotaBytes } = optionsOf(ctx);
      const problem = requestProblem(request, maxRequestBytes);
      if (problem !== undefined) refuse(store, id, problem, ctx);
      else if (isReadOnly(request)) answer(store, id, apply(store, request), ctx);
      else if (store.size + requestSize(request) > quotaBytes && hasPut(request)) refuse(store, id, 'NoSpace', ctx);
      else proposeFor(state, id, request, ctx);
      break;
    }
    default:
      ctx.refuse(id, `unknown operation ${JSON.stringify((request satisfies never as EtcdRequest).op)}`);
  }
}

function proposeFor(state: EtcdState, id: RequestId, command: Command, ctx: Ctx): void {
  const proposal = state.nextProposal++;
  state.pending.set(proposal, id);
  propose(state.log, proposal, command, ctx);
}

function answer(store: MvccStore, id: RequestId, applied: Applied, ctx: Ctx): void {
  if (!applied.ok) refuse(store, id, applied.error, ctx);
  else {
    const { response } = applied;
    ctx.reply(id, { ok: true, header: { revision: store.revision }, response } satisfies EtcdResponse);
  }
}

/** As in api/v3rpc/rpctypes/error.go. */
const MESSAGES: Readonly<Record<EtcdErrorCode, string>> = {
  Compacted: 'etcdserver: mvcc: required revision has been compacted',
  FutureRevision: 'etcdserver: mvcc: required revision is a future revision',
  DuplicateKey: 'etcdserver: duplicate key given in txn request',
  EmptyKey: 'etcdserver: key is not provided',
  RequestTooLarge: 'etcdserver: request is too large',
  NoSpace: 'etcdserver: mvcc: database space exceeded',
  Unavailable: 'etcdserver: not ready',
};

function refuse({ revision, compactRevision }: MvccStore, id: RequestId, error: EtcdErrorCode, ctx: Ctx): void {
  const refusal: EtcdResponse = { ok: false, header: { revision }, error, message: MESSAGES[error] };
  ctx.reply(id, error === 'Compacted' ? { ...refusal, compactRevision } : refusal);
}

// — The log —

function handleLog(state: EtcdState, output: LogOutput | undefined, ctx: Ctx): void {
  switch (output?.kind) {
    case undefined:
      break;
    case 'recovered':
      beginToServe(state, output.snapshot, output.entries, ctx);
      break;
    case 'committed':
      for (const entry of output.entries) applyEntry(state, entry, ctx);
      saveIfDue(state, ctx);
      break;
    case 'failed':
      state.serving = false;
      ctx.note('etcd-failed', { reason: output.reason });
      ctx.exit(1);
      break;
    default:
      output satisfies never;
  }
}

function beginToServe(
  state: EtcdState,
  snapshot: LogSnapshot | undefined,
  entries: readonly LogEntry[],
  ctx: Ctx,
): void {
  if (snapshot !== undefined) {
    state.store = storeFrom(snapshot.image);
    state.snapshotIndex = snapshot.index;
    state.appliedIndex = snapshot.index;
  }
  const { store } = state;
  for (const { index, command } of entries) {
    apply(store, command);
    state.appliedIndex = index;
  }
  state.serving = true;
  ctx.note('recovered', { revision: store.revision, compactRevision: store.compactRevision });
  saveIfDue(state, ctx);
}

function applyEntry(state: EtcdState, { index, proposal, command }: LogEntry, ctx: Ctx): void {
  const { store, watches, pending } = state;
  const before = store.revision;
  const applied = apply(store, command);
  state.appliedIndex = index;
  if (store.revision > before) {
    const changed = keysChangedAt(store, store.revision);
    noteCommit(store, changed, ctx);
    revisionApplied(watches, store, changed, ctx);
  }
  const requester = pending.get(proposal);
  if (requester === undefined) return;
  pending.delete(proposal);
  answer(store, requester, applied, ctx);
}

function noteCommit(store: MvccStore, changed: readonly string[], ctx: Ctx): void {
  const { revision } = store;
  const isDeleted = (key: string): boolean => isTombstone(changeOf(store, key, revision).version);
  ctx.note('commit', {
    revision,
    keys: changed.filter((key) => !isDeleted(key)),
    deleted: changed.filter(isDeleted),
  });
}

function saveIfDue(state: EtcdState, ctx: Ctx): void {
  const { snapshotCount } = optionsOf(ctx);
  if (state.appliedIndex - state.snapshotIndex < snapshotCount || state.log.saving !== undefined) return;
  state.snapshotIndex = state.appliedIndex;
  saveSnapshot(state.log, state.appliedIndex, imageOf(state.store), ctx);
}

// — Watches —

function handleStream(
  state: EtcdState,
  message: StreamMessage<EtcdWatchRequest | EtcdProgressRequest, LogStep>,
  ctx: Ctx,
): void {
  const { store, watches } = state;
  switch (message.event) {
    case 'opened':
      open(state, message.stream, message.body, ctx);
      break;
    case 'message':
      if ('progressRequest' in message.body) progressRequested(watches, store, message.stream, ctx);
      break;
    case 'drained':
      watchDrained(watches, store, message.stream, ctx);
      break;
    case 'closed':
      closeWatch(watches, message.stream);
      break;
    default:
      message satisfies never;
  }
}

function open(state: EtcdState, stream: StreamId, body: EtcdWatchRequest | EtcdProgressRequest, ctx: Ctx): void {
  if (state.serving && 'watch' in body) {
    openWatch(state.watches, state.store, stream, body, optionsOf(ctx).progressNotifyIntervalMs, ctx);
    return;
  }
  const reason = state.serving ? 'etcdserver: not a watch' : MESSAGES.Unavailable;
  const header = { revision: state.store.revision };
  ctx.streamSend(stream, { kind: 'canceled', header, reason } satisfies EtcdWatchMessage);
  ctx.closeStream(stream);
}

function handleTimer(state: EtcdState, key: string, ctx: Ctx): void {
  const { store, watches } = state;
  if (key === CATCH_UP_TIMER) catchUpTime(watches, store, ctx);
  if (key === PROGRESS_TIMER) progressTime(watches, store, optionsOf(ctx).progressNotifyIntervalMs, ctx);
}
