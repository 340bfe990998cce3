/**
 * The kubelet's connection to its container runtime: events as long as it holds, and from time to time the question
 * whether all is well (updateRuntimeUp in pkg/kubelet/kubelet.go).
 *
 * Upstream asks every five seconds. Here a connection that breaks is noticed at once, so that a runtime that is ready is
 * asked less often.
 */
import type { Response } from '../../../sim/index.ts';
import type { CriEventsRequest } from '../../protocol/cri.ts';
import { runtimeOf } from '../../protocol/places.ts';
import { askRuntime, criAnswer } from './ask.ts';
import type { KubeletContext, KubeletState, Then } from './kubelet-state.ts';
import { nodeMayHaveChanged } from './node-registration.ts';
import { requestSync } from './pod-workers.ts';
import { beginRelist } from './relist.ts';

const RECONNECT_MS = 1000;

export function connectRuntime(state: KubeletState, ctx: KubeletContext): void {
  if (state.settings.config.pleg === 'evented') {
    const request: CriEventsRequest = { call: 'GetContainerEvents' };
    state.runtime.stream = ctx.openStream(runtimeOf(ctx.host), request, { then: { to: 'runtime', step: 'events' } });
  }
  beginRelist(state, ctx);
  checkRuntime(state, ctx);
}

/** The stream of events is over: what happens meanwhile is learned from a list. */
export function runtimeLost(state: KubeletState, ctx: KubeletContext): void {
  state.runtime.stream = undefined;
  ctx.setTimer('runtime', RECONNECT_MS, { to: 'runtime', step: 'connect' });
}

export function checkRuntime(state: KubeletState, ctx: KubeletContext): void {
  const timeoutMs = state.settings.config.runtimeThresholdSeconds * 1000;
  askRuntime(state, { call: 'Status' }, { to: 'runtime', step: 'status' }, ctx, timeoutMs);
}

export function runtimeStatusAnswered(
  state: KubeletState,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const { runtime, settings } = state;
  const outcome = criAnswer(message, 'Status');
  const hadNetwork = runtime.networkReady;
  runtime.silent = !outcome.ok;
  if (outcome.ok) {
    runtime.answeredAt = ctx.monotonic;
    runtime.runtimeReady = outcome.result.runtimeReady;
    runtime.networkReady = outcome.result.networkReady;
  }
  const well = outcome.ok && runtime.runtimeReady && runtime.networkReady;
  const { runtimeCheckSeconds, runtimeCheckWhenReadySeconds } = settings.config;
  const seconds = well ? runtimeCheckWhenReadySeconds : runtimeCheckSeconds;
  if (settings.config.pleg === 'relist' || runtime.stream !== undefined) {
    ctx.setTimer('runtime', seconds * 1000, { to: 'runtime', step: 'check' });
  }
  nodeMayHaveChanged(state, ctx);
  if (!hadNetwork && runtime.networkReady) {
    for (const worker of state.workers.values()) if (worker.stage === 'running') requestSync(state, worker, ctx);
  }
}
