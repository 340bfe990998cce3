import type { AlwaysCheck, WorldView } from '../../../sim/index.ts';
import { quantityMilli, quantityValue } from '../../api/quantity.ts';
import type { KubeletArgs } from '../../components/kubelet/kubelet.ts';
import { KUBELET } from '../../protocol/places.ts';

interface Admitted {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** By node: the pods that its kubelet has admitted and not finished, by uid. */
type Memory = Map<string, Map<string, Admitted>>;

/**
 * What the pods of a node request never exceeds what it can allocate. Looked at is what kubelets admit, since that is the
 * last word: a scheduler with an old view may bind too much, and the kubelet then refuses the pod.
 */
export const nodesAreNotOvercommitted: AlwaysCheck<Memory> = {
  kind: 'always',
  name: 'nodes-are-not-overcommitted',
  promise: 'The pods of a node never request more than it can allocate.',
  source: 'pkg/kubelet/lifecycle/predicate.go (generalFilter)',
  on: ['note', 'start', 'power'],
  start: () => new Map(),
  observe({ kind, subject, object, detail }, view, memory) {
    const [host = '', process] = subject.split('/');
    if (kind === 'power' || kind === 'start') {
      // A kubelet that begins anew admits its pods again.
      if (kind === 'power' || (process === KUBELET && subject === `${host}/${KUBELET}`)) memory.delete(host);
      return undefined;
    }
    if (object === 'pod-finished') memory.get(host)?.delete((detail as { readonly uid: string }).uid);
    if (object !== 'pod-admitted') return undefined;
    const { uid, cpuMilli, memoryBytes } = detail as Admitted & { readonly uid: string };
    const pods = memory.get(host) ?? new Map<string, Admitted>();
    memory.set(host, pods);
    pods.set(uid, { cpuMilli, memoryBytes });
    return exceeded(host, pods, view);
  },
};

function exceeded(host: string, pods: ReadonlyMap<string, Admitted>, view: WorldView): string | undefined {
  const args = view.hosts.get(host)?.boot.find(({ name }) => name === KUBELET)?.args as KubeletArgs | undefined;
  if (args === undefined) return undefined;
  const { capacity, reserved = {} } = args.node;
  const cpu = quantityMilli(capacity.cpu) - quantityMilli(reserved.cpu);
  const memory = quantityValue(capacity.memory) - quantityValue(reserved.memory);
  let [cpuSum, memorySum] = [0, 0];
  for (const { cpuMilli, memoryBytes } of pods.values()) {
    cpuSum += cpuMilli;
    memorySum += memoryBytes;
  }
  if (cpuSum > cpu) return `the pods on ${host} request ${cpuSum}m cpu of ${cpu}m`;
  if (memorySum > memory) return `the pods on ${host} request ${memorySum} bytes of memory of ${memory}`;
  return undefined;
}
