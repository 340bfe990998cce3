/**
 * Which hosts and which processes a fault means, as data.
 *
 * 1. A selector selects in the order of the world, each host or process at most once, whatever its own order is.
 * 2. A selector is a term or a list of terms; a list selects what any of its terms selects.
 * 3. In every name, also of zones and regions, `*` stands for any characters (glob.ts).
 */
import { matchesGlob } from './glob.ts';

/**
 * `node-1`, `node-*`, `*` (all), `{ zone: z2 }`, `{ region: eu-* }`, or a list of these: `[a, b, { zone: z2 }]`.
 * An empty list is not a selector.
 */
export type HostSelector = HostTerm | readonly HostTerm[];

/** One name or pattern of names, or all hosts of a zone or a region. */
export type HostTerm = string | { readonly zone: string } | { readonly region: string };

// A line comment, because the second example would end a block comment.
// `host/process`, such as `control-1/etcd` or, with patterns, `*/etcd`; or a list of these. An empty list is not a selector.
export type ProcessSelector = string | readonly string[];

/** What a selector needs to know of a host. */
export interface SelectableHost {
  readonly name: string;
  readonly zone: string;
  readonly region: string;
}

export function selectHosts<Host extends SelectableHost>(selector: HostSelector, hosts: readonly Host[]): Host[] {
  const terms = hostTerms(selector);
  return hosts.filter((host) => terms.some((term) => selectsHost(term, host)));
}

/** @param addresses of the form `host/process` */
export function selectProcesses(selector: ProcessSelector, addresses: readonly string[]): string[] {
  const patterns = processTerms(selector).map(splitAddress);
  return addresses.filter((address) => {
    const [host, process] = splitAddress(address);
    return patterns.some((pattern) => matchesGlob(pattern[0], host) && matchesGlob(pattern[1], process));
  });
}

export function hostTerms(selector: HostSelector): readonly HostTerm[] {
  return isList(selector) ? selector : [selector];
}

export function processTerms(selector: ProcessSelector): readonly string[] {
  return isList(selector) ? selector : [selector];
}

export function selectsHost(term: HostTerm, host: SelectableHost): boolean {
  if (typeof term === 'string') return matchesGlob(term, host.name);
  if ('zone' in term) return matchesGlob(term.zone, host.zone);
  return matchesGlob(term.region, host.region);
}

/** Host and process; a `*` never reaches over the slash between them. */
export function splitAddress(address: string): readonly [host: string, process: string] {
  const slash = address.indexOf('/');
  if (slash < 0) throw new Error(`"${address}" is not an address of the form host/process.`);
  return [address.slice(0, slash), address.slice(slash + 1)];
}

/** For a timeline: `a,b`, `zone z2`, `all hosts`. */
export function describeHosts(selector: HostSelector): string {
  return hostTerms(selector)
    .map((term) => {
      if (typeof term === 'string') return term === '*' ? 'all hosts' : term;
      return 'zone' in term ? `zone ${term.zone}` : `region ${term.region}`;
    })
    .join(',');
}

export function describeProcesses(selector: ProcessSelector): string {
  return processTerms(selector).join(',');
}

function isList<T>(selector: T | readonly T[]): selector is readonly T[] {
  return Array.isArray(selector);
}
