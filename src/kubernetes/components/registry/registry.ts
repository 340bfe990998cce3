/**
 * The image registry: says what an image is. Every image exists, unless a rule says otherwise; one that no rule knows
 * runs the generic program and has a size of its own.
 *
 * Left out: layers that images share, pushes, tags that move, accounts. The bytes themselves are time, spent by who
 * pulls.
 */
import type { Actor } from '../../../sim/index.ts';
import type { ImageRule, ManifestRequest } from '../../protocol/registry.ts';
import { manifestOf } from './manifest.ts';

export interface RegistryArgs {
  /** The first that fits an image counts. */
  readonly images: readonly ImageRule[];
  /** How fast a node gets an image's bytes. Default 100 MB/s. */
  readonly bytesPerSecond?: number;
}

export interface RegistryState {
  /** Manifests handed out, for reports. */
  served: number;
}

const DEFAULT_BYTES_PER_SECOND = 100_000_000;

export const registry: Actor<RegistryState, unknown> = {
  start: () => ({ served: 0 }),

  receive(state, message, ctx) {
    if (message.type !== 'request') return state;
    const { images, bytesPerSecond = DEFAULT_BYTES_PER_SECOND } = ctx.args as RegistryArgs;
    const image = (message.body as Partial<ManifestRequest> | null)?.manifestOf;
    if (typeof image !== 'string') {
      ctx.refuse(message.id, 'registry: no such request');
      return state;
    }
    state.served++;
    ctx.reply(message.id, manifestOf(image, images, bytesPerSecond));
    return state;
  },
};
