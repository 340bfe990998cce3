/** Records as the CRI shows them. */
import type { ContainerInfo, ImageInfo, PodSandbox } from '../../protocol/cri.ts';
import type { ContainerRecord, ImageRecord, SandboxRecord } from './records.ts';
import type { RuntimeState } from './runtime-state.ts';

export function listSandboxes(state: RuntimeState, podUid: string | undefined): PodSandbox[] {
  const items: PodSandbox[] = [];
  for (const sandbox of state.sandboxes.values()) {
    if (state.settingUp.has(sandbox.id)) continue;
    if (podUid === undefined || sandbox.config.metadata.uid === podUid) items.push(sandboxView(sandbox));
  }
  return items;
}

export function listContainers(state: RuntimeState, sandboxId: string | undefined): ContainerInfo[] {
  if (sandboxId === undefined) return [...state.containers.values()].map(containerView);
  const ids = state.sandboxes.get(sandboxId)?.containers ?? [];
  return ids.flatMap((id) => {
    const container = state.containers.get(id);
    return container === undefined ? [] : [containerView(container)];
  });
}

export function sandboxView({ id, config, state, createdAt, ip }: SandboxRecord): PodSandbox {
  const { metadata, labels, annotations } = config;
  return { id, metadata, state, createdAt, labels, annotations, ip };
}

export function containerView(container: ContainerRecord): ContainerInfo {
  const { id, sandboxId, config, imageRef, state, createdAt, startedAt, finishedAt, exitCode, reason, message } =
    container;
  const { metadata, image, labels, annotations } = config;
  return {
    id,
    podSandboxId: sandboxId,
    metadata,
    image,
    imageRef,
    state,
    createdAt,
    startedAt,
    finishedAt,
    exitCode,
    reason,
    message,
    labels,
    annotations,
  };
}

export function imageView({ id, name, sizeBytes }: ImageRecord): ImageInfo {
  return { id, name, sizeBytes };
}
