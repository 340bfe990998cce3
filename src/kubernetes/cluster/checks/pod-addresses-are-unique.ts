import type { AlwaysCheck } from '../../../sim/index.ts';
import { followSandboxes, type RunningSandboxes } from './sandboxes.ts';

/**
 * Kubernetes' network model: each pod has an address of its own. The promise holds among pods whose sandbox runs; the
 * address of one that has ended may be given to another while its object still names it. Pods on the host network share
 * their node's address.
 */
export const podAddressesAreUnique: AlwaysCheck<RunningSandboxes> = {
  kind: 'always',
  name: 'pod-addresses-are-unique',
  promise: 'No two running pods have the same address.',
  source:
    'kubernetes.io/docs/concepts/services-networking: each Pod in a cluster gets its own unique cluster-wide IP address',
  on: ['note', 'power'],
  start: () => new Map(),
  observe(event, _, running) {
    const started = followSandboxes(running, event);
    if (started === undefined || started.hostNetwork) return undefined;
    for (const other of running.values()) {
      if (other.ip === started.ip && !other.hostNetwork && other.sandbox !== started.sandbox) {
        return `${started.ip} is the address of ${other.pod} on ${other.host} and of ${started.pod} on ${started.host}`;
      }
    }
    return undefined;
  },
};
