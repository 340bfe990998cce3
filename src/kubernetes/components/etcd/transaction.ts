/**
 * Transactions: all comparisons, those of nested transactions too, are made before anything is changed; then the operations
 * of the branches that they chose run in order, each seeing what those before it did.
 *
 * Upstream: `compareToPath`, `checkTxn` and `executeTxn` in server/etcdserver/txn/txn.go.
 */
import type {
  Compare,
  EtcdErrorCode,
  EtcdOperation,
  OperationResponse,
  TxnRequest,
  TxnResponse,
} from '../../protocol/etcd.ts';
import { executeOperation } from './operation.ts';
import { getKey, type MvccStore, unreadable } from './store-state.ts';

/** What a transaction will do. */
export interface Branch {
  readonly succeeded: boolean;
  readonly operations: readonly EtcdOperation[];
  /** Those of the transactions among the operations, in order. */
  readonly nested: readonly Branch[];
}

const NO_BRANCHES: readonly Branch[] = [];

export function chooseBranch(store: MvccStore, { compare, success, failure }: TxnRequest): Branch {
  const succeeded = compare.every((each) => holds(store, each));
  const operations = succeeded ? success : failure;
  let nested = NO_BRANCHES;
  for (const operation of operations) {
    if (operation.op === 'txn') nested = [...nested, chooseBranch(store, operation)];
  }
  return { succeeded, operations, nested };
}

/** Why a range among the operations cannot be answered: the transaction must then change nothing. */
export function unreadableIn(
  store: MvccStore,
  operations: readonly EtcdOperation[],
  nested: readonly Branch[],
): EtcdErrorCode | undefined {
  for (const operation of operations) {
    const error = operation.op === 'range' ? unreadable(store, operation.revision) : undefined;
    if (error !== undefined) return error;
  }
  for (const branch of nested) {
    const error = unreadableIn(store, branch.operations, branch.nested);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** @param changed gets the keys that were changed, in order */
export function executeBranch(store: MvccStore, branch: Branch, changed: string[]): TxnResponse {
  let next = 0;
  const responses = branch.operations.map((operation): OperationResponse => {
    if (operation.op !== 'txn') return executeOperation(store, operation, changed);
    const nested = branch.nested[next++];
    if (nested === undefined) throw new Error('A nested transaction has no branch.');
    return executeBranch(store, nested, changed);
  });
  return { op: 'txn', succeeded: branch.succeeded, responses };
}

/** A key that does not exist has revisions and version 0, and no value: no comparison with its value holds. */
function holds(store: MvccStore, { target, key, result, value }: Compare): boolean {
  const kv = getKey(store, key);
  if (target === 'value' && kv === undefined) return false;
  const found = kv?.[target] ?? 0;
  switch (result) {
    case 'equal':
      return found === value;
    case 'notEqual':
      return found !== value;
    case 'greater':
      return found > value;
    case 'less':
      return found < value;
    default:
      return result satisfies never;
  }
}
