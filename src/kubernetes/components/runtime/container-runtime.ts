/**
 * The container runtime of a node: sandboxes, containers and images, as the kubelet asks for them.
 *
 * 1. A container is a process of this host which runs its image's program. It survives a crash of the runtime, which finds it
 *    again (recovery.ts), for it belongs to the shim (shim.ts).
 * 2. What the runtime has answered for is on its disk (meta-log.ts).
 * 3. Calls that take effect later answer when they have: StopContainer once the process has ended, RunPodSandbox once
 *    there is an address.
 *
 * Left out: namespaces and cgroups, and so limits of memory; volumes other than files; logs; image garbage collection;
 * runtime classes.
 *
 * Upstream: containerd 2 (internal/cri/server).
 */
import type { Actor, Context, Message, RequestId } from '../../../sim/index.ts';
import type { CriRequest } from '../../protocol/cri.ts';
import type { CniRequest, CniResult } from '../../protocol/node-network.ts';
import { overlayOf } from '../../protocol/places.ts';
import { fail, succeed } from './answers.ts';
import { watch } from './container-events.ts';
import {
  containerRecorded,
  createContainer,
  graceIsOver,
  removeContainer,
  startContainer,
  startDue,
  stopContainer,
} from './containers.ts';
import { execAnswered, execSync } from './exec.ts';
import { downloaded, imageStatus, manifestCame, pullImage } from './images.ts';
import { type Continuation, flush, metaStep, newMetaLog, syncDue } from './meta-log.ts';
import { processFound, processMissing, searchEnded } from './process-search.ts';
import { beginRecovery, concludeRecovery, recordRead } from './recovery.ts';
import type { RuntimeArgs } from './runtime-args.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';
import { networkIsDown, removePodSandbox, stopPodSandbox } from './sandbox-teardown.ts';
import { networkAnswered, runPodSandbox, sandboxReady, sandboxRecorded, setUpNetwork } from './sandboxes.ts';
import type { ShimReport } from './shim.ts';
import { shimLost, shimReports } from './shim-link.ts';
import { attachShim, tellShim } from './shim-stream.ts';
import { containerView, imageView, listContainers, listSandboxes } from './views.ts';

export type { RuntimeArgs };

const VERSION = 'v2.1.4';
const STATUS_TIMEOUT_MS = 2000;

export const containerRuntime: Actor<RuntimeState, unknown> = {
  start(ctx) {
    beginRecovery(ctx);
    return {
      sandboxes: new Map(),
      containers: new Map(),
      images: new Map(),
      processes: new Map(),
      log: newMetaLog(),
      settingUp: new Set(),
      operations: new Map(),
      teardowns: new Map(),
      pulls: new Map(),
      watchers: new Set(),
      shim: { stream: undefined, attached: false, startedHere: false },
      unresolved: new Set(),
      waiting: [],
    };
  },

  receive(state, message, ctx) {
    if (message.type === 'request') {
      const body = message.body as CriRequest;
      if (state.waiting === undefined) answer(state, message.id, body, ctx);
      else state.waiting.push({ id: message.id, body });
    } else if (message.type === 'stream' && message.event === 'opened') {
      watch(state, message.stream, message.body, ctx);
    } else if ('then' in message && message.then !== undefined) {
      ownOutcome(state, message, message.then as RuntimeThen, ctx);
    } else if (message.type === 'stream' && message.event === 'closed') {
      state.watchers.delete(message.stream);
    }
    for (const { id, body } of concludeRecovery(state, ctx)) answer(state, id, body, ctx);
    flush(state, ctx);
    return state;
  },
};

/** Answers a call of the kubelet, now or later. */
function answer(state: RuntimeState, id: RequestId, call: CriRequest, ctx: Context): void {
  switch (call.call) {
    case 'Version':
      succeed(ctx, id, { call: 'Version', runtimeName: 'containerd', runtimeVersion: VERSION });
      return;
    case 'Status': {
      const then: RuntimeThen = { for: 'network-status', request: id };
      const status: CniRequest = { cni: 'STATUS' };
      ctx.request(overlayOf(ctx.host), status, { timeoutMs: STATUS_TIMEOUT_MS, then });
      return;
    }
    case 'RunPodSandbox':
      runPodSandbox(state, id, call.config, ctx);
      return;
    case 'StopPodSandbox':
      stopPodSandbox(state, id, call.podSandboxId, ctx);
      return;
    case 'RemovePodSandbox':
      removePodSandbox(state, id, call.podSandboxId, ctx);
      return;
    case 'ListPodSandbox':
      succeed(ctx, id, { call: 'ListPodSandbox', items: listSandboxes(state, call.podUid) });
      return;
    case 'CreateContainer':
      createContainer(state, id, call, ctx);
      return;
    case 'StartContainer':
      startContainer(state, id, call.containerId, ctx);
      return;
    case 'StopContainer':
      stopContainer(state, id, call, ctx);
      return;
    case 'RemoveContainer':
      removeContainer(state, id, call.containerId, ctx);
      return;
    case 'ListContainers':
      succeed(ctx, id, { call: 'ListContainers', containers: listContainers(state, call.podSandboxId) });
      return;
    case 'ContainerStatus': {
      const container = state.containers.get(call.containerId);
      if (container === undefined) fail(ctx, id, 'NotFound', `container "${call.containerId}" in store: not found`);
      else succeed(ctx, id, { call: 'ContainerStatus', status: containerView(container) });
      return;
    }
    case 'ExecSync':
      execSync(state, id, call, ctx);
      return;
    case 'PullImage':
      pullImage(state, id, call.image, ctx);
      return;
    case 'ImageStatus':
      imageStatus(state, id, call.image, ctx);
      return;
    case 'ListImages':
      succeed(ctx, id, { call: 'ListImages', images: [...state.images.values()].map(imageView) });
      return;
    default:
      ctx.refuse(id, `runtime: no such call: ${JSON.stringify(call satisfies never)}`);
  }
}

function ownOutcome(
  state: RuntimeState,
  message: Extract<Message, { then: unknown }> | Message,
  then: RuntimeThen,
  ctx: Context,
): void {
  switch (message.type) {
    case 'disk':
      if (then.for === 'recover') recordRead(state, message.result, ctx);
      if (then.for === 'meta') {
        const { due, ok } = metaStep(state, then, message.result, ctx);
        for (const continuation of due) recorded(state, continuation, ok, ctx);
      }
      return;
    case 'timer':
      timeIsUp(state, then, ctx);
      return;
    case 'response':
      if (then.for === 'add') networkAnswered(state, then, message, ctx);
      if (then.for === 'del') networkIsDown(state, then.sandbox, message, ctx);
      if (then.for === 'exec') execAnswered(state, then, message, ctx);
      if (then.for === 'manifest') manifestCame(state, then.image, message, ctx);
      if (then.for === 'network-status') {
        const networkReady = message.ok && (message.body as CniResult).ok;
        succeed(ctx, then.request, { call: 'Status', runtimeReady: true, networkReady });
      }
      return;
    case 'stream':
      if (message.event === 'closed' && then.for === 'shim') shimLost(state, message, ctx);
      if (message.event === 'closed' && then.for === 'probe') searchEnded(state, then.container, message, ctx);
      if (message.event === 'message' && then.for === 'shim' && message.stream === state.shim.stream) {
        shimReports(state, message.body as ShimReport, ctx);
      }
      return;
    default:
      return;
  }
}

function timeIsUp(state: RuntimeState, then: RuntimeThen, ctx: Context): void {
  switch (then.for) {
    case 'sync':
      syncDue(state, ctx);
      return;
    case 'reattach':
      attachShim(state, ctx);
      return;
    case 'found':
      processFound(state, then.container, ctx);
      return;
    case 'missing':
      processMissing(state, then.container, ctx);
      return;
    case 'sandbox':
      setUpNetwork(state, then, ctx);
      return;
    case 'start':
      startDue(state, then.container, ctx);
      return;
    case 'grace':
      graceIsOver(state, then.container, ctx);
      return;
    case 'pull':
      downloaded(state, then.image, ctx);
      return;
    default:
      throw new Error(`runtime: no such timer: ${then.for}`);
  }
}

/** A record is written, or cannot be. */
function recorded(state: RuntimeState, continuation: Continuation, ok: boolean, ctx: Context): void {
  switch (continuation.after) {
    case 'sandbox-recorded':
      sandboxRecorded(state, continuation, ok, ctx);
      return;
    case 'sandbox-ready':
      sandboxReady(state, continuation, ok, ctx);
      return;
    case 'container-recorded':
      containerRecorded(state, continuation, ok, ctx);
      return;
    case 'exit-recorded':
      if (ok) tellShim(state, { recorded: continuation.process }, ctx);
      return;
    case 'answer':
      // An image whose record is lost is pulled again after a crash; until then it is here.
      for (const request of continuation.requests) succeed(ctx, request, continuation.result);
      return;
    default:
      throw new Error(`runtime: nothing follows: ${JSON.stringify(continuation satisfies never)}`);
  }
}
