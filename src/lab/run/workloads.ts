/** How Deployments and pods stand, in the words of `kubectl rollout status` and `kubectl get pods`: pure functions. */
import { isConditionTrue } from '../../kubernetes/api/conditions.ts';
import type { Deployment, Pod } from '../../kubernetes/api/object.ts';
import { isPodReady, podCondition } from '../../kubernetes/api/pod-status.ts';

/** Whether a Deployment has the condition Available. */
export function isAvailable({ status }: Deployment): boolean {
  return isConditionTrue(status?.conditions, 'Available');
}

/** Undefined if it is rolled out (deploymentutil.DeploymentComplete), otherwise what is missing. */
export function missingFromRollout({ metadata, spec, status = {} }: Deployment): string | undefined {
  const wanted = spec.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return 'its change has not been observed';
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} replicas updated`;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} old replicas left`;
  if (availableReplicas < wanted) return `${availableReplicas} of ${wanted} replicas available`;
  return undefined;
}

/** Ready, and not being deleted. */
export function isReady(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && isPodReady(pod);
}

/** Undefined if the pod is Ready or has ended well; otherwise what one would see of it. */
export function missingFromPod(pod: Pod): string | undefined {
  const { phase = 'Pending', containerStatuses = [], initContainerStatuses = [], reason } = pod.status ?? {};
  if (phase === 'Succeeded' || isReady(pod)) return undefined;
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const scheduled = podCondition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return `${scheduled.reason ?? 'not scheduled'}: ${scheduled.message ?? ''}`;
  for (const { name, state } of [...initContainerStatuses, ...containerStatuses]) {
    const { waiting, terminated } = state ?? {};
    if (waiting?.reason !== undefined && waiting.reason !== 'PodInitializing') {
      return `${name}: ${waiting.reason}${waiting.message === undefined ? '' : `: ${waiting.message}`}`;
    }
    if (terminated !== undefined && terminated.exitCode !== 0) {
      return `${name}: ${terminated.reason ?? 'Error'}, exit code ${terminated.exitCode}`;
    }
  }
  if (reason !== undefined) return `${phase}: ${reason}`;
  return phase === 'Running' ? 'running, not ready' : phase;
}

/** `3 Running, 1 Pending`, in the order of upstream's phases; pods that are going are Terminating. */
export function podsByPhase(pods: readonly Pod[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { metadata, status } of pods) {
    const phase = metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Pending') : 'Terminating';
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  const order = ['Pending', 'Running', 'Succeeded', 'Failed', 'Terminating', 'Unknown'];
  return new Map(order.flatMap((phase) => (counts.has(phase) ? [[phase, counts.get(phase) ?? 0]] : [])));
}
