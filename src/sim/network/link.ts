/**
 * A link: one direction between two hosts that talk, with what rules do to it now.
 *
 * Links come into being when the first message needs one, so that a topology of 5,000 hosts costs what is used of it.
 */
import { compileDistribution, type DurationSampler } from '../kernel/distribution.ts';
import type { Host } from '../kernel/host.ts';
import type { RandomStream } from '../kernel/random-stream.ts';
import type { LinkRule } from './link-rule.ts';
import type { LinkSpec } from './network-spec.ts';

interface Slowing {
  readonly factor: number;
  readonly extra: DurationSampler;
  readonly rule: LinkRule;
}

interface Chance {
  readonly probability: number;
  readonly windowUs: number;
  /** Undefined: the link's own nature. */
  readonly rule: LinkRule | undefined;
}

/** The samplers of one LinkSpec, shared by all links that have it. */
export class LinkKind {
  readonly delay: DurationSampler;
  readonly microsecondsPerByte: number;
  readonly loss: readonly Chance[];
  readonly duplication: readonly Chance[];
  readonly reordering: readonly Chance[];

  constructor(spec: LinkSpec) {
    this.delay = compileDistribution(spec.latency);
    this.microsecondsPerByte = spec.bytesPerSecond === undefined ? 0 : 1e6 / spec.bytesPerSecond;
    this.loss = own(spec.loss, 0);
    this.duplication = own(spec.duplication, 0);
    this.reordering = own(spec.reordering?.probability, (spec.reordering?.windowMs ?? 0) * 1000);
  }
}

function own(probability: number | undefined, windowUs: number): Chance[] {
  return probability === undefined || probability === 0 ? [] : [{ probability, windowUs, rule: undefined }];
}

export class Link<Sender = unknown, Held = unknown> {
  readonly from: Host;
  readonly to: Host;
  readonly kind: LinkKind;
  /** When the last byte accepted so far will have left, in true time. */
  freeAt = 0;
  /** How often it has been cut: what was sent before the last cut is lost. */
  cuts = 0;
  /** The rules that cut or clog it now. */
  blockedBy: readonly LinkRule[] = [];
  /** Who cut it last. */
  lastCutBy: LinkRule | undefined;
  cut = false;
  /** Ends of connections that send over it. */
  readonly senders = new Set<Sender>();
  /** Datagrams that a clog holds. */
  held: Held[] = [];
  #slow: readonly Slowing[] = [];
  #loss: readonly Chance[];
  #duplication: readonly Chance[];
  #reordering: readonly Chance[];

  constructor(from: Host, to: Host, kind: LinkKind) {
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.#loss = kind.loss;
    this.#duplication = kind.duplication;
    this.#reordering = kind.reordering;
  }

  /** Whether nothing gets through now. */
  get blocked(): boolean {
    return this.blockedBy.length > 0;
  }

  /** Counts one message that could not enter. */
  touchBlocks(): void {
    for (const rule of this.blockedBy) rule.touched++;
  }

  /** When a message of so many bytes that is sent now arrives. */
  arrival(now: number, bytes: number, chance: RandomStream): number {
    let leaves = now;
    const { microsecondsPerByte } = this.kind;
    if (microsecondsPerByte > 0) {
      this.freeAt = Math.max(now, this.freeAt) + bytes * microsecondsPerByte;
      leaves = Math.ceil(this.freeAt);
    }
    let delay = this.kind.delay(chance);
    for (const { factor, extra, rule } of this.#slow) {
      delay = Math.round(delay * factor) + extra(chance);
      rule.touched++;
    }
    return leaves + delay;
  }

  isLost(chance: RandomStream): boolean {
    return hits(this.#loss, chance);
  }

  isDuplicated(chance: RandomStream): boolean {
    return hits(this.#duplication, chance);
  }

  /** How much longer a datagram takes because it is reordered. */
  heldBack(chance: RandomStream): number {
    let extra = 0;
    for (const { probability, windowUs, rule } of this.#reordering) {
      if (!chance.chance(probability)) continue;
      extra += chance.integer(1, Math.max(1, Math.round(windowUs)));
      if (rule !== undefined) rule.touched++;
    }
    return extra;
  }

  /** Takes on the rules that match it. Returns whether it was cut, or became free, by that. */
  apply(rules: readonly LinkRule[]): 'cut' | 'freed' | undefined {
    const mine = rules.filter((rule) => rule.matches(this.from.index, this.to.index));
    const wasCut = this.cut;
    const wasBlocked = this.blocked;
    const slow: Slowing[] = [];
    const loss = [...this.kind.loss];
    const duplication = [...this.kind.duplication];
    const reordering = [...this.kind.reordering];
    for (const rule of mine) {
      const { effect } = rule;
      switch (effect.type) {
        case 'slow':
          slow.push({ factor: effect.factor, extra: compileDistribution(effect.extra), rule });
          break;
        case 'lose':
          loss.push({ probability: effect.probability, windowUs: 0, rule });
          break;
        case 'duplicate':
          duplication.push({ probability: effect.probability, windowUs: 0, rule });
          break;
        case 'reorder':
          reordering.push({ probability: effect.probability, windowUs: effect.windowMs * 1000, rule });
          break;
        default:
      }
    }
    this.#slow = slow;
    this.#loss = loss;
    this.#duplication = duplication;
    this.#reordering = reordering;
    this.blockedBy = mine.filter(({ effect }) => effect.type === 'cut' || effect.type === 'clog');
    const cutBy = mine.filter(({ effect }) => effect.type === 'cut');
    this.cut = cutBy.length > 0;
    if (this.cut && !wasCut) {
      this.cuts++;
      this.lastCutBy = cutBy.at(-1);
      return 'cut';
    }
    return wasBlocked && !this.blocked ? 'freed' : undefined;
  }
}

function hits(chances: readonly Chance[], chance: RandomStream): boolean {
  let hit = false;
  for (const { probability, rule } of chances) {
    if (!chance.chance(probability)) continue;
    hit = true;
    if (rule !== undefined) rule.touched++;
  }
  return hit;
}
