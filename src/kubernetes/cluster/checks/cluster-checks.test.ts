/** Each check can fail: histories that break its promise, and near misses that do not. */
import { describe, expect, it } from 'vitest';
import type { AlwaysCheck, TraceEvent, WorldView } from '../../../sim/index.ts';
import { nodesAreNotOvercommitted } from './nodes-are-not-overcommitted.ts';
import { podAddressesAreUnique } from './pod-addresses-are-unique.ts';
import { podRunsOnOneNode } from './pod-runs-on-one-node.ts';
import { resourceVersionsOnlyGrow } from './resource-versions-only-grow.ts';
import { watchesTellAllOfHistory } from './watches-tell-all-of-history.ts';

type Told = Partial<TraceEvent>;

const note = (subject: string, object: string, detail: object): Told => ({ kind: 'note', subject, object, detail });
const power = (subject: string, detail: 'on' | 'off'): Told => ({ kind: 'power', subject, object: '', detail });
const started = (host: string, sandbox: string, podUid: string, ip: string, hostNetwork = false): Told =>
  note(`${host}/containerd`, 'sandbox-started', { sandbox, podUid, pod: `default/${podUid}`, ip, hostNetwork });
const stopped = (host: string, sandbox: string): Told => note(`${host}/containerd`, 'sandbox-stopped', { sandbox });

/** What a check has to say of a history, event by event; undefined where it is content. */
function broken<State>(check: AlwaysCheck<State>, events: readonly Told[], view: object = {}): (string | undefined)[] {
  const state = check.start?.() as State;
  return events.map((event, index) => {
    const whole = { id: index + 1, time: index, cause: 0, object: '', detail: undefined, ...event } as TraceEvent;
    const said = check.on.includes(whole.kind) ? check.observe(whole, view as WorldView, state) : undefined;
    return typeof said === 'object' ? said.message : said;
  });
}

describe('pod-runs-on-one-node', () => {
  it.each<[what: string, events: Told[], last: RegExp | undefined]>([
    [
      'two nodes at once',
      [started('a', 's1', 'p', '10.0.0.2'), started('b', 's2', 'p', '10.0.1.2')],
      /runs on a and on b/,
    ],
    ['a second sandbox on the same node', [started('a', 's1', 'p', 'x'), started('a', 's2', 'p', 'y')], undefined],
    [
      'after the first has stopped',
      [started('a', 's1', 'p', 'x'), stopped('a', 's1'), started('b', 's2', 'p', 'y')],
      undefined,
    ],
    [
      'after the power of the first went',
      [started('a', 's1', 'p', 'x'), power('a', 'off'), started('b', 's2', 'p', 'y')],
      undefined,
    ],
    [
      'after another host lost power',
      [started('a', 's1', 'p', 'x'), power('c', 'off'), started('b', 's2', 'p', 'y')],
      /runs on a and on b/,
    ],
  ])('%s', (_, events, last) => {
    const said = broken(podRunsOnOneNode, events);
    expect(said.slice(0, -1).every((each) => each === undefined)).toBe(true);
    if (last === undefined) expect(said.at(-1)).toBeUndefined();
    else expect(said.at(-1)).toMatch(last);
  });
});

describe('pod-addresses-are-unique', () => {
  it.each<[what: string, events: Told[], last: RegExp | undefined]>([
    [
      'one address for two pods',
      [started('a', 's1', 'p', '10.0.0.2'), started('b', 's2', 'q', '10.0.0.2')],
      /10\.0\.0\.2 is the address of/,
    ],
    [
      'a sandbox that is told again',
      [started('a', 's1', 'p', '10.0.0.2'), started('a', 's1', 'p', '10.0.0.2')],
      undefined,
    ],
    [
      'an address that was given back',
      [started('a', 's1', 'p', 'x'), stopped('a', 's1'), started('a', 's2', 'q', 'x')],
      undefined,
    ],
    ['the host network', [started('a', 's1', 'p', 'x', true), started('a', 's2', 'q', 'x', true)], undefined],
  ])('%s', (_, events, last) => {
    const said = broken(podAddressesAreUnique, events);
    if (last === undefined) expect(said.at(-1)).toBeUndefined();
    else expect(said.at(-1)).toMatch(last);
  });
});

describe('nodes-are-not-overcommitted', () => {
  const boot = [
    { name: 'kubelet', args: { node: { capacity: { cpu: '2', memory: '1Gi' }, reserved: { cpu: '500m' } } } },
  ];
  const view = { hosts: new Map([['a', { boot }]]) };
  const admitted = (uid: string, cpuMilli: number, memoryBytes = 0): Told =>
    note('a/kubelet', 'pod-admitted', { uid, cpuMilli, memoryBytes });

  it.each<[what: string, events: Told[], last: RegExp | undefined]>([
    ['as much as there is', [admitted('p', 1000), admitted('q', 500)], undefined],
    ['more cpu than there is', [admitted('p', 1000), admitted('q', 501)], /request 1501m cpu of 1500m/],
    ['more memory than there is', [admitted('p', 0, 2 ** 29), admitted('q', 0, 2 ** 29 + 1)], /bytes of memory/],
    ['one pod told twice', [admitted('p', 1000), admitted('p', 1000)], undefined],
    [
      'after one has finished',
      [admitted('p', 1000), note('a/kubelet', 'pod-finished', { uid: 'p' }), admitted('q', 1500)],
      undefined,
    ],
    [
      'after the kubelet began anew',
      [admitted('p', 1000), { kind: 'start', subject: 'a/kubelet' }, admitted('q', 1500)],
      undefined,
    ],
    [
      'after another process began',
      [admitted('p', 1000), { kind: 'start', subject: 'a/overlay' }, admitted('q', 1500)],
      /2500m/,
    ],
  ])('%s', (_, events, last) => {
    const said = broken(nodesAreNotOvercommitted, events, view);
    if (last === undefined) expect(said.at(-1)).toBeUndefined();
    else expect(said.at(-1)).toMatch(last);
  });
});

describe('resource-versions-only-grow', () => {
  const commit = (revision: number) => note('control-plane/etcd', 'commit', { revision, keys: [], deleted: [] });
  const recovered = (revision: number) => note('control-plane/etcd', 'recovered', { revision, compactRevision: 0 });

  it.each<[what: string, events: Told[], last: RegExp | undefined]>([
    ['growing', [commit(2), commit(3), recovered(5), commit(6)], undefined],
    ['the same again', [commit(2), commit(2)], /committed revision 2 after 2/],
    ['going back', [commit(5), commit(4)], /committed revision 4 after 5/],
    ['forgetting in a crash', [commit(5), recovered(4)], /came back at revision 4, after 5/],
  ])('%s', (_, events, last) => {
    const said = broken(resourceVersionsOnlyGrow, events);
    if (last === undefined) expect(said.at(-1)).toBeUndefined();
    else expect(said.at(-1)).toMatch(last);
  });
});

describe('watches-tell-all-of-history', () => {
  const commit = (revision: number, keys: string[], deleted: string[] = []) =>
    note('control-plane/etcd', 'commit', { revision, keys, deleted });
  const heard: Told = { kind: 'deliver', subject: 'n/reader', object: 'x', detail: { type: 'stream' } };
  const HISTORY = [
    commit(2, ['/registry/services/specs/d/a']),
    commit(3, ['/registry/services/specs/d/b']),
    commit(4, ['/registry/configmaps/d/other']),
    commit(5, ['/registry/services/specs/d/a']),
    commit(6, [], ['/registry/services/specs/d/b']),
  ];

  /** What is said when a copy of the services at this version has these objects. */
  function copyWith(version: number, versions: Record<string, string>): string | undefined {
    const objects = new Map(
      Object.entries(versions).map(([key, resourceVersion]) => [key, { metadata: { resourceVersion } }]),
    );
    const reflector = { lastResourceVersion: String(version), resource: { plural: 'services' } };
    const informers = { informers: new Map([['services', { reflector, store: { objects } }]]) };
    const view = { state: (address: string) => (address === 'n/reader' ? { informers } : undefined) };
    return broken(watchesTellAllOfHistory, [...HISTORY, heard], view).at(-1);
  }

  it.each<[what: string, version: number, copy: Record<string, string>, said: RegExp | undefined]>([
    ['the latest state', 6, { 'd/a': '5' }, undefined],
    ['an earlier state', 4, { 'd/a': '2', 'd/b': '3' }, undefined],
    ['nothing yet', 0, {}, undefined],
    ['without a change', 6, { 'd/a': '2' }, /has version 2 of d\/a, and it should have version 5/],
    ['without a deletion', 6, { 'd/a': '5', 'd/b': '3' }, /has version 3 of d\/b, and it should not have it/],
    ['without a creation', 4, { 'd/a': '2' }, /does not have it of d\/b, and it should have version 3/],
  ])('a copy with %s', (_, version, copy, said) => {
    if (said === undefined) expect(copyWith(version, copy)).toBeUndefined();
    else expect(copyWith(version, copy)).toMatch(said);
  });
});
