/** The store against a naive model that keeps a whole copy of itself for each revision. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Compare, EtcdOperation, KeyValue, OperationResponse, TxnRequest } from '../../protocol/etcd.ts';
import { isInRange, keyRange } from './key-range.ts';
import { type Applied, apply, type Command } from './mvcc-store.ts';
import { requestProblem } from './request-check.ts';
import { imageOf, storeFrom } from './snapshot-file.ts';
import { changeOf, emptyStore, isTombstone, keysChangedAt, type MvccStore } from './store-state.ts';

type State = Map<string, KeyValue>;

/** states[r] is the state at revision r. */
class Model {
  states: State[] = [new Map(), new Map()];
  compacted = 0;

  get revision(): number {
    return this.states.length - 1;
  }

  apply(command: Command): Applied {
    if (command.op === 'compact') {
      if (command.revision <= this.compacted) return { ok: false, error: 'Compacted' };
      if (command.revision > this.revision) return { ok: false, error: 'FutureRevision' };
      this.compacted = command.revision;
      return { ok: true, response: { op: 'compact' } };
    }
    const before = this.states[this.revision] as State;
    const after = new Map(before);
    try {
      const response = this.#run(command, before, after);
      const same = after.size === before.size && [...after].every(([key, kv]) => before.get(key) === kv);
      if (!same) this.states.push(after);
      return { ok: true, response };
    } catch (error) {
      return { ok: false, error: (error as { code: 'Compacted' }).code };
    }
  }

  #run(operation: EtcdOperation, before: State, now: State): OperationResponse {
    const inRange = (state: State, { key, rangeEnd }: { key: string; rangeEnd?: string }): KeyValue[] =>
      [...state.values()]
        .filter((kv) => isInRange(kv.key, keyRange(key, rangeEnd)))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    switch (operation.op) {
      case 'range': {
        const { revision = 0, limit = 0, countOnly = false, keysOnly = false } = operation;
        if (revision > this.revision) throw { code: 'FutureRevision' };
        if (revision > 0 && revision < this.compacted) throw { code: 'Compacted' };
        const all = inRange(revision > 0 ? (this.states[revision] as State) : now, operation);
        const told = (limit > 0 ? all.slice(0, limit) : all).map((kv) => (keysOnly ? { ...kv, value: '' } : kv));
        const more = !countOnly && told.length < all.length;
        return { op: 'range', kvs: countOnly ? [] : told, more, count: all.length };
      }
      case 'put': {
        const old = now.get(operation.key);
        const revision = this.revision + 1;
        const { key, value } = operation;
        const [createRevision, version] = old ? [old.createRevision, old.version + 1] : [revision, 1];
        now.set(key, { key, value, createRevision, modRevision: revision, version });
        return operation.prevKv && old ? { op: 'put', prevKv: old } : { op: 'put' };
      }
      case 'deleteRange': {
        const gone = inRange(now, operation);
        for (const { key } of gone) now.delete(key);
        return { op: 'deleteRange', deleted: gone.length, ...(operation.prevKv ? { prevKvs: gone } : {}) };
      }
      case 'txn': {
        const succeeded = operation.compare.every((each) => this.#holds(each, before));
        const operations = succeeded ? operation.success : operation.failure;
        return { op: 'txn', succeeded, responses: operations.map((each) => this.#run(each, before, now)) };
      }
    }
  }

  #holds({ key, target, result, value }: Compare, state: State): boolean {
    const kv = state.get(key);
    if (target === 'value' && !kv) return false;
    const order = ((a, b) => (a < b ? 'less' : a > b ? 'greater' : 'equal'))(kv ? kv[target] : 0, value);
    return result === 'notEqual' ? order !== 'equal' : order === result;
  }
}

const key = fc.constantFrom('a', 'ab', 'b', 'b/1', 'b/2', 'c', '\ud800');
const rangeEnd = fc.option(fc.constantFrom('\0', 'b', 'b0', 'c', 'zz'), { nil: undefined });
const value = fc.constantFrom('', 'x', 'y');
const flag = fc.option(fc.boolean(), { nil: undefined });
const revision = fc.integer({ min: 0, max: 30 });
const optional = { requiredKeys: ['op', 'key'] as ('op' | 'key')[] };

const plain = fc.oneof(
  fc.record({ op: fc.constant('put' as const), key, value, prevKv: fc.boolean() }),
  fc.record({ op: fc.constant('deleteRange' as const), key, rangeEnd, prevKv: flag }, optional),
  fc.record(
    { op: fc.constant('range' as const), key, rangeEnd, revision, keysOnly: flag, countOnly: flag, limit: fc.nat(3) },
    optional,
  ),
);
const compare = fc.oneof(
  fc.record({
    target: fc.constantFrom('version' as const, 'createRevision' as const, 'modRevision' as const),
    key,
    result: fc.constantFrom('equal' as const, 'notEqual' as const, 'greater' as const, 'less' as const),
    value: fc.nat(4) as fc.Arbitrary<number | string>,
  }),
  fc.record({
    target: fc.constant('value' as const),
    key,
    result: fc.constantFrom('equal' as const, 'notEqual' as const, 'greater' as const, 'less' as const),
    value: value as fc.Arbitrary<number | string>,
  }),
);
const txnOf = (operation: fc.Arbitrary<unknown>) =>
  fc.record({
    op: fc.constant('txn' as const),
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(operation, { maxLength: 3 }),
    failure: fc.array(operation, { maxLength: 3 }),
  });
const command = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 4, arbitrary: txnOf(fc.oneof({ weight: 4, arbitrary: plain }, txnOf(plain))) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('compact' as const), revision }) },
) as fc.Arbitrary<Command>;

const usable = (each: Command): boolean => each.op === 'compact' || requestProblem(each, 1e6) === undefined;

/** All that can be asked of a store. */
function everything(store: MvccStore, model: Model): [found: unknown, expected: unknown] {
  const all = (at: number): Command => ({ op: 'range', key: '\0', rangeEnd: '\0', revision: at });
  const revisions = Array.from({ length: model.revision + 2 }, (_, at) => at);
  return [revisions.map((at) => apply(store, all(at))), revisions.map((at) => model.apply(all(at)))];
}

describe('the store', () => {
  it('answers like the model, at every revision, after any commands', () => {
    const property = fc.property(fc.array(command, { minLength: 5, maxLength: 40 }), (commands) => {
      const store = emptyStore();
      const model = new Model();
      for (const each of commands.filter(usable)) {
        expect(apply(store, each)).toEqual(model.apply(each));
        expect(store.revision).toBe(model.revision);
        expect(store.compactRevision).toBe(model.compacted);
      }
      const [found, expected] = everything(store, model);
      expect(found).toEqual(expected);
      const again = storeFrom(JSON.parse(JSON.stringify(imageOf(store))));
      expect(again.size).toBe(store.size);
      expect(everything(again, model)[0]).toEqual(expected);
      // Nothing is kept that no revision needs.
      const live = new Set(model.states.slice(Math.max(model.compacted, 1)).flatMap((state) => [...state.keys()]));
      for (const kept of store.records.keys()) {
        const tombstone = store.records.get(kept)?.[0];
        expect(live.has(kept) || (tombstone?.modRevision ?? 0) >= model.compacted).toBe(true);
      }
      expect(store.keys.flat()).toEqual([...store.records.keys()].sort((a, b) => (a < b ? -1 : 1)));
    });
    fc.assert(property, { seed: 1, numRuns: 400 });
  });

  it('tells of each revision that can be read exactly what it changed', () => {
    const property = fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const store = emptyStore();
      const model = new Model();
      for (const each of commands.filter(usable)) {
        apply(store, each);
        model.apply(each);
      }
      for (let at = Math.max(store.compactRevision, 2); at <= store.revision; at++) {
        const [before, after] = [model.states[at - 1] as State, model.states[at] as State];
        const expected = [...new Set([...before.keys(), ...after.keys()])].filter(
          (k) => before.get(k) !== after.get(k),
        );
        const changed = keysChangedAt(store, at);
        expect([...changed].sort()).toEqual(expected.sort());
        for (const each of changed) {
          const { version, previous } = changeOf(store, each, at);
          expect(isTombstone(version) ? undefined : version).toEqual(after.get(each));
          if (at > store.compactRevision) expect(previous).toEqual(before.get(each));
        }
      }
    });
    fc.assert(property, { seed: 2, numRuns: 300 });
  });
});

const put = (k: string) => ({ op: 'put', key: k, value: '' }) as const;
const del = (k: string, end?: string) =>
  ({ op: 'deleteRange', key: k, ...(end === undefined ? {} : { rangeEnd: end }) }) as const;
const txn = (success: EtcdOperation[], failure: EtcdOperation[] = []): TxnRequest => ({
  op: 'txn',
  compare: [],
  success,
  failure,
});

describe('requestProblem', () => {
  /** After TestCheckIntervals in etcd's server/etcdserver/api/v3rpc/key_test.go, where not said otherwise. */
  it.each<[string, EtcdOperation, string | undefined]>([
    ['one put', txn([put('a')]), undefined],
    ['two puts of one key', txn([put('a'), put('a')]), 'DuplicateKey'],
    ['a put and a deletion that contains it', txn([put('b'), del('a', 'c')]), 'DuplicateKey'],
    ['a put and a deletion that ends before it', txn([put('c'), del('a', 'c')]), undefined],
    ['two deletions that overlap', txn([del('a', 'c'), del('b')]), undefined],
    ['the same put in both branches', txn([put('a')], [put('a')]), undefined],
    ['the same put in both nested branches', txn([txn([put('a')], [put('a')])]), undefined],
    ['a put in one nested branch, its deletion in the other', txn([txn([put('a')], [del('a')])]), undefined],
    ['a put beside a nested put', txn([put('a'), txn([], [put('a')])]), 'DuplicateKey'],
    ['a put beside a nested deletion', txn([put('a'), txn([del('a', '\0')])]), 'DuplicateKey'],
    ['the same put in two nested transactions', txn([txn([put('a')]), txn([], [put('a')])]), 'DuplicateKey'],
    ['an empty key', put(''), 'EmptyKey'],
    ['an empty key inside', txn([], [txn([del('')])]), 'EmptyKey'],
    [
      'an empty key to compare',
      { ...txn([]), compare: [{ key: '', target: 'version', result: 'equal', value: 0 }] },
      'EmptyKey',
    ],
    ['what is as large as allowed', { ...put('abc'), value: 'x'.repeat(97) }, undefined],
    ['what is larger', { ...put('abc'), value: 'x'.repeat(98) }, 'RequestTooLarge'],
  ])('%s', (_, request, problem) => {
    expect(requestProblem(request, 100)).toBe(problem);
  });
});
