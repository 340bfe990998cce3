/** The calls about containers. Upstream: containerd/internal/cri/server/container_{create,start,stop,remove}.go. */
import { type Context, compileDistribution, type RequestId } from '../../../sim/index.ts';
import type { ContainerConfig, CriRequest } from '../../protocol/cri.ts';
import { drawId, fail, succeed } from './answers.ts';
import { containerArgs } from './container-args.ts';
import { abandonStart, dropContainer, killContainer } from './container-ends.ts';
import { publish } from './container-events.ts';
import { findImage } from './images.ts';
import { record } from './meta-log.ts';
import type { ContainerRecord, SandboxRecord } from './records.ts';
import type { RuntimeArgs } from './runtime-args.ts';
import { enterContainer, forgetContainer, operationOf, type RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';
import { tellShim } from './shim-stream.ts';

type Call<Name extends CriRequest['call']> = Extract<CriRequest, { call: Name }>;

const DEFAULT_START_MS = { lognormal: { medianMs: 80, sigma: 0.3 } } as const;

export function createContainer(
  state: RuntimeState,
  request: RequestId,
  { podSandboxId, config }: Call<'CreateContainer'>,
  ctx: Context,
): void {
  const sandbox = state.sandboxes.get(podSandboxId);
  if (sandbox === undefined) {
    fail(ctx, request, 'NotFound', `failed to find sandbox id "${podSandboxId}": not found`);
    return;
  }
  if (sandbox.state !== 'READY' || state.teardowns.has(podSandboxId)) {
    fail(ctx, request, 'FailedPrecondition', `sandbox "${podSandboxId}" is not ready`);
    return;
  }
  const rival = sandbox.containers.find((id) => isNamed(state.containers.get(id), config));
  if (rival !== undefined) {
    const name = `${config.metadata.name}_${config.metadata.attempt}`;
    fail(ctx, request, 'AlreadyExists', `failed to reserve container name "${name}": it is reserved for "${rival}"`);
    return;
  }
  const image = findImage(state, config.image);
  if (image === undefined) {
    fail(ctx, request, 'NotFound', `failed to resolve image "${config.image}": not found`);
    return;
  }
  const id = drawId(ctx);
  const container: ContainerRecord = {
    id,
    sandboxId: podSandboxId,
    config,
    imageRef: image.id,
    program: image.program,
    programConfig: image.config,
    process: processName(sandbox, config, id),
    createdAt: ctx.now,
    state: 'CREATED',
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
  };
  enterContainer(state, container);
  record(state, { container }, { after: 'container-recorded', container: id, request });
}

/** The record is on disk, or cannot be. */
export function containerRecorded(
  state: RuntimeState,
  { container: id, request }: { readonly container: string; readonly request: RequestId },
  ok: boolean,
  ctx: Context,
): void {
  const container = state.containers.get(id);
  if (container === undefined) return;
  if (!ok) {
    forgetContainer(state, container);
    fail(ctx, request, 'Unknown', `failed to store container "${id}": the disk failed`);
    return;
  }
  publish(state, 'CONTAINER_CREATED', id, container.sandboxId, ctx);
  succeed(ctx, request, { call: 'CreateContainer', containerId: id });
}

export function startContainer(state: RuntimeState, request: RequestId, id: string, ctx: Context): void {
  const container = state.containers.get(id);
  if (container === undefined) {
    fail(ctx, request, 'NotFound', `an error occurred when try to find container "${id}": not found`);
    return;
  }
  const sandbox = state.sandboxes.get(container.sandboxId);
  if (sandbox?.state !== 'READY' || state.teardowns.has(container.sandboxId)) {
    fail(ctx, request, 'FailedPrecondition', `sandbox container "${container.sandboxId}" is not running`);
    return;
  }
  if (container.state !== 'CREATED' || state.operations.has(id)) {
    fail(ctx, request, 'FailedPrecondition', `container "${id}" is in ${container.state} state, or on its way`);
    return;
  }
  operationOf(state, id).start = { request, phase: 'delay' };
  const { containerStartMs = DEFAULT_START_MS } = ctx.args as RuntimeArgs;
  const delayMs = compileDistribution(containerStartMs)(ctx.random) / 1000;
  ctx.setTimer(`start-${id}`, delayMs, { for: 'start', container: id } satisfies RuntimeThen);
}

/** All that comes before the process is done. */
export function startDue(state: RuntimeState, id: string, ctx: Context): void {
  const container = state.containers.get(id);
  const sandbox = state.sandboxes.get(container?.sandboxId ?? '');
  const start = state.operations.get(id)?.start;
  if (container === undefined || sandbox === undefined || start === undefined) return;
  if (!state.shim.attached) {
    ctx.setTimer(`start-${id}`, SHIM_WAIT_MS, { for: 'start', container: id } satisfies RuntimeThen);
    return;
  }
  start.phase = 'asked';
  const args = containerArgs(sandbox, container, ctx.host);
  tellShim(state, { start: container.process, program: container.program, args }, ctx);
}

/** How long a start waits for a shim that is not there, before it looks again. */
const SHIM_WAIT_MS = 10;

export function stopContainer(
  state: RuntimeState,
  request: RequestId,
  { containerId, timeoutSeconds }: Call<'StopContainer'>,
  ctx: Context,
): void {
  const container = state.containers.get(containerId);
  const starting = state.operations.get(containerId)?.start !== undefined;
  if (container === undefined || (container.state !== 'RUNNING' && !starting)) {
    succeed(ctx, request, { call: 'StopContainer' });
    return;
  }
  const operation = operationOf(state, containerId);
  operation.stoppers.push(request);
  if (abandonStart(state, container, ctx) || container.state !== 'RUNNING') return;
  if (timeoutSeconds <= 0) {
    killContainer(container, ctx);
    return;
  }
  ctx.send(`${ctx.host}/${container.process}`, { signal: 'SIGTERM' });
  const killAt = ctx.monotonic + timeoutSeconds * 1_000_000;
  if (operation.killAt !== undefined && operation.killAt <= killAt) return;
  operation.killAt = killAt;
  const then: RuntimeThen = { for: 'grace', container: containerId };
  ctx.setTimer(`grace-${containerId}`, timeoutSeconds * 1000, then);
}

export function graceIsOver(state: RuntimeState, id: string, ctx: Context): void {
  const container = state.containers.get(id);
  if (container?.state === 'RUNNING') killContainer(container, ctx);
}

/** Kills it first if need be. */
export function removeContainer(state: RuntimeState, request: RequestId, id: string, ctx: Context): void {
  const container = state.containers.get(id);
  if (container === undefined) {
    succeed(ctx, request, { call: 'RemoveContainer' });
    return;
  }
  if (container.state === 'RUNNING' || state.operations.get(id)?.start?.phase === 'asked') {
    operationOf(state, id).removers.push(request);
    killContainer(container, ctx);
    return;
  }
  abandonStart(state, container, ctx);
  dropContainer(state, container, ctx);
  succeed(ctx, request, { call: 'RemoveContainer' });
}

function isNamed(container: ContainerRecord | undefined, { metadata }: ContainerConfig): boolean {
  const other = container?.config.metadata;
  return other?.name === metadata.name && other.attempt === metadata.attempt;
}

function processName({ config: { metadata } }: SandboxRecord, config: ContainerConfig, id: string): string {
  return `${config.metadata.name}.${metadata.name}.${metadata.namespace}.${id.slice(0, 8)}`;
}
