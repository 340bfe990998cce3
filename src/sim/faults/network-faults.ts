/**
 * Faults of the network, as rules of its links.
 *
 * 1. The sets of hosts are those at the stroke; a host that is added later is in none of them.
 * 2. No fault touches a host's loopback, even if the host is on both sides.
 * 3. Rules of several faults add up: a link is open when the last cut or clog has ended; delays, losses, duplicates and
 *    reorderings each act in the order of their strokes.
 * 4. The witness counts messages that were stopped, delayed, lost, doubled or held back, and for `reset` and `half-open`
 *    connections.
 */
import type { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { streamKey } from '../kernel/random-streams.ts';
import type { Direction, LinkEffect, LinkRule } from '../network/link-rule.ts';
import type { Network } from '../network/network.ts';
import type { NetworkFault } from './fault.ts';
import { matchesGlob } from './glob.ts';
import type { RulesHold } from './hold.ts';
import { type HostSelector, selectHosts } from './selector.ts';
import type { Strike, Struck } from './strike.ts';

const CUT: LinkEffect = { type: 'cut' };

export class NetworkFaults {
  readonly #kernel: Kernel;
  readonly #network: Network;
  /** Also rules that no longer hold: what they caught in flight is counted when it would have arrived. */
  readonly #rules = new Map<number, LinkRule>();

  constructor(kernel: Kernel, network: Network) {
    this.#kernel = kernel;
    this.#network = network;
  }

  strike(fault: NetworkFault, { id }: Strike): Struck {
    switch (fault.kind) {
      case 'partition': {
        const [a, b] = fault.sides.map((side) => this.#select(side)) as [number[], number[]];
        return this.#rule(CUT, apart(a, b));
      }
      case 'partition-one-way':
        return this.#rule(CUT, this.#oneWay(fault));
      case 'isolate':
        return this.#rule(CUT, apart(this.#select(fault.hosts), this.#select('*')));
      case 'partition-zones':
        return this.#rule(CUT, this.#zonesApart(fault.zones));
      case 'random-halves':
        return this.#rule(CUT, apart(...this.#halves(id)));
      case 'slow-link': {
        const { factor = 1, extra = 0 } = fault;
        return this.#rule({ type: 'slow', factor, extra }, this.#oneWay(fault));
      }
      case 'lose':
      case 'duplicate': {
        const { kind: type, probability } = fault;
        return this.#rule({ type, probability }, this.#oneWay(fault));
      }
      case 'reorder': {
        const { probability, windowMs } = fault;
        return this.#rule({ type: 'reorder', probability, windowMs }, this.#oneWay(fault));
      }
      case 'clog':
        return this.#rule({ type: 'clog' }, this.#oneWay(fault));
      case 'reset':
      case 'half-open': {
        const from = new Set(this.#select(fault.from));
        const to = new Set(this.#select(fault.to));
        return { witness: this.#network.sever(from, to, fault.kind) };
      }
      default:
        return fault satisfies never;
    }
  }

  end(hold: RulesHold): void {
    for (const { id } of hold.rules) {
      const rule = this.#find(id);
      if (rule !== undefined) this.#network.removeRule(rule);
    }
  }

  witness(hold: RulesHold): number {
    let sum = 0;
    for (const entry of hold.rules) {
      entry.touched = this.#find(entry.id)?.touched ?? entry.touched;
      sum += entry.touched;
    }
    return sum;
  }

  /** The network has been restored: its rules are other objects. */
  forget(): void {
    this.#rules.clear();
  }

  #rule(effect: LinkEffect, directions: readonly Direction[]): Struck {
    const used = directions.filter(({ from, to }) => from.length > 0 && to.length > 0);
    if (used.length === 0) return { witness: 0, hold: { type: 'rules', rules: [] } };
    const rule = this.#network.addRule(effect, used);
    return { witness: 0, hold: { type: 'rules', rules: [{ id: rule.id, touched: rule.touched }] } };
  }

  #find(id: number): LinkRule | undefined {
    let rule = this.#rules.get(id);
    if (rule === undefined) {
      rule = this.#network.fabric.rule(id);
      if (rule !== undefined) this.#rules.set(id, rule);
    }
    return rule;
  }

  #oneWay({ from, to }: { readonly from: HostSelector; readonly to: HostSelector }): Direction[] {
    return [{ from: this.#select(from), to: this.#select(to) }];
  }

  /** A pattern of zones means each zone that it matches. */
  #zonesApart(patterns: readonly string[]): Direction[] {
    const hosts = this.#hosts();
    const zones = new Set(hosts.map(({ zone }) => zone));
    return [...zones]
      .filter((zone) => patterns.some((pattern) => matchesGlob(pattern, zone)))
      .flatMap((zone) =>
        apart(
          indices(hosts, (host) => host.zone === zone),
          indices(hosts, (host) => host.zone !== zone),
        ),
      );
  }

  /** A fair shuffle (Fisher and Yates), cut in the middle. */
  #halves(id: number): [number[], number[]] {
    const chance = this.#kernel.streams.stream(streamKey('fault', String(id)));
    const all = this.#select('*');
    for (let i = all.length - 1; i > 0; i--) {
      const j = chance.integer(0, i);
      const other = all[j] as number;
      all[j] = all[i] as number;
      all[i] = other;
    }
    const middle = Math.ceil(all.length / 2);
    return [all.slice(0, middle), all.slice(middle)];
  }

  #select(selector: HostSelector): number[] {
    return selectHosts(selector, this.#hosts()).map((host) => host.index);
  }

  #hosts(): Host[] {
    return [...this.#kernel.hosts.values()];
  }
}

function apart(a: readonly number[], b: readonly number[]): Direction[] {
  return [
    { from: a, to: b },
    { from: b, to: a },
  ];
}

function indices(hosts: readonly Host[], matches: (host: Host) => boolean): number[] {
  return hosts.filter(matches).map((host) => host.index);
}
