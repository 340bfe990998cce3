/**
 * RunPodSandbox. The record is written before the network is asked for an address, so that no address is held for a sandbox
 * that a crash has made unknown.
 *
 * Upstream: containerd/internal/cri/server/sandbox_run.go. Left out: the pause container has no process.
 */
import { type Context, compileDistribution, type Message, type RequestId } from '../../../sim/index.ts';
import type { PodSandboxConfig } from '../../protocol/cri.ts';
import type { CniRequest, CniResult } from '../../protocol/node-network.ts';
import { overlayOf } from '../../protocol/places.ts';
import { drawId, fail, succeed } from './answers.ts';
import { publish } from './container-events.ts';
import { record } from './meta-log.ts';
import type { SandboxRecord } from './records.ts';
import type { RuntimeArgs } from './runtime-args.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';

interface Run {
  readonly sandbox: string;
  readonly request: RequestId;
}

const DEFAULT_SANDBOX_MS = { lognormal: { medianMs: 150, sigma: 0.3 } } as const;
const CNI_TIMEOUT_MS = 30_000;

export function runPodSandbox(state: RuntimeState, request: RequestId, config: PodSandboxConfig, ctx: Context): void {
  const { uid, name, namespace, attempt } = config.metadata;
  for (const { id, config: other } of state.sandboxes.values()) {
    if (other.metadata.uid !== uid || other.metadata.attempt !== attempt) continue;
    const reserved = `${name}_${namespace}_${uid}_${attempt}`;
    fail(ctx, request, 'AlreadyExists', `failed to reserve sandbox name "${reserved}": it is reserved for "${id}"`);
    return;
  }
  const id = drawId(ctx);
  const sandbox: SandboxRecord = { id, config, state: 'NOTREADY', createdAt: ctx.now, ip: '', containers: [] };
  state.sandboxes.set(id, sandbox);
  state.settingUp.add(id);
  const { createdAt, ip } = sandbox;
  const entry = { sandbox: { id, config, state: sandbox.state, createdAt, ip } };
  record(state, entry, { after: 'sandbox-recorded', sandbox: id, request });
}

export function sandboxRecorded(state: RuntimeState, run: Run, ok: boolean, ctx: Context): void {
  if (!ok) {
    giveUp(state, run, 'failed to store the sandbox: the disk failed', ctx);
    return;
  }
  const { sandboxStartMs = DEFAULT_SANDBOX_MS } = ctx.args as RuntimeArgs;
  const delayMs = compileDistribution(sandboxStartMs)(ctx.random) / 1000;
  const then: RuntimeThen = { for: 'sandbox', sandbox: run.sandbox, request: run.request };
  ctx.setTimer(`sandbox-${run.sandbox}`, delayMs, then);
}

/** Its namespaces are made; now the network. */
export function setUpNetwork(state: RuntimeState, { sandbox: id, request }: Run, ctx: Context): void {
  const sandbox = state.sandboxes.get(id);
  if (sandbox === undefined) return;
  if (sandbox.config.hostNetwork) {
    hasAddress(state, sandbox, (ctx.args as RuntimeArgs).nodeIp, request);
    return;
  }
  const { namespace, name } = sandbox.config.metadata;
  const add: CniRequest = { cni: 'ADD', sandboxId: id, pod: `${namespace}/${name}` };
  const then: RuntimeThen = { for: 'add', sandbox: id, request };
  ctx.request(overlayOf(ctx.host), add, { timeoutMs: CNI_TIMEOUT_MS, then });
}

export function networkAnswered(
  state: RuntimeState,
  run: Run,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  const sandbox = state.sandboxes.get(run.sandbox);
  if (sandbox === undefined) return;
  const result = message.ok ? (message.body as CniResult) : undefined;
  if (result?.ok === true) {
    hasAddress(state, sandbox, result.ip, run.request);
    return;
  }
  const why = result?.message ?? (message.ok ? 'no answer' : `${message.failure}: ${message.reason}`);
  const text = `failed to setup network for sandbox "${run.sandbox}": ${why}`;
  if (message.ok || !message.mayHaveHappened) {
    giveUp(state, run, text, ctx);
    return;
  }
  // It may have an address all the same: the sandbox stays, for the kubelet to take down.
  state.settingUp.delete(run.sandbox);
  fail(ctx, run.request, 'Unknown', text);
}

export function sandboxReady(state: RuntimeState, { sandbox: id, request }: Run, ok: boolean, ctx: Context): void {
  const sandbox = state.sandboxes.get(id);
  state.settingUp.delete(id);
  if (sandbox === undefined) return;
  if (!ok) {
    fail(ctx, request, 'Unknown', `failed to store sandbox "${id}": the disk failed`);
    return;
  }
  sandbox.state = 'READY';
  noteStarted(sandbox, ctx);
  publish(state, 'CONTAINER_CREATED', id, id, ctx);
  publish(state, 'CONTAINER_STARTED', id, id, ctx);
  succeed(ctx, request, { call: 'RunPodSandbox', podSandboxId: id, ip: sandbox.ip });
}

/** For checks. May come twice for one sandbox: a runtime that finds one after a crash cannot know whether it was told of. */
export function noteStarted({ id, config, ip }: SandboxRecord, ctx: Context): void {
  const { metadata, hostNetwork } = config;
  const pod = `${metadata.namespace}/${metadata.name}`;
  ctx.note('sandbox-started', { sandbox: id, podUid: metadata.uid, pod, ip, hostNetwork });
}

function hasAddress(state: RuntimeState, sandbox: SandboxRecord, ip: string, request: RequestId): void {
  const { id } = sandbox;
  sandbox.ip = ip;
  record(state, { sandboxState: id, state: 'READY', ip }, { after: 'sandbox-ready', sandbox: id, request });
}

/** It never existed. */
function giveUp(state: RuntimeState, { sandbox: id, request }: Run, message: string, ctx: Context): void {
  state.settingUp.delete(id);
  state.sandboxes.delete(id);
  record(state, { gone: id });
  fail(ctx, request, 'Unknown', message);
}
