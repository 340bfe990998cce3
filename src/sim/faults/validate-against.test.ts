import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { validateAgainst } from './validate-against.ts';

const WORLD = {
  hosts: [
    { name: 'control-1', zone: 'north', region: 'eu', disks: ['data'] },
    { name: 'node-1', zone: 'north', region: 'eu', disks: ['data', 'images'] },
    { name: 'node-2', zone: 'south', region: 'eu', disks: ['data', 'images'] },
  ],
  processes: ['control-1/etcd', 'control-1/apiserver', 'node-1/kubelet', 'node-2/kubelet'],
};

function messages(fault: Fault): string[] {
  return validateAgainst({ faults: [{ atMs: 0, fault }] }, WORLD).map(({ message }) => message);
}

describe('validateAgainst', () => {
  it.each<[Fault, string[]]>([
    [
      { kind: 'isolate', hosts: 'nod-1' },
      ['faults[0].isolate.hosts: no host is called "nod-1"; did you mean "node-1"?'],
    ],
    [
      { kind: 'isolate', hosts: ['node-1', 'gateway'] },
      ['faults[0].isolate.hosts[1]: no host is called "gateway"; there are control-1, node-1, node-2.'],
    ],
    [
      { kind: 'clog', from: 'worker-*', to: { zone: 'nroth' } },
      [
        'faults[0].clog.from: no host matches "worker-*"; there are control-1, node-1, node-2.',
        'faults[0].clog.to.zone: no zone is called "nroth"; did you mean "north"?',
      ],
    ],
    [
      { kind: 'power-off', hosts: { region: 'eus' } },
      ['faults[0].power-off.hosts.region: no region is called "eus"; did you mean "eu"?'],
    ],
    [
      { kind: 'partition-zones', zones: ['north', 'east*'] },
      ['faults[0].partition-zones.zones[1]: no zone matches "east*"; there are north, south.'],
    ],
    [
      { kind: 'partition', sides: ['node-1', { zone: 'north' }] },
      ['faults[0].partition.sides: expected sides without a common host; found "node-1" on both.'],
    ],
    [
      { kind: 'partition', sides: ['*', '*'] },
      ['faults[0].partition.sides: expected sides without a common host; found "control-1" and 2 more on both.'],
    ],
    [
      { kind: 'crash', processes: '*/etdc' },
      ['faults[0].crash.processes: no process matches "*/etdc"; did you mean "*/etcd"?'],
    ],
    [
      { kind: 'pause', processes: ['node-3/kubelet'] },
      ['faults[0].pause.processes[0]: no process is called "node-3/kubelet"; did you mean "node-1/kubelet"?'],
    ],
    [
      { kind: 'restart', hosts: 'x', processes: 'node-1/etcd' },
      [
        'faults[0].restart.processes: no process is called "node-1/etcd"; there are node-1/kubelet.',
        'faults[0].restart.hosts: no host is called "x"; there are control-1, node-1, node-2.',
      ],
    ],
    [
      { kind: 'disk-full', hosts: 'node-*', disk: 'image' },
      ['faults[0].disk-full.disk: no disk of these hosts is called "image"; did you mean "images"?'],
    ],
    [
      { kind: 'disk-full', hosts: 'control-1', disk: 'images' },
      ['faults[0].disk-full.disk: no disk of these hosts is called "images"; there are data.'],
    ],
    [
      { kind: 'disk-full', hosts: 'nobody', disk: 'nothing' },
      ['faults[0].disk-full.hosts: no host is called "nobody"; there are control-1, node-1, node-2.'],
    ],
  ])('finds what strikes nothing: %j', (fault, problems) => {
    expect(messages(fault)).toEqual(problems);
  });

  it.each<[Fault]>([
    [{ kind: 'random-halves' }],
    [{ kind: 'partition', sides: ['control-*', ['node-*']] }],
    [{ kind: 'slow-link', from: '*', to: '*', factor: 2 }],
    [{ kind: 'partition-zones', zones: ['*th'] }],
    [{ kind: 'crash', processes: ['control-1/etcd', '*/kube*'] }],
    [{ kind: 'disk-bit-rot', hosts: { region: 'eu' }, disk: 'im*', file: 'anything', bits: 1 }],
  ])('has nothing to say about %j', (fault) => {
    expect(messages(fault)).toEqual([]);
  });

  it('says so if there are no processes at all', () => {
    const plan = { faults: [{ atMs: 0, fault: { kind: 'crash', processes: 'a/b' } }] } as const;
    expect(validateAgainst(plan, { hosts: [], processes: [] }).map(({ message }) => message)).toEqual([
      'faults[0].crash.processes: no process is called "a/b"; there is none.',
    ]);
  });
});
