/**
 * Images: what they are is asked of the registry, their bytes are time. Everybody who wants an image while it is pulled shares
 * one pull; so many images are downloaded at a time, the others wait their turn.
 *
 * Left out: layers that images share, and the removal of unused images (image garbage collection).
 */
import type { Context, Message, RequestId } from '../../../sim/index.ts';
import { parseImageName } from '../../protocol/image-name.ts';
import type { ManifestRequest, ManifestResponse } from '../../protocol/registry.ts';
import { fail, succeed } from './answers.ts';
import { record } from './meta-log.ts';
import type { ImageRecord } from './records.ts';
import type { RuntimeArgs } from './runtime-args.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { RuntimeThen } from './runtime-then.ts';
import { imageView } from './views.ts';

const MANIFEST_TIMEOUT_MS = 30_000;
/** containerd's max_concurrent_downloads, which upstream counts in layers. */
const DEFAULT_PARALLEL_DOWNLOADS = 3;

export function pullImage(state: RuntimeState, request: RequestId, image: string, ctx: Context): void {
  const name = parseImageName(image);
  if (name === undefined) {
    fail(ctx, request, 'InvalidArgument', `failed to parse image reference "${image}": invalid reference format`);
    return;
  }
  const pull = state.pulls.get(name.full);
  if (pull !== undefined) {
    pull.waiting.push(request);
    return;
  }
  state.pulls.set(name.full, { waiting: [request], image: undefined, durationMs: 0, downloading: false });
  const { registry } = ctx.args as RuntimeArgs;
  const then: RuntimeThen = { for: 'manifest', image: name.full };
  ctx.request(registry, { manifestOf: image } satisfies ManifestRequest, { timeoutMs: MANIFEST_TIMEOUT_MS, then });
}

export function manifestCame(
  state: RuntimeState,
  name: string,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  const pull = state.pulls.get(name);
  if (pull === undefined) return;
  const what = `failed to pull and unpack image "${name}"`;
  if (!message.ok) {
    const why = message.failure === 'timeout' ? 'i/o timeout' : message.reason;
    pullFailed(state, name, 'Unavailable', `${what}: failed to resolve reference "${name}": dial tcp: ${why}`, ctx);
    return;
  }
  const answer = message.body as ManifestResponse;
  if (!answer.ok) {
    const code = answer.error === 'NotFound' ? 'NotFound' : 'Unknown';
    pullFailed(state, name, code, `${what}: failed to resolve reference "${name}": ${answer.message}`, ctx);
    return;
  }
  const { digest, sizeBytes, bytesPerSecond, program, config } = answer.image;
  pull.image = { name, id: digest, sizeBytes, program, config };
  pull.durationMs = state.images.get(name)?.id === digest ? 0 : Math.ceil((sizeBytes / bytesPerSecond) * 1000);
  startDownloads(state, ctx);
}

/** All bytes are here. */
export function downloaded(state: RuntimeState, name: string, ctx: Context): void {
  const pull = state.pulls.get(name);
  if (pull?.image === undefined) return;
  const { image, waiting } = pull;
  state.pulls.delete(name);
  const result = { call: 'PullImage', imageRef: image.id } as const;
  if (state.images.get(name)?.id === image.id) for (const request of waiting) succeed(ctx, request, result);
  else {
    state.images.set(name, image);
    record(state, { image }, { after: 'answer', requests: [...waiting], result });
  }
  startDownloads(state, ctx);
}

/** By name, or by `sha256:…`. */
export function findImage(state: RuntimeState, image: string): ImageRecord | undefined {
  if (image.startsWith('sha256:')) {
    for (const each of state.images.values()) if (each.id === image) return each;
    return undefined;
  }
  const name = parseImageName(image);
  return name === undefined ? undefined : state.images.get(name.full);
}

export function imageStatus(state: RuntimeState, request: RequestId, image: string, ctx: Context): void {
  const found = findImage(state, image);
  succeed(ctx, request, { call: 'ImageStatus', ...(found === undefined ? {} : { image: imageView(found) }) });
}

function startDownloads(state: RuntimeState, ctx: Context): void {
  const { maxParallelDownloads = DEFAULT_PARALLEL_DOWNLOADS } = ctx.args as RuntimeArgs;
  let underWay = 0;
  for (const { downloading } of state.pulls.values()) if (downloading) underWay++;
  for (const [name, pull] of state.pulls) {
    if (underWay >= maxParallelDownloads) return;
    if (pull.downloading || pull.image === undefined) continue;
    pull.downloading = true;
    underWay++;
    ctx.setTimer(`pull-${name}`, pull.durationMs, { for: 'pull', image: name } satisfies RuntimeThen);
  }
}

function pullFailed(
  state: RuntimeState,
  name: string,
  code: 'NotFound' | 'Unavailable' | 'Unknown',
  message: string,
  ctx: Context,
): void {
  const pull = state.pulls.get(name);
  state.pulls.delete(name);
  for (const request of pull?.waiting ?? []) fail(ctx, request, code, message);
}
