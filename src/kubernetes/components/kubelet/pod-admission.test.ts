/** pkg/kubelet/lifecycle/predicate_test.go (TestGeneralPredicates), restated. */
import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../api/object.ts';
import { type HostPort, rejectPod } from './pod-admission.ts';

const NODE = { metadata: { name: 'm1', labels: { zone: 'a' } }, spec: {} } as unknown as Node;
const ROOM = { cpu: 10, memory: 20, pods: 32 };

function judge(spec: object, { used = {}, ports = [], taints = [] as object[], pods = 1 } = {}) {
  const containers = [{ name: 'c', ...('resources' in spec || 'ports' in spec ? spec : {}) }];
  const pod = { metadata: { name: 'p' }, spec: { containers, ...spec } } as unknown as Pod;
  const node = { ...NODE, spec: { taints } } as unknown as Node;
  const requests = Array.from({ length: pods }, (_, index) => (index === 0 ? used : {}));
  return rejectPod(pod, node, ROOM, { requests, hostPorts: ports as HostPort[] });
}

const request = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });

describe('a node', () => {
  it('takes a pod that fits', () => {
    expect(judge(request('8m', '10'), { used: { cpu: 2, memory: 10 } })).toBeUndefined();
  });

  it.each([
    ['cpu', request('8m', '10'), { used: { cpu: 5 } }, 'OutOfcpu', 'cpu, requested: 8, used: 5, capacity: 10'],
    [
      'memory',
      request('1m', '10'),
      { used: { memory: 19 } },
      'OutOfmemory',
      'memory, requested: 10, used: 19, capacity: 20',
    ],
    ['pods', {}, { pods: 32 }, 'OutOfpods', 'pods, requested: 1, used: 32, capacity: 32'],
  ])('lacks %s', (_name, spec, options, reason, numbers) => {
    expect(judge(spec, options)).toEqual({ reason, message: `Node didn't have enough resource: ${numbers}` });
  });

  it('is not the one that the pod wants', () => {
    expect(judge({ nodeSelector: { zone: 'b' } })).toEqual({
      reason: 'NodeAffinity',
      message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    });
    expect(judge({ nodeSelector: { zone: 'a' } })).toBeUndefined();
  });

  it('has given a host port away', () => {
    const taken = [{ port: 123, protocol: 'TCP', ip: '0.0.0.0' }];
    expect(judge({ ports: [{ hostPort: 123 }] }, { ports: taken as never[] })?.reason).toBe('NodePorts');
    expect(judge({ ports: [{ hostPort: 123, protocol: 'UDP' }] }, { ports: taken as never[] })).toBeUndefined();
  });

  it('has a taint that the pod does not tolerate; only NoExecute counts', () => {
    const taint = (effect: string) => [{ key: 'foo', value: 'bar', effect }];
    expect(judge({}, { taints: taint('NoSchedule') })).toBeUndefined();
    expect(judge({}, { taints: taint('NoExecute') })?.reason).toBe('TaintToleration');
    const tolerations = [{ key: 'foo', operator: 'Exists' }];
    expect(judge({ tolerations }, { taints: taint('NoExecute') })).toBeUndefined();
  });
});
