/** Runs what a container wants done after its start and before its end (pkg/kubelet/lifecycle/handlers.go). */
import type { Container } from '../../api/object.ts';
import { overlayOf } from '../../protocol/places.ts';
import { askRuntime } from './ask.ts';
import { argsOf, type KubeletContext, type KubeletState, type Then } from './kubelet-state.ts';
import { probeRequest } from './probe-request.ts';

type Handler = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;

export interface HookPlace {
  readonly uid: string;
  readonly containerId: string;
  /** The pod's address. */
  readonly ip: string;
  readonly timeoutMs: number;
}

/** Whether something is under way: an answer, or for `sleep` a timer, comes with `then`. */
export function runHook(
  state: KubeletState,
  { exec, httpGet, sleep }: Handler & { sleep?: { seconds: number } },
  container: Container,
  { uid, containerId, ip, timeoutMs }: HookPlace,
  port: number,
  then: Then,
  ctx: KubeletContext,
): boolean {
  if (sleep !== undefined) {
    ctx.setTimer(`hook/${uid}/${containerId}`, Math.min(sleep.seconds * 1000, timeoutMs), then);
    return true;
  }
  if (exec !== undefined) {
    const timeoutSeconds = Math.ceil(timeoutMs / 1000);
    askRuntime(state, { call: 'ExecSync', containerId, cmd: exec.command ?? [], timeoutSeconds }, then, ctx, timeoutMs);
    return true;
  }
  const source = { ip: argsOf(ctx).node.internalIP, port };
  const request = httpGet && probeRequest({ httpGet }, container, source, ip);
  if (request?.via !== 'network') return false;
  ctx.request(overlayOf(ctx.host), { traffic: request.packet }, { timeoutMs, then });
  return true;
}
