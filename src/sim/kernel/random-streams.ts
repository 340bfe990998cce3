/**
 * All random streams of a world, by key.
 *
 * 1. A stream is derived from (seed, key) at its first draw. Streams do not perturb one another.
 * 2. The same key gives the same object, also after `load` and `reseed`: actors may hold on to their stream.
 * 3. Only streams that were drawn from are saved, in the order of their keys, so that equal states save equal data.
 */
import { RandomStream, type StreamState } from './random-stream.ts';

/** All streams as plain data. */
export interface StreamsState {
  readonly seed: string;
  readonly streams: readonly (StreamState & { readonly key: string })[];
}

/**
 * Joins the parts of a key, such as host, process and purpose. Different parts give different keys: a slash separates
 * the parts, and within a part `/` is written `~1` and `~` is written `~0` (as in a JSON Pointer, RFC 6901).
 */
export function streamKey(first: string, ...others: readonly string[]): string {
  let key = escapePart(first);
  for (const part of others) key += `/${escapePart(part)}`;
  return key;
}

export class RandomStreams {
  #seed: string;
  readonly #streams = new Map<string, RandomStream>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  get seed(): string {
    return this.#seed;
  }

  /** The stream of this key; use `streamKey` for a key of several parts. */
  stream(key: string): RandomStream {
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = new RandomStream(this.#derive(key));
      this.#streams.set(key, stream);
    }
    return stream;
  }

  /** Derives every stream, present and future, from another seed, as if none had been drawn from. */
  reseed(seed: string): void {
    this.#seed = seed;
    for (const [key, stream] of this.#streams) stream.reset(this.#derive(key));
  }

  save(): StreamsState {
    const drawn = [...this.#streams].filter(([, stream]) => stream.drawn);
    drawn.sort(([a], [b]) => (a < b ? -1 : 1));
    return { seed: this.#seed, streams: drawn.map(([key, stream]) => ({ key, ...stream.save() })) };
  }

  /** Puts every stream where it was when the state was saved. */
  load(state: StreamsState): void {
    this.reseed(state.seed);
    for (const { key, c, s0, s1, s2 } of state.streams) this.stream(key).load({ c, s0, s1, s2 });
  }

  /** The seed's part cannot hold a slash, so the first one ends it whatever the key looks like. */
  #derive(key: string): string {
    return `${escapePart(this.#seed)}/${key}`;
  }
}

function escapePart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
