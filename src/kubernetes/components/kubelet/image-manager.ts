/**
 * Sees to it that a container's image is on the node (EnsureImageExists in pkg/kubelet/images/image_manager.go): pulls it if
 * its policy says so, one image at a time (`serializeImagePulls`), and leaves it alone for a while after a failure.
 */
import type { Response } from '../../../sim/index.ts';
import type { Container } from '../../api/object.ts';
import { askRuntime, criAnswer } from './ask.ts';
import { backOffLeftMs, nextBackOff, PULL_BACK_OFF } from './back-off.ts';
import { recordPodEvent } from './events.ts';
import type { ImagePull, KubeletContext, KubeletState, Then } from './kubelet-state.ts';
import type { PodWorker, Sync } from './pod-worker.ts';

/** What came of it; `wait`: an answer will tell. */
export type ImageOutcome =
  | 'present'
  | 'wait'
  | { readonly reason: string; readonly message: string; readonly backOffMs?: number };

/** An image without a tag or digest is its `latest`. */
export function withTag(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? image : `${image}:latest`;
}

/** shouldPullImage. */
export function shouldPullImage({ imagePullPolicy = 'IfNotPresent' }: Container, present: boolean): boolean {
  return imagePullPolicy === 'Always' || (imagePullPolicy === 'IfNotPresent' && !present);
}

/** Begins: asks whether the image is here, unless that does not matter. */
export function ensureImage(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  container: Container,
  ctx: KubeletContext,
): ImageOutcome {
  if (container.imagePullPolicy === 'Always') return pullImage(state, worker, sync, container, ctx);
  const then: Then = { to: 'pod', uid: worker.uid, sync: sync.id, step: { wait: 'image' } };
  askRuntime(state, { call: 'ImageStatus', image: withTag(container.image ?? '') }, then, ctx);
  return 'wait';
}

/** The answer to whether the image is here. */
export function imageStatusAnswered(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  container: Container,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): ImageOutcome {
  const { image = '', name } = container;
  const outcome = criAnswer(message, 'ImageStatus');
  if (!outcome.ok) {
    const text = `Failed to inspect image "${image}": ${outcome.message}`;
    recordPodEvent(state, worker, 'Warning', 'InspectFailed', text, ctx, name);
    return { reason: 'ImageInspectError', message: text };
  }
  const present = outcome.result.image !== undefined;
  if (shouldPullImage(container, present)) return pullImage(state, worker, sync, container, ctx);
  if (present) {
    const text = `Container image "${image}" already present on machine`;
    recordPodEvent(state, worker, 'Normal', 'Pulled', text, ctx, name);
    return 'present';
  }
  const text = `Container image "${image}" is not present with pull policy of Never`;
  recordPodEvent(state, worker, 'Warning', 'ErrImageNeverPull', text, ctx, name);
  return { reason: 'ErrImageNeverPull', message: text };
}

function pullImage(
  state: KubeletState,
  worker: PodWorker,
  sync: Sync,
  { image = '', name }: Container,
  ctx: KubeletContext,
): ImageOutcome {
  const entry = worker.pullBackOffs.get(image);
  const left = entry === undefined ? 0 : backOffLeftMs(entry, entry.setAt, ctx.now, PULL_BACK_OFF);
  if (left > 0) {
    const text = `Back-off pulling image "${image}"`;
    recordPodEvent(state, worker, 'Normal', 'BackOff', text, ctx, name);
    return { reason: 'ImagePullBackOff', message: text, backOffMs: left };
  }
  recordPodEvent(state, worker, 'Normal', 'Pulling', `Pulling image "${image}"`, ctx, name);
  const pull: ImagePull = { uid: worker.uid, sync: sync.id, image };
  if (state.settings.config.serializeImagePulls && state.images.pulling > 0) state.images.waiting.push(pull);
  else begin(state, pull, ctx);
  return 'wait';
}

/** The outcome of a pull, for the pod that waited for it; the next one begins. */
export function pullAnswered(
  state: KubeletState,
  { image, startedAt }: Extract<Then, { to: 'pull' }>,
  worker: PodWorker | undefined,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): ImageOutcome {
  state.images.pulling--;
  for (let next = state.images.waiting.shift(); next !== undefined; next = state.images.waiting.shift()) {
    if (state.workers.get(next.uid)?.sync?.id !== next.sync) continue; // It was given up meanwhile.
    begin(state, next, ctx);
    break;
  }
  const outcome = criAnswer(message, 'PullImage');
  if (outcome.ok) {
    worker?.pullBackOffs.delete(image);
    if (worker !== undefined) {
      const seconds = Math.round((ctx.monotonic - startedAt) / 1000) / 1000;
      const text = `Successfully pulled image "${image}" in ${seconds}s`;
      recordPodEvent(state, worker, 'Normal', 'Pulled', text, ctx, worker.sync?.starting?.name);
    }
    return 'present';
  }
  if (worker !== undefined) {
    const entry = worker.pullBackOffs.get(image);
    worker.pullBackOffs.set(image, nextBackOff(entry, ctx.now, ctx.now, PULL_BACK_OFF));
    const text = `Failed to pull image "${image}": ${outcome.message}`;
    recordPodEvent(state, worker, 'Warning', 'Failed', text, ctx, worker.sync?.starting?.name);
  }
  return { reason: 'ErrImagePull', message: outcome.message };
}

/** Pulls have no deadline of the kubelet's; this one is only there so that a lost answer ends. */
const PULL_TIMEOUT_MS = 3_600_000;

function begin(state: KubeletState, { uid, sync, image }: ImagePull, ctx: KubeletContext): void {
  state.images.pulling++;
  const then: Then = { to: 'pull', uid, sync, image, startedAt: ctx.monotonic };
  askRuntime(state, { call: 'PullImage', image: withTag(image) }, then, ctx, PULL_TIMEOUT_MS);
}
