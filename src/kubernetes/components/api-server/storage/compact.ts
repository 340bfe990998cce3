/**
 * Keeps etcd's history short: every five minutes it is cut to where it ended five minutes ago. Several servers agree on who
 * does it by the version of one key, which only the first can raise.
 *
 * Upstream: apiserver/pkg/storage/etcd3/compact.go.
 */
import type { Context } from '../../../../sim/index.ts';
import type { TxnRequest } from '../../../protocol/etcd.ts';
import type { Then } from '../continuation.ts';
import type { ApiServerState } from '../server-state.ts';
import { askEtcd, type EtcdOutcome, rangeOf, txnOf } from './ask-etcd.ts';

export const COMPACT_KEY = 'compact_rev_key';

export function setCompactionTimer({ options }: ApiServerState, ctx: Context<Then>): void {
  if (options.compactionEveryMs > 0) ctx.setTimer('compact', options.compactionEveryMs, { kind: 'compact' });
}

/** Tries to be the one that compacts. */
export function claimCompaction(state: ApiServerState, ctx: Context<Then>): void {
  setCompactionTimer(state, ctx);
  const { time, revision } = state.compaction;
  const txn: TxnRequest = {
    op: 'txn',
    compare: [{ target: 'version', key: COMPACT_KEY, result: 'equal', value: time }],
    success: [{ op: 'put', key: COMPACT_KEY, value: String(revision) }],
    failure: [{ op: 'range', key: COMPACT_KEY }],
  };
  askEtcd(state, ctx, txn, { step: 'compact-check', time }, deadline(state, ctx));
}

/** Compacts to where the history was at the last time, if it is this server's turn. */
export function compactionClaimed(state: ApiServerState, ctx: Context<Then>, time: number, outcome: EtcdOutcome): void {
  if (!outcome.ok) return;
  const { succeeded, responses } = txnOf(outcome.response);
  const { revision } = state.compaction;
  if (!succeeded) {
    const [kv] = rangeOf(responses[0]).kvs;
    state.compaction = { time: kv?.version ?? 0, revision: outcome.revision };
    return;
  }
  state.compaction = { time: time + 1, revision: outcome.revision };
  if (revision === 0) return;
  askEtcd(state, ctx, { op: 'compact', revision }, { step: 'compact' }, deadline(state, ctx));
}

function deadline({ options }: ApiServerState, ctx: Context<Then>): number {
  return ctx.monotonic + options.requestTimeoutMs * 1000;
}
