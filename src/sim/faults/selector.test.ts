import { describe, expect, it } from 'vitest';
import { describeHosts, type HostSelector, type ProcessSelector, selectHosts, selectProcesses } from './selector.ts';

const HOSTS = [
  { name: 'node-1', zone: 'z1', region: 'eu-north' },
  { name: 'node-2', zone: 'z2', region: 'eu-north' },
  { name: 'node-3', zone: 'z3', region: 'us-east' },
  { name: 'control', zone: 'z1', region: 'eu-north' },
];

describe('selectHosts', () => {
  it.each<[HostSelector, string]>([
    ['node-2', 'node-2'],
    ['node-*', 'node-1 node-2 node-3'],
    ['*', 'node-1 node-2 node-3 control'],
    [{ zone: 'z1' }, 'node-1 control'],
    [{ region: 'eu-*' }, 'node-1 node-2 control'],
    [['control', 'node-1', { zone: 'z1' }], 'node-1 control'],
    ['nobody', ''],
    [[], ''],
  ])('%j selects %s, in the order of the world and each once', (selector, names) => {
    expect(
      selectHosts(selector, HOSTS)
        .map(({ name }) => name)
        .join(' '),
    ).toBe(names);
  });
});

describe('selectProcesses', () => {
  const addresses = ['node-1/kubelet', 'node-1/proxy', 'node-2/kubelet', 'control/etcd'];

  it.each<[ProcessSelector, string]>([
    ['control/etcd', 'control/etcd'],
    ['*/kubelet', 'node-1/kubelet node-2/kubelet'],
    ['node-1/*', 'node-1/kubelet node-1/proxy'],
    [['control/*', 'node-1/k*'], 'node-1/kubelet control/etcd'],
    ['*/*', 'node-1/kubelet node-1/proxy node-2/kubelet control/etcd'],
    ['node*/let', ''],
  ])('%j selects %s', (selector, selected) => {
    expect(selectProcesses(selector, addresses).join(' ')).toBe(selected);
  });

  it('throws for an address without a process', () => {
    expect(() => selectProcesses('etcd', addresses)).toThrow('"etcd" is not an address of the form host/process.');
  });
});

describe('describeHosts', () => {
  it.each<[HostSelector, string]>([
    ['*', 'all hosts'],
    [['a', 'b'], 'a,b'],
    [[{ zone: 'z2' }, { region: 'eu' }, 'a*'], 'zone z2,region eu,a*'],
  ])('%j is %s', (selector, text) => {
    expect(describeHosts(selector)).toBe(text);
  });
});
