/**
 * StopPodSandbox and RemovePodSandbox: first its containers end, then its network goes, then it is not ready, and then, if
 * somebody wants it removed, it is forgotten. Upstream: containerd/internal/cri/server/sandbox_{stop,remove}.go.
 */
import type { Context, Message, RequestId } from '../../../sim/index.ts';
import type { CniRequest, CniResult } from '../../protocol/node-network.ts';
import { overlayOf } from '../../protocol/places.ts';
import { fail, succeed } from './answers.ts';
import { abandonStart, dropContainer, killContainer } from './container-ends.ts';
import { publish } from './container-events.ts';
import { record } from './meta-log.ts';
import type { SandboxRecord } from './records.ts';
import type { RuntimeState, Teardown } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';

const CNI_TIMEOUT_MS = 30_000;

export function stopPodSandbox(state: RuntimeState, request: RequestId, id: string, ctx: Context): void {
  const sandbox = state.sandboxes.get(id);
  if (sandbox === undefined) {
    succeed(ctx, request, { call: 'StopPodSandbox' });
    return;
  }
  const [teardown, isNew] = teardownOf(state, id);
  teardown.stoppers.push(request);
  if (isNew) begin(state, sandbox, ctx);
}

export function removePodSandbox(state: RuntimeState, request: RequestId, id: string, ctx: Context): void {
  const sandbox = state.sandboxes.get(id);
  if (sandbox === undefined) {
    succeed(ctx, request, { call: 'RemovePodSandbox' });
    return;
  }
  const [teardown, isNew] = teardownOf(state, id);
  teardown.removers.push(request);
  if (isNew) begin(state, sandbox, ctx);
}

/** Called whenever one of its containers has ended. */
export function continueTeardown(state: RuntimeState, id: string, ctx: Context): void {
  const teardown = state.teardowns.get(id);
  const sandbox = state.sandboxes.get(id);
  if (teardown?.phase !== 'killing' || sandbox === undefined || sandbox.containers.some(isAlive)) return;
  teardown.phase = 'network';
  if (sandbox.config.hostNetwork) {
    finish(state, sandbox, ctx);
    return;
  }
  const del: CniRequest = { cni: 'DEL', sandboxId: id };
  const then: RuntimeThen = { for: 'del', sandbox: id };
  ctx.request(overlayOf(ctx.host), del, { timeoutMs: CNI_TIMEOUT_MS, then });

  function isAlive(container: string): boolean {
    const starts = state.operations.get(container)?.start !== undefined;
    return starts || state.containers.get(container)?.state === 'RUNNING';
  }
}

export function networkIsDown(
  state: RuntimeState,
  id: string,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  const sandbox = state.sandboxes.get(id);
  if (sandbox === undefined) return;
  if (message.ok && (message.body as CniResult).ok) {
    finish(state, sandbox, ctx);
    return;
  }
  const why = message.ok ? 'the plugin failed' : `${message.failure}: ${message.reason}`;
  const text = `failed to destroy network for sandbox "${id}": ${why}`;
  const teardown = state.teardowns.get(id);
  state.teardowns.delete(id);
  for (const request of [...(teardown?.stoppers ?? []), ...(teardown?.removers ?? [])]) {
    fail(ctx, request, 'Unknown', text);
  }
}

function teardownOf(state: RuntimeState, id: string): [teardown: Teardown, isNew: boolean] {
  const known = state.teardowns.get(id);
  if (known !== undefined) return [known, false];
  const teardown: Teardown = { phase: 'killing', stoppers: [], removers: [] };
  state.teardowns.set(id, teardown);
  return [teardown, true];
}

function begin(state: RuntimeState, sandbox: SandboxRecord, ctx: Context): void {
  for (const id of sandbox.containers) {
    const container = state.containers.get(id);
    if (container === undefined) continue;
    if (container.state === 'RUNNING') killContainer(container, ctx);
    else abandonStart(state, container, ctx);
  }
  continueTeardown(state, sandbox.id, ctx);
}

function finish(state: RuntimeState, sandbox: SandboxRecord, ctx: Context): void {
  const { id } = sandbox;
  const teardown = state.teardowns.get(id);
  state.teardowns.delete(id);
  if (sandbox.state === 'READY') notReady(state, sandbox, ctx);
  if (sandbox.ip !== '') {
    sandbox.ip = '';
    record(state, { sandboxState: id, state: sandbox.state, ip: '' });
  }
  const requests = teardown?.stoppers ?? [];
  for (const request of requests) succeed(ctx, request, { call: 'StopPodSandbox' });
  if (teardown === undefined || teardown.removers.length === 0) return;
  for (const container of [...sandbox.containers]) {
    const found = state.containers.get(container);
    if (found !== undefined) dropContainer(state, found, ctx);
  }
  publish(state, 'CONTAINER_DELETED', id, id, ctx);
  state.sandboxes.delete(id);
  record(state, { gone: id });
  for (const request of teardown.removers) succeed(ctx, request, { call: 'RemovePodSandbox' });
}

/** It is down, whether by order or by a power failure. */
export function notReady(state: RuntimeState, sandbox: SandboxRecord, ctx: Context): void {
  const { id, config, ip } = sandbox;
  sandbox.state = 'NOTREADY';
  record(state, { sandboxState: id, state: 'NOTREADY', ip });
  ctx.note('sandbox-stopped', { sandbox: id, podUid: config.metadata.uid });
  publish(state, 'CONTAINER_STOPPED', id, id, ctx);
}
