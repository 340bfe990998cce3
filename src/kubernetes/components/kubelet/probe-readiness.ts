/** Which containers are started and ready, by their probes (UpdatePodStatus in pkg/kubelet/prober/prober_manager.go). */
import type { ContainerStatus, Pod } from '../../api/object.ts';
import { runtimeId } from './container-statuses.ts';
import { isRestartableInit } from './observed-pod.ts';
import type { ProbeType, ProbeWorker } from './probe-worker.ts';

/** What the probe of a container says of the container with this id. `none`: it has no such probe. */
export type ProbeFinding = 'none' | 'Success' | 'not yet';

export type FindProbe = (container: string, type: ProbeType, containerId: string) => ProbeFinding;

/** Looks into a pod's probe workers. */
export function probeFindings(workers: ReadonlyMap<string, ProbeWorker>): FindProbe {
  return (container, type, containerId) => {
    const worker = workers.get(`${type}/${container}`);
    if (worker === undefined) return 'none';
    return worker.containerId === containerId && worker.result === 'Success' ? 'Success' : 'not yet';
  };
}

/** Sets `started` and `ready`, in place. */
export function updateReadiness(
  pod: Pod,
  regular: readonly ContainerStatus[],
  init: readonly ContainerStatus[],
  find: FindProbe,
): void {
  for (const status of regular) {
    status.started = passes(status, 'startup', find);
    status.ready = status.started && passes(status, 'readiness', find);
  }
  for (const status of init) {
    const container = (pod.spec.initContainers ?? []).find(({ name }) => name === status.name);
    status.started = passes(status, 'startup', find);
    if (container !== undefined && isRestartableInit(container)) {
      status.ready = status.started && passes(status, 'readiness', find);
    } else {
      status.ready = status.state?.terminated?.exitCode === 0;
    }
  }
}

/** A container passes a probe that it does not have, as long as it runs. */
function passes(status: ContainerStatus, type: ProbeType, find: FindProbe): boolean {
  const id = runtimeId(status);
  if (id === undefined || status.state?.running === undefined) return false;
  return find(status.name, type, id) !== 'not yet';
}
