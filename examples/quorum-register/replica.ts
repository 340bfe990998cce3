/**
 * A replica: keeps the newest version that it was told of, on disk before it says so.
 *
 * 1. What it answers, to a query or to a store, is durable: it survives a loss of power (`syncFirst`).
 * 2. It never goes back to an older version.
 *
 * It begins by reading its file, and refuses everybody until then. It syncs the file before it reads it, since an earlier
 * life may have left lines in the page cache that the next loss of power would take away again.
 */
import type { Actor, Context, DiskResult, RequestId } from 'wavetank/sim';
import { type Answer, type Ask, FIRST, isNewer, type Version } from './protocol.ts';
import { encodeVersion, newestVersion, VERSION_LOG } from './version-log.ts';

export interface ReplicaArgs {
  /** Whether to sync before acknowledging. Without it: a planted bug. */
  readonly syncFirst: boolean;
}

interface ReplicaState {
  status: 'recovering' | 'ready';
  newest: Version;
}

/** What to go on with when the disk has answered. */
type Then =
  | { readonly step: 'recover: synced' }
  | { readonly step: 'recover: read' }
  | { readonly step: 'store: appended'; readonly version: Version; readonly request: RequestId }
  | { readonly step: 'store: synced'; readonly version: Version; readonly request: RequestId };

export const replica: Actor<ReplicaState, Ask, Then> = {
  start(ctx) {
    ctx.disk({ kind: 'fsync', file: VERSION_LOG }, { then: { step: 'recover: synced' } });
    return { status: 'recovering', newest: FIRST };
  },

  receive(state, message, ctx) {
    if (message.type === 'request') answer(state, message.id, message.body, ctx);
    if (message.type === 'disk') goOn(state, message.then, message.result, ctx);
    return state;
  },
};

function answer(state: ReplicaState, request: RequestId, ask: Ask, ctx: Context<Then>): void {
  if (state.status === 'recovering') {
    ctx.refuse(request, 'recovering');
    return;
  }
  switch (ask.type) {
    case 'query':
      ctx.reply(request, { type: 'found', version: state.newest } satisfies Answer);
      break;
    case 'store': {
      const { version } = ask;
      if (isNewer(version, state.newest)) {
        const then: Then = { step: 'store: appended', version, request };
        ctx.disk({ kind: 'append', file: VERSION_LOG, bytes: encodeVersion(version) }, { then });
      } else {
        ctx.reply(request, { type: 'stored' } satisfies Answer);
      }
      break;
    }
    default:
      ask satisfies never;
  }
}

function goOn(state: ReplicaState, then: Then, result: DiskResult, ctx: Context<Then>): void {
  const { syncFirst } = ctx.args as ReplicaArgs;
  switch (then.step) {
    case 'recover: synced':
      if (result.ok) ctx.disk({ kind: 'read', file: VERSION_LOG, offset: 0 }, { then: { step: 'recover: read' } });
      else if (result.error === 'ENOENT') state.status = 'ready';
      else ctx.exit(1);
      break;
    case 'recover: read':
      // Without its file a replica must not answer; its supervision lets it try again.
      if (!result.ok || result.kind !== 'read') ctx.exit(1);
      else {
        state.newest = newestVersion(result.bytes);
        state.status = 'ready';
        ctx.note('recovered', state.newest);
      }
      break;
    case 'store: appended':
      if (!result.ok) ctx.refuse(then.request, result.message);
      else if (!syncFirst) keep(state, then.version, then.request, ctx);
      else ctx.disk({ kind: 'fsync', file: VERSION_LOG }, { then: { ...then, step: 'store: synced' } });
      break;
    case 'store: synced':
      if (result.ok) keep(state, then.version, then.request, ctx);
      else ctx.refuse(then.request, result.message);
      break;
    default:
      then satisfies never;
  }
}

function keep(state: ReplicaState, version: Version, request: RequestId, ctx: Context<Then>): void {
  if (isNewer(version, state.newest)) state.newest = version;
  ctx.reply(request, { type: 'stored' } satisfies Answer);
}
