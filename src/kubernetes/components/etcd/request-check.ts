/**
 * What is wrong with a request whatever the store holds: found before it goes to the log.
 *
 * Upstream: server/etcdserver/api/v3rpc/key.go (`checkPutRequest`, `checkIntervals`), server/etcdserver/v3_server.go (size),
 * server/storage/quota.go. Differences: sizes are lengths in UTF-16 code units, and a transaction in which one nested
 * transaction puts a key that a later one deletes is refused too. Left out: the limit of 128 operations per transaction.
 */
import type { EtcdErrorCode, EtcdOperation, TxnRequest } from '../../protocol/etcd.ts';
import { isInRange, type KeyRange, keyRange } from './key-range.ts';

export function requestProblem(request: EtcdOperation, maxRequestBytes: number): EtcdErrorCode | undefined {
  if (hasEmptyKey(request)) return 'EmptyKey';
  if (request.op === 'txn' && writesTwice(request)) return 'DuplicateKey';
  return requestSize(request) > maxRequestBytes ? 'RequestTooLarge' : undefined;
}

export function isReadOnly(request: EtcdOperation): boolean {
  if (request.op !== 'txn') return request.op === 'range';
  return request.success.every(isReadOnly) && request.failure.every(isReadOnly);
}

/** Whether it may need room: a quota that is used up refuses puts and lets deletions and reads pass. */
export function hasPut(request: EtcdOperation): boolean {
  if (request.op !== 'txn') return request.op === 'put';
  return request.success.some(hasPut) || request.failure.some(hasPut);
}

/** The lengths of all its keys and values. */
export function requestSize(request: EtcdOperation): number {
  switch (request.op) {
    case 'range':
    case 'deleteRange':
      return request.key.length + (request.rangeEnd?.length ?? 0);
    case 'put':
      return request.key.length + request.value.length;
    case 'txn': {
      let size = 0;
      for (const { key, value } of request.compare) size += key.length + (typeof value === 'string' ? value.length : 8);
      for (const operation of request.success) size += requestSize(operation);
      for (const operation of request.failure) size += requestSize(operation);
      return size;
    }
    default:
      return request satisfies never;
  }
}

function hasEmptyKey(request: EtcdOperation): boolean {
  if (request.op !== 'txn') return request.key === '';
  return (
    request.compare.some(({ key }) => key === '') ||
    request.success.some(hasEmptyKey) ||
    request.failure.some(hasEmptyKey)
  );
}

interface Writes {
  readonly puts: readonly string[];
  readonly deletes: readonly KeyRange[];
}

const NONE: Writes = { puts: [], deletes: [] };

function writesTwice(request: TxnRequest): boolean {
  return (mayWriteTwice(request.success) || mayWriteTwice(request.failure)) && writesOf(request) === undefined;
}

/** Spares the most frequent transactions a closer look: one plain operation cannot. */
function mayWriteTwice(operations: readonly EtcdOperation[]): boolean {
  return operations.length > 1 || operations[0]?.op === 'txn';
}

/** What an operation may write; undefined if it may put a key twice, or put it and delete it. */
function writesOf(operation: EtcdOperation): Writes | undefined {
  switch (operation.op) {
    case 'range':
      return NONE;
    case 'put':
      return { puts: [operation.key], deletes: [] };
    case 'deleteRange':
      return { puts: [], deletes: [keyRange(operation.key, operation.rangeEnd)] };
    case 'txn': {
      const success = writesOfAll(operation.success);
      const failure = writesOfAll(operation.failure);
      if (success === undefined || failure === undefined) return undefined;
      // Only one of the two branches runs, so both may write the same key.
      return {
        puts: [...new Set([...success.puts, ...failure.puts])],
        deletes: [...success.deletes, ...failure.deletes],
      };
    }
    default:
      return operation satisfies never;
  }
}

function writesOfAll(operations: readonly EtcdOperation[]): Writes | undefined {
  const puts = new Set<string>();
  const deletes: KeyRange[] = [];
  for (const operation of operations) {
    const writes = writesOf(operation);
    if (writes === undefined) return undefined;
    const twice =
      writes.puts.some((key) => puts.has(key) || deletes.some((range) => isInRange(key, range))) ||
      writes.deletes.some((range) => [...puts].some((key) => isInRange(key, range)));
    if (twice) return undefined;
    for (const key of writes.puts) puts.add(key);
    deletes.push(...writes.deletes);
  }
  return { puts: [...puts], deletes };
}
