/**
 * The order in which a sync does what is to be done (SyncPod and killPodWithSyncResult in
 * pkg/kubelet/kuberuntime/kuberuntime_manager.go). Pure.
 */
import type { Container, Pod } from '../../api/object.ts';
import type { ContainerInfo } from '../../protocol/cri.ts';
import { GRACE_PERIOD_ANNOTATION } from './container-config.ts';
import { isRestartableInit, type ObservedPod, runningContainers } from './observed-pod.ts';
import type { ContainerToKill, PodActions } from './pod-actions.ts';

/** One thing at a time; what stands in one step is done together. */
export type Step =
  /** Reads the config maps that the pod names, and sees whether its volumes can be set up. */
  | { readonly do: 'prepare-volumes' }
  | { readonly do: 'stop-containers'; readonly containers: readonly ContainerToStop[] }
  | { readonly do: 'stop-sandboxes'; readonly ids: readonly string[] }
  | { readonly do: 'remove-containers'; readonly ids: readonly string[] }
  | { readonly do: 'remove-sandboxes'; readonly ids: readonly string[] }
  | { readonly do: 'create-sandbox'; readonly attempt: number }
  | { readonly do: 'start-container'; readonly kind: 'init' | 'regular' | 'ephemeral'; readonly index: number };

export interface ContainerToStop {
  readonly id: string;
  readonly name: string;
  /** Of the Killing event. */
  readonly message: string;
  readonly graceSeconds: number;
}

/** Upstream gives every container at least this long. */
const MINIMUM_GRACE_SECONDS = 2;

export function planSync(pod: Pod, observed: ObservedPod, actions: PodActions): Step[] {
  const steps: Step[] = [];
  if (actions.killPod) steps.push(...planKill(pod, observed, actions.createSandbox));
  else if (actions.containersToKill.length > 0) {
    const containers = actions.containersToKill.map((kill) => toStop(pod, observed, kill));
    steps.push({ do: 'stop-containers', containers });
  }
  if (actions.killPod && !actions.createSandbox) return steps;
  const { ephemeralContainersToStart, initContainersToStart, containersToStart } = actions;
  const starts = ephemeralContainersToStart.length + initContainersToStart.length + containersToStart.length;
  if (actions.createSandbox || starts > 0) steps.push({ do: 'prepare-volumes' });
  if (actions.createSandbox) {
    const empty = emptySandboxes(observed);
    if (empty.length > 0) steps.push({ do: 'remove-sandboxes', ids: empty });
    steps.push({ do: 'create-sandbox', attempt: actions.attempt });
  }
  for (const index of ephemeralContainersToStart) steps.push({ do: 'start-container', kind: 'ephemeral', index });
  for (const index of initContainersToStart) steps.push({ do: 'start-container', kind: 'init', index });
  for (const index of containersToStart) steps.push({ do: 'start-container', kind: 'regular', index });
  // What is dead is cleared away once more dies: the last one of each name is kept, for its status.
  const dead = deadContainers(observed);
  if (starts > 0 && dead.length > 0) steps.push({ do: 'remove-containers', ids: dead });
  return steps;
}

/**
 * Ends everything: containers together, then sidecars in the reverse of their order (KEP-753), then sandboxes; with
 * `everySandbox` also those that are not ready, which may hold an address all the same.
 */
export function planKill(pod: Pod, observed: ObservedPod, everySandbox: boolean): Step[] {
  const running = runningContainers(observed);
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInit).map(({ name }) => name);
  const isSidecar = ({ metadata }: ContainerInfo): boolean => sidecars.includes(metadata.name);
  const stop = (containers: ContainerInfo[]): Step[] =>
    containers.length === 0
      ? []
      : [
          {
            do: 'stop-containers',
            containers: containers.map(({ id, metadata: { name } }) =>
              toStop(pod, observed, { id, name, message: `Stopping container ${name}`, reason: '' }),
            ),
          },
        ];
  const steps = stop(running.filter((container) => !isSidecar(container)));
  for (const name of sidecars.toReversed()) {
    steps.push(...stop(running.filter((container) => container.metadata.name === name)));
  }
  const ids = observed.sandboxes.filter(({ state }) => everySandbox || state === 'READY').map(({ id }) => id);
  if (ids.length > 0) steps.push({ do: 'stop-sandboxes', ids });
  return steps;
}

/** Exited containers but the last of each name (pkg/kubelet/kuberuntime/kuberuntime_gc.go, one is kept). */
export function deadContainers({ containers }: ObservedPod): string[] {
  const seen = new Set<string>();
  const dead: string[] = [];
  for (const { id, state, metadata } of containers) {
    if (state !== 'EXITED') continue;
    if (seen.has(metadata.name)) dead.push(id);
    seen.add(metadata.name);
  }
  return dead;
}

/** Earlier sandboxes in which no container is left; the newest is kept, for its attempt. */
function emptySandboxes({ sandboxes, containers }: ObservedPod): string[] {
  const full = new Set(containers.map(({ podSandboxId }) => podSandboxId));
  return sandboxes.slice(1).flatMap(({ id }) => (full.has(id) ? [] : [id]));
}

export function specOf(pod: Pod, name: string): Container | undefined {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  return [...containers, ...initContainers, ...(ephemeralContainers as Container[])].find((each) => each.name === name);
}

/** setTerminationGracePeriod in kuberuntime_container.go. */
function toStop(pod: Pod, observed: ObservedPod, { id, name, message, reason }: ContainerToKill): ContainerToStop {
  const spec = specOf(pod, name);
  const probe =
    reason === 'LivenessProbe' ? spec?.livenessProbe : reason === 'StartupProbe' ? spec?.startupProbe : undefined;
  const annotation = observed.containers.find((each) => each.id === id)?.annotations[GRACE_PERIOD_ANNOTATION];
  const graceSeconds =
    pod.metadata.deletionGracePeriodSeconds ??
    probe?.terminationGracePeriodSeconds ??
    pod.spec.terminationGracePeriodSeconds ??
    Number(annotation ?? '30');
  return { id, name, message, graceSeconds: Math.max(graceSeconds, MINIMUM_GRACE_SECONDS) };
}
