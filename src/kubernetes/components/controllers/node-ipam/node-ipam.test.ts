import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Manager, Store } from '../../../../../test/kubernetes/controller-cluster.ts';
import type { Node } from '../../../api/object.ts';
import { NODES } from '../../../api/resource.ts';
import type { Action } from '../../../client/controller/controller.ts';
import { allocate, blockAt, cidrSet, occupy } from './cidr-set.ts';
import { NODE_IPAM_CONTROLLER } from './node-ipam.ts';

const CONTROLLERS = [NODE_IPAM_CONTROLLER];
const node = (name: string, spec: object = {}) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec });
const cidrs = (store: Store) =>
  Object.fromEntries(store.list<Node>('nodes').map(({ metadata, spec }) => [metadata.name, spec.podCIDR]));

describe('a node', () => {
  it('gets the next free block, both ways of saying it', () => {
    const store = new Store();
    store.add(NODES, node('a'));
    store.add(NODES, node('b', { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] }));
    const manager = new Manager(store, CONTROLLERS);
    manager.settle();
    store.add(NODES, node('c'));
    manager.settle();
    expect(cidrs(store)).toEqual({ a: '10.244.1.0/24', b: '10.244.0.0/24', c: '10.244.2.0/24' });
    expect(store.get<Node>('nodes', 'c')?.spec.podCIDRs).toEqual(['10.244.2.0/24']);
  });

  it('gets none when there is none, until one is free', () => {
    const store = new Store();
    const options = { clusterCidr: '10.9.0.0/23', nodeCidrMaskSize: 24 };
    const manager = new Manager(store, CONTROLLERS, options);
    for (const name of ['a', 'b', 'c']) store.add(NODES, node(name));
    manager.settle();
    expect(cidrs(store)).toEqual({ a: '10.9.0.0/24', b: '10.9.1.0/24', c: undefined });
    expect(store.events).toContain('CIDRNotAvailable: Node c status is now: CIDRNotAvailable');
    store.remove('nodes', 'a');
    manager.settle();
    expect(cidrs(store)).toEqual({ b: '10.9.1.0/24', c: '10.9.0.0/24' });
  });

  it('keeps what was decided for it before a crash', () => {
    const store = new Store();
    store.refuse = (action) => (action.do === 'patch' ? { reason: 'Unreachable', message: '' } : undefined);
    store.add(NODES, node('b'));
    const before = new Manager(store, CONTROLLERS);
    before.deliver('nodes');
    before.step('node-ipam-controller node-cidrs');
    store.refuse = () => undefined;
    store.add(NODES, node('a'));
    new Manager(store, CONTROLLERS).settle();
    expect(cidrs(store)).toEqual({ a: '10.244.1.0/24', b: '10.244.0.0/24' });
  });
});

describe('whatever is late, lost, crashed or deleted', () => {
  const step = fc.record({
    choice: fc.nat(30),
    what: fc.constantFrom('move', 'move', 'move', 'move', 'add', 'remove', 'crash', 'late', 'land'),
  });

  /** Whether two nodes ever had one block at the same time. */
  function collides(steps: readonly { choice: number; what: string }[], options: object): boolean {
    const store = new Store();
    const all = { clusterCidr: '10.9.0.0/21', ...options };
    let manager = new Manager(store, CONTROLLERS, all);
    const late: Action[] = [];
    let names = 0;
    let delays = false;
    const hold = (action: Action) => {
      if (!delays || action.do === 'check') return undefined;
      late.push(action);
      return { reason: 'Unreachable', message: 'no answer' };
    };
    store.refuse = hold;
    for (const { choice, what } of steps) {
      // Names that are not in the order in which the nodes came.
      if (what === 'add' && store.list('nodes').length < 6)
        store.add(NODES, node(`node-${(names++ * 7) % 10}-${names}`));
      if (what === 'remove') {
        const nodes = store.list<Node>('nodes');
        const victim = nodes[choice % Math.max(1, nodes.length)];
        if (choice > 24 && victim !== undefined) store.remove('nodes', victim.metadata.name);
      }
      if (what === 'crash') manager = new Manager(store, CONTROLLERS, all);
      if (what === 'late') delays = !delays;
      if (what === 'land') {
        store.refuse = () => undefined;
        const [action] = late.splice(choice % Math.max(1, late.length), 1);
        if (action !== undefined) store.perform(action);
        store.refuse = hold;
      }
      const moves = [
        ...manager.behind().map((plural) => () => manager.deliver(plural)),
        ...manager.queued().map((id) => () => manager.step(id)),
      ];
      if (what === 'move') moves[choice % Math.max(1, moves.length)]?.();
      const given = Object.values(cidrs(store)).filter((cidr) => cidr !== undefined);
      if (new Set(given).size < given.length) return true;
    }
    store.refuse = () => undefined;
    for (const action of late) store.perform(action);
    manager.settle();
    const given = Object.values(cidrs(store));
    expect(given).not.toContain(undefined);
    return new Set(given).size < given.length;
  }

  const steps = fc.array(step, { minLength: 30, maxLength: 120 });

  it('no two nodes have one block, and each has one in the end', () => {
    fc.assert(
      fc.property(steps, (list) => !collides(list, {})),
      { numRuns: 300 },
    );
  });

  it('without the record they would (the guard is worth something)', () => {
    const outcome = fc.check(
      fc.property(steps, (list) => !collides(list, { allocationRecord: false })),
      { numRuns: 500 },
    );
    expect(outcome.failed).toBe(true);
  });
});

describe('blocks', () => {
  it.each<[string, number, number | undefined, string | undefined]>([
    ['10.244.0.0/16', 24, 256, '10.244.255.0/24'],
    ['127.123.234.0/30', 30, 1, '127.123.234.0/30'],
    ['127.123.0.0/16', 12, undefined, undefined],
    ['nonsense', 24, undefined, undefined],
  ])('%s in blocks of /%i', (cluster, mask, count, last) => {
    const set = cidrSet(cluster, mask);
    expect(set?.count).toBe(count);
    expect(set && blockAt(set, set.count - 1)).toBe(last);
  });

  it('that share an address with a used one are used, and no others', () => {
    const set = cidrSet('10.0.0.0/21', 24);
    if (set === undefined) throw new Error('a set');
    const used = new Set<number>();
    for (const cidr of ['10.0.1.128/25', '10.0.4.0/23', '192.168.0.0/16', '']) occupy(set, used, cidr);
    expect([...used]).toEqual([1, 4, 5]);
    expect([allocate(set, used, 0), allocate(set, used, 1), allocate(set, used, 3)]).toEqual([0, 2, 3]);
    occupy(set, used, '0.0.0.0/0');
    expect(allocate(set, used, 0)).toBeUndefined();
  });
});
