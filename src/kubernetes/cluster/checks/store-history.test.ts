import { describe, expect, it } from 'vitest';
import type { WorldView } from '../../../sim/index.ts';
import { PODS } from '../../api/resource.ts';
import { apply } from '../../components/etcd/mvcc-store.ts';
import { emptyStore, keysChangedAt, type MvccStore } from '../../components/etcd/store-state.ts';
import { changesOf, noHistory, remember, rememberRecovery } from './store-history.ts';

const ETCD = 'control-plane/etcd';

const pod = (nodeName: string): string => JSON.stringify({ spec: { nodeName }, status: { phase: 'Pending' } });
const keyOf = (name: string): string => `/registry/pods/shop/${name}`;

/** A store, and a history that is told of some of its commits. */
class Told {
  readonly store: MvccStore = emptyStore();
  readonly history = noHistory();
  readonly #view = { state: () => ({ store: this.store }) } as unknown as WorldView;

  put(name: string, nodeName = ''): this {
    apply(this.store, { op: 'put', key: keyOf(name), value: pod(nodeName) });
    return this;
  }

  remove(name: string): this {
    apply(this.store, { op: 'deleteRange', key: keyOf(name) });
    return this;
  }

  /** As the note of a commit does, perhaps when the store has gone on. */
  note(revision = this.store.revision): this {
    const keys = keysChangedAt(this.store, revision);
    remember(this.history, ETCD, { revision, keys, deleted: [] }, this.#view);
    return this;
  }

  noteDeletion(name: string): this {
    remember(this.history, ETCD, { revision: this.store.revision, keys: [], deleted: [keyOf(name)] }, this.#view);
    return this;
  }

  comeBack(): this {
    rememberRecovery(this.history, ETCD, this.store.revision, this.#view);
    return this;
  }

  get changes(): string[] {
    return changesOf(this.history, PODS).map(({ key, what, revision, fields }) => {
      return `${revision} ${key} ${what}${fields === undefined ? '' : ` on ${fields['spec.nodeName']}`}`;
    });
  }
}

describe('the history of the store', () => {
  it('has each commit in order, with what selectors ask for', () => {
    const told = new Told().put('a').note().put('a', 'n1').note().remove('a').noteDeletion('a');
    expect(told.changes).toEqual(['2 shop/a put on ', '3 shop/a put on n1', '4 shop/a deleted']);
  });

  it('does not claim to know the fields of a version that the store has gone on from', () => {
    const told = new Told().put('a').put('a', 'n1').note(2).note(3);
    expect(told.changes).toEqual(['2 shop/a put', '3 shop/a put on n1']);
  });

  it('finds what was committed without a note when the store comes back, and says what it cannot know', () => {
    const told = new Told().put('a').note().put('gone').note().put('same').note();
    told.put('a', 'n1').put('new').remove('gone').put('a', 'n2').comeBack();
    expect(told.changes.slice(3)).toEqual([
      '5 shop/gone unknown',
      '5 shop/a unknown',
      '5 shop/new unknown',
      '6 shop/new put on ',
      '8 shop/a put on n2',
    ]);
    expect(told.comeBack().changes).toHaveLength(8);
  });

  it('is empty before the first commit, also after a recovery', () => {
    expect(new Told().comeBack().changes).toEqual([]);
  });
});
