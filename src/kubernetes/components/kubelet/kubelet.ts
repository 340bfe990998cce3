/**
 * The kubelet: the agent of a node. It registers the node and keeps its lease, runs the pods that are bound to it by way of
 * the container runtime, probes them, and tells the API how they are (pkg/kubelet/kubelet.go).
 *
 * 1. One sync of a pod at a time (pod-workers.ts); pods do not hold up one another, except that images are pulled one by
 *    one.
 * 2. What is on disk is the runtime's: a kubelet that starts again takes over what runs, by its labels.
 * 3. A pod leaves the API only when nothing of it runs any more.
 *
 * Left out: static pods, volumes other than config maps and the downward API, secrets, devices, in-place resizing,
 * evictions under pressure, graceful shutdown of the node, garbage collection of images.
 */

import type { Actor, Message } from '../../../sim/index.ts';
import type { Node, Pod } from '../../api/object.ts';
import { amountsOf } from '../../api/pod-resources.ts';
import { newEventRecorder, receiveEventAnswer } from '../../client/event-recorder.ts';
import type { Delta } from '../../client/informers.ts';
import type { ContainerEvent } from '../../protocol/cri.ts';
import type { KubeletArgs } from './kubelet-args.ts';
import { INFORMERS } from './kubelet-informers.ts';
import { argsOf, type KubeletContext, type KubeletState, settingsOf, type Then } from './kubelet-state.ts';
import { leaseAnswered, renewLease } from './node-lease.ts';
import { nodeAnswered, nodeSeen, nodeTimer, registerNode } from './node-registration.ts';
import { allocatableOf } from './node-status.ts';
import { podChanged } from './pod-updates.ts';
import {
  deadlinePassed,
  podAnswered,
  podConfigMapAnswered,
  podImagePulled,
  refreshStatus,
  requestSync,
} from './pod-workers.ts';
import { askFirstList, firstListAnswered, learnPods } from './pods-known.ts';
import { probeAnswered, tickProbe } from './probes.ts';
import { beginRelist, containerEvent, relistAnswered, takeRelist } from './relist.ts';
import { checkRuntime, connectRuntime, runtimeLost, runtimeStatusAnswered } from './runtime-connection.ts';
import { deletionAnswered, retryStatuses, statusAnswered } from './status-manager.ts';

export type { KubeletArgs, KubeletState };

export const kubelet: Actor<KubeletState, unknown, Then> = {
  start(ctx) {
    const args = argsOf(ctx);
    const allocatable = allocatableOf(args.node);
    const state: KubeletState = {
      informers: INFORMERS.start(ctx, args.api),
      events: newEventRecorder('kubelet', ctx.host),
      server: 0,
      settings: settingsOf(args, allocatable, amountsOf(allocatable)),
      node: { registered: false, retryMs: 0, uid: '', conditions: [], reportedAt: 0, wasReady: false, sending: false },
      lease: { object: undefined, retryMs: 0 },
      runtime: {
        stream: undefined,
        answeredAt: -1,
        silent: false,
        runtimeReady: false,
        networkReady: false,
        listedAt: -1,
        sandboxes: undefined,
        containers: undefined,
        listing: 0,
      },
      workers: new Map(),
      images: { pulling: 0, waiting: [] },
      configMaps: new Map(),
      counter: 0,
      podsKnown: false,
      firstList: 'none',
      firstListVersion: '',
    };
    connectRuntime(state, ctx);
    registerNode(state, ctx);
    renewLease(state, ctx);
    return state;
  },

  receive(state, message, ctx) {
    const deltas = INFORMERS.receive(state.informers, message, ctx);
    if (deltas !== undefined) {
      for (const delta of deltas) changed(state, delta, ctx);
      learnPods(state, ctx);
      return state;
    }
    if (receiveEventAnswer(state.events, argsOf(ctx).api, message, ctx)) return state;
    switch (message.type) {
      case 'response':
        answered(state, message, ctx);
        break;
      case 'timer':
        timeHasCome(state, message.then, ctx);
        break;
      case 'stream':
        if (message.stream !== state.runtime.stream) break;
        if (message.event === 'message') containerEvent(state, message.body as ContainerEvent, ctx);
        else if (message.event === 'closed') runtimeLost(state, ctx);
        break;
      case 'request':
        ctx.refuse(message.id, 'the kubelet answers no requests');
        break;
      default: // It has no children, and nobody else writes to it.
    }
    return state;
  },
};

function changed(state: KubeletState, delta: Delta, ctx: KubeletContext): void {
  if (delta.informer === 'pods') podChanged(state, delta as Delta<Pod>, ctx);
  if (delta.informer !== 'nodes' || delta.type === 'deleted') return;
  const { object, previous } = delta as Delta<Node>;
  nodeSeen(state, object, ctx);
  // Now the network can be set up.
  if (object.spec.podCIDR !== previous?.spec.podCIDR && !state.runtime.networkReady) checkRuntime(state, ctx);
}

function answered(
  state: KubeletState,
  message: Extract<Message<unknown, Then>, { type: 'response' }>,
  ctx: KubeletContext,
): void {
  const { then } = message;
  switch (then.to) {
    case 'node':
      nodeAnswered(state, then, message, ctx);
      break;
    case 'lease':
      leaseAnswered(state, then, message, ctx);
      break;
    case 'runtime':
      runtimeStatusAnswered(state, message, ctx);
      break;
    case 'relist':
      if (!relistAnswered(state, then, message, ctx)) break;
      if (state.podsKnown) takeRelist(state, knownUids(state), ctx);
      else learnPods(state, ctx);
      break;
    case 'first-list':
      firstListAnswered(state, message, ctx);
      break;
    case 'pod':
      podAnswered(state, then, message, ctx);
      break;
    case 'status':
      statusAnswered(state, then, message, ctx);
      break;
    case 'delete':
      deletionAnswered(state, then, message, ctx);
      break;
    case 'probe-answer': {
      const worker = state.workers.get(then.uid);
      if (worker === undefined || !probeAnswered(state, worker, then, message, ctx)) break;
      refreshStatus(state, worker, false, ctx);
      if (!then.probe.startsWith('readiness/')) requestSync(state, worker, ctx);
      break;
    }
    case 'pull':
      podImagePulled(state, then, message, ctx);
      break;
    case 'config-map':
      podConfigMapAnswered(state, then, message, ctx);
      break;
    case 'retry':
    case 'deadline':
    case 'status-retry':
    case 'probe-tick': // Timers.
      break;
    default:
      then satisfies never;
  }
}

function timeHasCome(state: KubeletState, then: Then, ctx: KubeletContext): void {
  switch (then.to) {
    case 'node':
      nodeTimer(state, then.step, ctx);
      break;
    case 'lease':
      renewLease(state, ctx);
      break;
    case 'runtime':
      if (then.step === 'connect') connectRuntime(state, ctx);
      else checkRuntime(state, ctx);
      break;
    case 'relist':
      beginRelist(state, ctx);
      break;
    case 'first-list':
      askFirstList(state, ctx);
      break;
    case 'pod':
      podAnswered(state, then, undefined, ctx);
      break;
    case 'retry': {
      const worker = state.workers.get(then.uid);
      if (worker !== undefined) requestSync(state, worker, ctx);
      break;
    }
    case 'deadline': {
      const worker = state.workers.get(then.uid);
      if (worker !== undefined) deadlinePassed(state, worker, ctx);
      break;
    }
    case 'status-retry':
      retryStatuses(state, ctx);
      break;
    case 'probe-tick': {
      const worker = state.workers.get(then.uid);
      if (worker !== undefined) tickProbe(state, worker, then.probe, ctx);
      break;
    }
    case 'status':
    case 'delete':
    case 'probe-answer':
    case 'pull':
    case 'config-map': // Answers.
      break;
    default:
      then satisfies never;
  }
}

function knownUids({ informers }: KubeletState): Set<string> {
  return new Set(INFORMERS.list<Pod>(informers, 'pods').map(({ metadata }) => metadata.uid));
}
