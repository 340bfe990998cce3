/**
 * The state machine: what a command of the log does to the store.
 *
 * 1. `apply` is a function of the store and the command alone, so that every replay of a log comes to the same store.
 * 2. A command that changes something makes exactly one revision, one that changes nothing makes none. A command that is
 *    refused changes nothing.
 *
 * Upstream: server/etcdserver/apply (applier backend), server/storage/mvcc/kvstore_txn.go.
 */
import type { CompactRequest, EtcdErrorCode, EtcdOperation, OperationResponse } from '../../protocol/etcd.ts';
import { compact } from './compaction.ts';
import { executeOperation } from './operation.ts';
import type { MvccStore } from './store-state.ts';
import { chooseBranch, executeBranch, unreadableIn } from './transaction.ts';

/** What the log carries to the state machine. Reading commands may be applied too: they change nothing. */
export type Command = EtcdOperation | CompactRequest;

export type Applied =
  | { readonly ok: true; readonly response: OperationResponse | { readonly op: 'compact' } }
  | { readonly ok: false; readonly error: EtcdErrorCode };

/** Applies a command. If the revision grew, `keysChangedAt(store, store.revision)` says what changed. */
export function apply(store: MvccStore, command: Command): Applied {
  if (command.op === 'compact') {
    const error = compact(store, command.revision);
    return error === undefined ? { ok: true, response: { op: 'compact' } } : { ok: false, error };
  }
  const changed: string[] = [];
  const result = execute(store, command, changed);
  if (changed.length > 0) {
    store.revision++;
    store.history.push(changed.length === 1 ? (changed[0] as string) : changed); // one is there
  }
  return result;
}

function execute(store: MvccStore, operation: EtcdOperation, changed: string[]): Applied {
  const branch = operation.op === 'txn' ? chooseBranch(store, operation) : undefined;
  const error =
    branch === undefined ? unreadableIn(store, [operation], []) : unreadableIn(store, branch.operations, branch.nested);
  if (error !== undefined) return { ok: false, error };
  const response =
    operation.op === 'txn' && branch !== undefined
      ? executeBranch(store, branch, changed)
      : executeOperation(store, operation as Exclude<EtcdOperation, { op: 'txn' }>, changed);
  return { ok: true, response };
}
