/** A member in a small world: requests, watches, and what crashes, power losses and bad disks leave of its promises. */
import { describe, expect, it } from 'vitest';
import { type Context, type Fault, World } from '../../../sim/index.ts';
import type {
  EtcdOperation,
  EtcdRequest,
  EtcdResponse,
  EtcdWatchMessage,
  EtcdWatchRequest,
} from '../../protocol/etcd.ts';
import { type EtcdArgs, type EtcdState, etcd, etcdGet, etcdKeys, etcdRevision, etcdServes } from './etcd.ts';

/** What a client heard, by the label of what it asked. */
type Heard = [
  label: string,
  answer: EtcdResponse | { failure: string; mayHaveHappened: boolean } | EtcdWatchMessage | string,
];

interface Order {
  readonly label: string;
  readonly request?: EtcdRequest;
  readonly watch?: EtcdWatchRequest['watch'];
  readonly window?: number;
  readonly progress?: boolean;
}

/** A client does what the test posts to it. `slow` makes it take each stream message only when it has time (see the service). */
function stage(args: EtcdArgs = {}, options: { seed?: number; slowClient?: boolean } = {}) {
  const heard: Heard[] = [];
  let stream: number | undefined;
  const client = {
    start: () => null,
    // biome-ignore lint/suspicious/noExplicitAny: a probe takes anything
    receive: (state: null, message: any, ctx: Context<any>): null => {
      if (message.type === 'message') {
        for (const order of message.body as Order[]) {
          const { label, request, watch, window, progress } = order;
          if (request) ctx.request('e/etcd', request, { then: label, timeoutMs: 60_000 });
          if (watch) stream = ctx.openStream('e/etcd', { watch }, { then: label, ...(window ? { window } : {}) });
          if (progress && stream !== undefined) ctx.streamSend(stream, { progressRequest: true });
        }
      } else if (message.type === 'response') {
        const { failure, mayHaveHappened } = message;
        heard.push([message.then, message.ok ? message.body : { failure, mayHaveHappened }]);
      } else if (message.type === 'stream' && message.event !== 'drained') {
        heard.push([message.then, message.event === 'message' ? message.body : message.reason]);
      }
      return state;
    },
  };
  const world = new World({
    seed: options.seed ?? 1,
    paranoid: true,
    programs: { etcd, client },
    hosts: [
      { name: 'e', processes: [{ name: 'etcd', program: 'etcd', args, restart: 'always' }] },
      {
        name: 'c',
        processes: [
          { name: 'main', program: 'client', ...(options.slowClient ? { service: { time: { constant: 20 } } } : {}) },
        ],
      },
    ],
  });
  const say = async (orders: Order[], forMs = 50): Promise<void> => {
    world.post('c/main', orders);
    await world.run({ forMs });
  };
  const ask = async (request: EtcdRequest): Promise<EtcdResponse> => {
    heard.length = 0;
    await say([{ label: 'ask', request }]);
    return heard.find(([label]) => label === 'ask')?.[1] as EtcdResponse;
  };
  const messages = (label: string) =>
    heard.filter(([of]) => of === label).map(([, answer]) => answer as EtcdWatchMessage);
  const state = (): EtcdState => world.view.state('e/etcd') as EtcdState;
  const notes = (name: string) => world.view.history.filter((note) => note.name === name).map(({ data }) => data);
  return { world, heard, say, ask, messages, state, notes };
}

const put = (key: string, value = ''): EtcdOperation => ({ op: 'put', key, value });
const del = (key: string): EtcdOperation => ({ op: 'deleteRange', key });
const all: EtcdOperation = { op: 'range', key: '\0', rangeEnd: '\0' };
const ok = (revision: number, response: unknown) => ({ ok: true, header: { revision }, response });
/** Puts k0, k1, … under the labels p0, p1, …. */
const puts = (count: number, from = 0): Order[] =>
  Array.from({ length: count }, (_, i) => ({ label: `p${from + i}`, request: put(`k${from + i}`, `v${from + i}`) }));
const eventsIn = (messages: readonly EtcdWatchMessage[]) =>
  messages.flatMap((each) => (each.kind === 'events' ? [each.header.revision] : []));

describe('a member', () => {
  it('says that it is unavailable while it recovers, and serves then', async () => {
    const { world, heard, say, state } = stage();
    world.inject({ kind: 'disk-slow', hosts: 'e', extraMs: 10 }, { forMs: 20 });
    await say([{ label: 'early', request: all }], 2);
    await say([{ label: 'watch', watch: { key: 'a' } }], 2);
    expect(etcdServes(state())).toBe(false);
    await say([]);
    expect(etcdServes(state())).toBe(true);
    expect(heard[0]).toMatchObject(['early', { ok: false, error: 'Unavailable' }]);
    expect(heard[1]).toMatchObject(['watch', { kind: 'canceled' }]);
    expect(heard[2]).toEqual(['watch', 'closed']);
  });

  it('answers each kind of request', async () => {
    const { ask, state, notes } = stage();
    await ask({ op: 'status' });
    expect(await ask({ op: 'status' })).toEqual(ok(1, { op: 'status' }));
    expect(await ask(put('a', '1'))).toEqual(ok(2, { op: 'put' }));
    const a = { key: 'a', value: '1', createRevision: 2, modRevision: 2, version: 1 };
    expect(await ask(all)).toEqual(ok(2, { op: 'range', kvs: [a], more: false, count: 1 }));
    const create: EtcdOperation = {
      op: 'txn',
      compare: [{ target: 'modRevision', key: 'a', result: 'equal', value: 0 }],
      success: [put('a', '2')],
      failure: [{ op: 'range', key: 'a' }],
    };
    const found = { op: 'range', kvs: [a], more: false, count: 1 };
    expect(await ask(create)).toEqual(ok(2, { op: 'txn', succeeded: false, responses: [found] }));
    const both: EtcdOperation = { op: 'txn', compare: [], success: [put('b'), del('a')], failure: [] };
    const responses = [{ op: 'put' }, { op: 'deleteRange', deleted: 1 }];
    expect(await ask(both)).toEqual(ok(3, { op: 'txn', succeeded: true, responses }));
    expect(await ask(del('a'))).toEqual(ok(3, { op: 'deleteRange', deleted: 0 }));
    expect(await ask({ op: 'compact', revision: 3 })).toEqual(ok(3, { op: 'compact' }));
    const old = { ok: false, error: 'Compacted', compactRevision: 3, header: { revision: 3 } };
    expect(await ask({ ...all, revision: 2 } as EtcdOperation)).toMatchObject(old);
    expect(await ask({ op: 'compact', revision: 3 })).toMatchObject(old);
    expect(await ask({ op: 'compact', revision: 9 })).toMatchObject({ error: 'FutureRevision' });
    expect(await ask(put(''))).toMatchObject({ error: 'EmptyKey' });
    expect(notes('commit')).toEqual([
      { revision: 2, keys: ['a'], deleted: [] },
      { revision: 3, keys: ['b'], deleted: ['a'] },
    ]);
    expect(etcdKeys(state()).map(({ key }) => key)).toEqual(['b']);
    expect(etcdGet(state(), 'a')).toBeUndefined();
    expect(etcdRevision(state())).toBe(3);
  });

  it('refuses what does not fit, and still deletes when its quota is used up', async () => {
    const { ask } = stage({ quotaBytes: 100, maxRequestBytes: 80 });
    await ask({ op: 'status' });
    expect(await ask(put('a', 'x'.repeat(80)))).toMatchObject({ error: 'RequestTooLarge' });
    expect(await ask(put('a', 'x'.repeat(60)))).toMatchObject({ ok: true });
    expect(await ask(put('a', 'x'.repeat(60)))).toMatchObject({ error: 'NoSpace' });
    expect(await ask(del('a'))).toMatchObject({ ok: true });
    await ask({ op: 'compact', revision: 3 });
    expect(await ask(put('a', 'x'.repeat(60)))).toMatchObject({ ok: true });
  });

  it('syncs once for all that arrive while it syncs', async () => {
    const { world, say, heard } = stage();
    await say([]);
    await say(puts(1));
    const operations: unknown[] = [];
    world.observe('disk', ({ detail }) => operations.push(String(detail).split(' ')[0]));
    await say(puts(100, 1));
    expect(heard).toHaveLength(101);
    // What arrives first is written alone, all the rest together behind it, unless the network holds some of it up.
    const group = ['append', 'fsync'];
    expect(operations.slice(0, 4)).toEqual([...group, ...group]);
    expect(operations.length).toBeLessThanOrEqual(8);
  });
});

describe('a watch', () => {
  it('tells history and news without a gap, and previous values on demand', async () => {
    const { say, messages, ask } = stage();
    await say([]);
    await say([...puts(3), { label: 'x', request: put('x') }]);
    await say([{ label: 'w', watch: { key: 'k', rangeEnd: 'l', startRevision: 2, prevKv: true } }]);
    const txn: EtcdOperation = { op: 'txn', compare: [], success: [put('k9', '9'), del('k0'), put('x')], failure: [] };
    await say([{ label: '', request: txn }]);
    const told = messages('w');
    expect(told[0]).toEqual({ kind: 'created', header: { revision: 5 } });
    const k0 = { key: 'k0', value: 'v0', createRevision: 2, modRevision: 2, version: 1 };
    expect(eventsIn(told)).toHaveLength(4);
    expect(told.at(-1)).toEqual({
      kind: 'events',
      header: { revision: 6 },
      events: [
        { type: 'put', kv: { key: 'k9', value: '9', createRevision: 6, modRevision: 6, version: 1 } },
        { type: 'delete', key: 'k0', modRevision: 6, prevKv: k0 },
      ],
    });
    expect(await ask(all)).toMatchObject({ response: { count: 4 } });
  });

  it('begins with the next revision, or with one to come', async () => {
    const { say, messages } = stage();
    await say([]);
    await say(puts(2));
    await say([
      { label: 'now', watch: { key: 'k', rangeEnd: 'l' } },
      { label: 'later', watch: { key: 'k', rangeEnd: 'l', startRevision: 6 } },
    ]);
    await say(puts(4));
    expect(eventsIn(messages('now'))).toEqual([4, 5, 6, 7]);
    expect(eventsIn(messages('later'))).toEqual([6, 7]);
  });

  it('is canceled if it begins before the compaction, not if it begins with it', async () => {
    const { say, messages, heard } = stage();
    await say([]);
    await say(puts(4));
    await say([{ label: '', request: del('k3') }]);
    await say([{ label: '', request: { op: 'compact', revision: 6 } }]);
    await say([{ label: 'old', watch: { key: 'k', rangeEnd: 'l', startRevision: 5 } }]);
    await say([{ label: 'good', watch: { key: 'k', rangeEnd: 'l', startRevision: 6 } }]);
    await say([{ label: 'empty', watch: { key: 'k', rangeEnd: 'a' } }]);
    expect(messages('old').slice(0, 2)).toMatchObject([{ kind: 'created' }, { kind: 'canceled', compactRevision: 6 }]);
    expect(messages('old').at(-1)).toBe('closed');
    expect(messages('good')[1]).toMatchObject({ events: [{ type: 'delete', key: 'k3', modRevision: 6 }] });
    expect(messages('empty')).toMatchObject([{ kind: 'canceled' }, 'closed']);
    expect(heard.at(-1)).toEqual(['empty', 'closed']);
  });

  it('tells progress on request, after the first catch-up, and from time to time', async () => {
    const { say, messages } = stage({ progressNotifyIntervalMs: 1000 });
    await say([]);
    await say([{ label: 'x', request: put('x') }]);
    await say([{ label: 'w', watch: { key: 'k', progressNotify: true } }]);
    const progress = { kind: 'progress', header: { revision: 2 } };
    expect(messages('w').slice(1)).toEqual([progress]);
    await say([{ label: '', progress: true }]);
    expect(messages('w').slice(1)).toEqual([progress, progress]);
    await say([], 2000);
    expect(messages('w').slice(1)).toEqual([progress, progress, progress, progress]);
  });

  it('that is slow gets everything, later, and holds nobody up', async () => {
    const { say, messages, world, state } = stage({}, { slowClient: true });
    await say([]);
    await say([{ label: 'w', watch: { key: 'k', rangeEnd: 'l' }, window: 2 }]);
    for (let i = 0; i < 4; i++) await say(puts(100, i * 100), 30);
    let behind = false;
    const until = (): boolean => {
      if (state().watches.behind.size > 0) behind = true;
      return false;
    };
    await world.run({ forMs: 60_000, until });
    expect(behind).toBe(true);
    expect(state().watches.behind.size).toBe(0);
    expect(eventsIn(messages('w'))).toEqual(Array.from({ length: 400 }, (_, i) => i + 2));
  });
});

const crash: Fault = { kind: 'crash', processes: 'e/etcd' };
const powerOff: Fault = { kind: 'power-off', hosts: 'e' };

/** A run with trouble at random times: what was acknowledged, and whatever was not. */
async function troubledRun(seed: number, torn: boolean) {
  const stageOfRun = stage({ snapshotCount: 7 }, { seed });
  const { world, say, heard } = stageOfRun;
  let random = seed * 7919;
  const next = (below: number): number => {
    random = (random * 48271) % 2147483647;
    return random % below;
  };
  if (torn) world.inject({ kind: 'disk-torn-write', hosts: 'e' });
  await say([], 20);
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 5; i++) {
      const n = round * 5 + i;
      const success = [put(`a${n}`, 'x'.repeat(next(900))), put(`b${n}`), put('last', String(n))];
      await say([{ label: `t${n}`, request: { op: 'txn', compare: [], success, failure: [] } }], next(40) / 10);
    }
    world.inject(next(2) === 0 ? crash : powerOff, { forMs: 1 + next(50) });
    await world.run({ forMs: 400 });
  }
  await world.run({ forMs: 5000 });
  return { ...stageOfRun, answers: new Map(heard) };
}

describe('durability', () => {
  it('nothing acknowledged is lost and nothing is half done, whenever the process is killed or power is lost', async () => {
    let [acknowledged, unknown, unknownButThere, tornTails] = [0, 0, 0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const { answers, state, notes, world } = await troubledRun(seed, seed % 2 === 0);
      expect(world.report().panics).toEqual([]);
      expect(etcdServes(state())).toBe(true);
      tornTails += notes('etcd-torn-tail').length;
      for (let n = 0; n < 30; n++) {
        const answer = answers.get(`t${n}`) as EtcdResponse | { failure: string } | undefined;
        const [a, b] = [etcdGet(state(), `a${n}`), etcdGet(state(), `b${n}`)];
        expect(a?.modRevision).toBe(b?.modRevision);
        if (answer !== undefined && 'ok' in answer && answer.ok) {
          acknowledged++;
          expect(a?.modRevision).toBe(answer.header.revision);
        } else if (answer === undefined || 'failure' in answer) {
          unknown++;
          if (a !== undefined) unknownButThere++;
        } else expect(a).toBeUndefined();
      }
      // What a life has shown, or began with, a later life has too.
      let shown = 1;
      for (const { name, data } of world.view.history) {
        const { revision } = data as { revision: number };
        if (name === 'recovered') expect(revision).toBeGreaterThanOrEqual(shown);
        if (name === 'recovered' || name === 'commit') shown = revision;
      }
      const { store } = state();
      expect(store.revision).toBe(1 + etcdKeys(state()).filter(({ key }) => key.startsWith('a')).length);
    }
    // The runs reach what they are for.
    expect(acknowledged).toBeGreaterThan(300);
    expect(unknown).toBeGreaterThan(100);
    expect(unknownButThere).toBeGreaterThan(5);
    expect(tornTails).toBeGreaterThan(2);
  }, 60_000);

  it('a watch that goes on where it was gets every revision once, over restarts', async () => {
    const { world, say, messages } = stage({ snapshotCount: 5 });
    await say([]);
    let told = 1;
    const revisions: number[] = [];
    for (let round = 0; round < 12; round++) {
      await say(
        [{ label: `w${round}`, watch: { key: 'k', rangeEnd: 'l', startRevision: told + 1 } }, ...puts(4, round * 4)],
        6,
      );
      world.inject(round % 2 === 0 ? crash : powerOff, { forMs: 10 });
      await world.run({ forMs: 500 });
      const events = eventsIn(messages(`w${round}`).filter((each) => typeof each !== 'string'));
      revisions.push(...events);
      told = revisions.at(-1) ?? told;
    }
    expect(revisions.length).toBeGreaterThan(20);
    expect(revisions).toEqual(revisions.map((_, i) => i + 2));
  });

  it('keeps at most two snapshots and the log that they need', async () => {
    const { say, state, world } = stage({ snapshotCount: 10 });
    await say([]);
    for (let i = 0; i < 100; i++) await say(puts(1, i), 20);
    const { segments, snapshots } = state().log;
    expect(snapshots).toEqual([90, 100]);
    expect(segments).toEqual([91, 101]);
    expect(world.view.file('e', 'etcd/wal/0000000000000001.wal')).toBeUndefined();
    expect(world.view.file('e', 'etcd/wal/0000000000000091.wal')).toBeDefined();
    world.inject(powerOff, { forMs: 1 });
    await world.run({ forMs: 500 });
    expect(etcdKeys(state())).toHaveLength(100);
    // The newest snapshot rots: the older one and the log have everything.
    world.inject({ kind: 'disk-bit-rot', hosts: 'e', file: 'etcd/snap/0000000000000100.snap', bits: 1 });
    world.inject(crash, { forMs: 1 });
    await world.run({ forMs: 500 });
    expect(etcdKeys(state())).toHaveLength(100);
  });

  it('a damaged log, and a disk that fails, stop the member with a reason', async () => {
    const { say, world, notes, heard, state } = stage();
    await say([]);
    await say(puts(3));
    const error = world.inject({ kind: 'disk-error', hosts: 'e', operations: ['fsync'], probability: 1 });
    await say([{ label: 'lost', request: put('z') }], 2000);
    expect(heard.at(-1)).toMatchObject(['lost', { failure: 'disconnected' }]);
    expect(notes('etcd-failed')[0]).toMatchObject({ reason: expect.stringContaining('fsync') });
    world.endFault(error);
    await say([], 60_000);
    expect(etcdServes(state())).toBe(true);
    expect(etcdGet(state(), 'k2')?.value).toBe('v2');
    // The write that could not be synced is in the page cache: who shows it must have made it durable first.
    expect(etcdGet(state(), 'z')?.modRevision).toBe(5);
    world.inject(powerOff, { forMs: 1 });
    await say([], 2000);
    expect(etcdGet(state(), 'z')?.modRevision).toBe(5);
    world.inject({ kind: 'disk-bit-rot', hosts: 'e', file: 'etcd/wal/*', bits: 1 });
    world.inject(crash, { forMs: 1 });
    await say([], 2000);
    expect(notes('etcd-failed').at(-1)).toMatchObject({ reason: expect.stringContaining('checksum mismatch') });
    expect(world.report().panics).toEqual([]);
  });
});

it('a run with a crash and a partition is the same twice', async () => {
  const run = async (): Promise<string> => {
    const { world, say } = stage({ snapshotCount: 20 });
    await say([{ label: 'w', watch: { key: 'k', rangeEnd: 'l', progressNotify: true } }]);
    for (let i = 0; i < 5; i++) {
      await say(puts(10, i * 10), 5);
      if (i === 1) world.inject({ kind: 'partition', sides: ['c', 'e'] }, { forMs: 30 });
      if (i === 3) world.inject(crash, { forMs: 20 });
    }
    await world.run({ forMs: 1000 });
    return world.digest;
  };
  expect(await run()).toBe(await run());
});
