import type { AlwaysCheck } from '../../../sim/index.ts';
import { followSandboxes, type RunningSandboxes } from './sandboxes.ts';

/**
 * A pod is bound once and for all, and its uid is never used again, so that its containers never run on two nodes.
 * Looked at is what runtimes do, whatever the API says. A host without power runs nothing.
 */
export const podRunsOnOneNode: AlwaysCheck<RunningSandboxes> = {
  kind: 'always',
  name: 'pod-runs-on-one-node',
  promise: 'No pod runs on two nodes.',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle: a pod is only scheduled once in its lifetime',
  on: ['note', 'power'],
  start: () => new Map(),
  observe(event, _, running) {
    const started = followSandboxes(running, event);
    if (started === undefined) return undefined;
    for (const other of running.values()) {
      if (other.podUid === started.podUid && other.host !== started.host) {
        return `pod ${started.pod} (${started.podUid}) runs on ${other.host} and on ${started.host}`;
      }
    }
    return undefined;
  },
};
