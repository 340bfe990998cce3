/** The fabric: all links that are in use, all rules that hold, and the chance of each pair of processes. */
import { type Address, hostOf } from '../kernel/address.ts';
import type { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/random-stream.ts';
import { streamKey } from '../kernel/random-streams.ts';
import { Link } from './link.ts';
import { type Direction, type LinkEffect, LinkRule } from './link-rule.ts';
import { DEFAULT_NETWORK, type NetworkSpec } from './network-spec.ts';
import { Topology } from './topology.ts';

/** From one process to another: their link, and a stream of chance that no other traffic perturbs. */
export interface Flow<Sender, Held> {
  readonly link: Link<Sender, Held>;
  readonly chance: RandomStream;
}

/** Told when a rule changes what a link lets through. */
export interface LinkListener<Sender, Held> {
  linkCut(link: Link<Sender, Held>): void;
  linkFreed(link: Link<Sender, Held>): void;
}

export class Fabric<Sender, Held> {
  readonly headerBytes: number;
  readonly retransmitUs: number;
  readonly breakAfterUs: number;
  /** By `linkKey`. */
  readonly links = new Map<number, Link<Sender, Held>>();
  rules: readonly LinkRule[] = [];
  readonly #kernel: Kernel;
  readonly #topology: Topology;
  readonly #listener: LinkListener<Sender, Held>;
  readonly #flows = new Map<string, Flow<Sender, Held>>();
  nextRule = 1;

  constructor(kernel: Kernel, spec: NetworkSpec, listener: LinkListener<Sender, Held>) {
    this.#kernel = kernel;
    this.#listener = listener;
    this.#topology = new Topology(spec);
    this.headerBytes = spec.headerBytes ?? DEFAULT_NETWORK.headerBytes;
    this.retransmitUs = Math.round((spec.retransmitMs ?? DEFAULT_NETWORK.retransmitMs) * 1000);
    this.breakAfterUs = Math.round((spec.breakAfterMs ?? DEFAULT_NETWORK.breakAfterMs) * 1000);
  }

  link(from: Host, to: Host): Link<Sender, Held> {
    const key = linkKey(from, to);
    let link = this.links.get(key);
    if (link === undefined) {
      link = new Link(from, to, this.#topology.between(from, to));
      link.apply(this.rules);
      this.links.set(key, link);
    }
    return link;
  }

  /** The flow between two processes by their addresses; undefined if there is no such host. */
  flow(from: Address, to: Address): Flow<Sender, Held> | undefined {
    const key = `${from}>${to}`;
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      const { hosts, streams } = this.#kernel;
      const source = hosts.get(hostOf(from));
      const target = hosts.get(hostOf(to));
      if (source === undefined || target === undefined) return undefined;
      flow = { link: this.link(source, target), chance: streams.stream(streamKey('flow', from, to)) };
      this.#flows.set(key, flow);
    }
    return flow;
  }

  /** A rule that holds, or that has cut a link whose losses are still on their way. */
  rule(id: number): LinkRule | undefined {
    return this.rules.find((rule) => rule.id === id) ?? this.retired().find((rule) => rule.id === id);
  }

  /** The rules that hold no longer but may have losses to count. */
  retired(): LinkRule[] {
    const retired = new Set<LinkRule>();
    for (const { lastCutBy } of this.links.values()) {
      if (lastCutBy !== undefined && !this.rules.includes(lastCutBy)) retired.add(lastCutBy);
    }
    return [...retired];
  }

  /** Makes a rule hold from now on. */
  addRule(effect: LinkEffect, directions: readonly Direction[]): LinkRule {
    const rule = new LinkRule(this.nextRule++, effect, directions);
    this.rules = [...this.rules, rule];
    this.#reapply(rule);
    return rule;
  }

  removeRule(rule: LinkRule): void {
    this.rules = this.rules.filter((other) => other !== rule);
    this.#reapply(rule);
    if (rule.effect.type !== 'lose') return;
    // What was lost need not wait for its turn any longer.
    for (const link of this.links.values()) {
      if (rule.matches(link.from.index, link.to.index) && !link.blocked) this.#listener.linkFreed(link);
    }
  }

  #reapply(rule: LinkRule): void {
    for (const link of this.links.values()) {
      if (!rule.matches(link.from.index, link.to.index)) continue;
      const change = link.apply(this.rules);
      if (change === 'cut') this.#listener.linkCut(link);
      else if (change === 'freed') this.#listener.linkFreed(link);
    }
  }
}

/** Under which a fabric keeps the link from one host to another. */
export function linkKey(from: Host, to: Host): number {
  return from.index * 1_048_576 + to.index;
}
