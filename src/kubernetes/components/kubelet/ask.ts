/** How the kubelet asks: the API server, its node's runtime and its node's network. Outcomes come as responses. */
import type { Message, Response } from '../../../sim/index.ts';
import { type ApiOutcome, apiOutcome, apiRequest } from '../../client/api-client.ts';
import type { ApiRequest } from '../../protocol/api.ts';
import type { CriErrorCode, CriRequest, CriResponse, CriResult } from '../../protocol/cri.ts';
import { runtimeOf } from '../../protocol/places.ts';
import { argsOf, type KubeletContext, type KubeletState, type Then } from './kubelet-state.ts';

type WithoutUser<T> = T extends unknown ? Omit<T, 'user'> : never;

/** The heartbeat client's limit: requests about the node itself give up after it. */
export const HEARTBEAT_TIMEOUT_MS = 10_000;

export function askApi(
  state: KubeletState,
  request: WithoutUser<ApiRequest>,
  then: Then,
  ctx: KubeletContext,
  timeoutMs?: number,
): void {
  apiRequest(ctx, argsOf(ctx).api, request, {
    then,
    server: state.server,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** After a server that gives no answer, the next one is asked. */
export function apiAnswer(state: KubeletState, message: Response<unknown, Then>): ApiOutcome {
  const outcome = apiOutcome(message as Extract<Message, { type: 'response' }>);
  if (!outcome.ok && outcome.reason === 'Unreachable') state.server++;
  return outcome;
}

export function askRuntime(
  state: KubeletState,
  request: CriRequest,
  then: Then,
  ctx: KubeletContext,
  timeoutMs = state.settings.config.runtimeRequestTimeoutSeconds * 1000,
): void {
  ctx.request(runtimeOf(ctx.host), request, { timeoutMs, then });
}

/** What came of a request to the runtime: `T`, or why not. */
export type CriOutcome<T> =
  | { readonly ok: true; readonly result: T }
  | {
      readonly ok: false;
      /** `Unreachable`: no answer of the runtime's own; it may have happened. */
      readonly code: CriErrorCode | 'Unreachable';
      readonly message: string;
    };

export function criAnswer<Call extends CriResult['call']>(
  message: Response<unknown, Then>,
  call: Call,
): CriOutcome<Extract<CriResult, { call: Call }>> {
  if (!message.ok)
    return { ok: false, code: 'Unreachable', message: `rpc error: ${message.failure}: ${message.reason}` };
  const response = message.body as CriResponse;
  if (!response.ok) {
    return { ok: false, code: response.code, message: `rpc error: code = ${response.code} desc = ${response.message}` };
  }
  if (response.result.call !== call)
    return { ok: false, code: 'Unknown', message: `${call} was answered as another call` };
  return { ok: true, result: response.result as Extract<CriResult, { call: Call }> };
}

/** A number that was not used before in this life of the kubelet. */
export function nextNumber(state: KubeletState): number {
  return ++state.counter;
}

/** The port from which the kubelet's next connection comes: a new one for each, from Linux' ephemeral range. */
export function nextSourcePort(state: KubeletState): number {
  return 32_768 + (nextNumber(state) % 28_232);
}
