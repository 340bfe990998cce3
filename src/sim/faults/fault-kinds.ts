/** All kinds of faults: what each does in one sentence, and how it ends. */
import type { FaultKind } from './fault.ts';

/**
 * How a fault ends. `at-once`: it happens and is over, and a plan may not say for how long. `undone`: its end takes it
 * back. `restart`: its end starts what it stopped. The last two last until the heal if a plan does not say for how long.
 */
export type FaultEnd = 'at-once' | 'undone' | 'restart';

/** What is to be known of a kind. The summary is also what editors show beside a plan. */
export interface FaultFacts {
  readonly ends: FaultEnd;
  readonly summary: string;
}

export const FAULT_CATALOGUE: Readonly<Record<FaultKind, FaultFacts>> = {
  partition: { ends: 'undone', summary: 'Nothing passes between the two sides.' },
  'partition-one-way': { ends: 'undone', summary: 'Nothing passes from one side to the other; the way back is open.' },
  isolate: { ends: 'undone', summary: 'Each of the hosts is cut from every other host.' },
  'partition-zones': { ends: 'undone', summary: 'Each of the zones is cut from all hosts outside it.' },
  'random-halves': { ends: 'undone', summary: 'Nothing passes between two halves of the hosts, drawn from the seed.' },
  'slow-link': { ends: 'undone', summary: 'Latency is multiplied by a factor, then an extra is added.' },
  lose: { ends: 'undone', summary: 'Packets are lost with a probability.' },
  duplicate: { ends: 'undone', summary: 'Datagrams arrive twice with a probability.' },
  reorder: { ends: 'undone', summary: 'Datagrams are held back with a probability, by up to windowMs.' },
  clog: { ends: 'undone', summary: 'What is sent is held and arrives when the fault ends.' },
  reset: { ends: 'at-once', summary: 'Connections break at once, and both ends know.' },
  'half-open': { ends: 'at-once', summary: 'The side "to" forgets its connections; the side "from" does not know.' },
  crash: { ends: 'restart', summary: 'Processes end without a word; with "for" they start again after it.' },
  'power-off': {
    ends: 'restart',
    summary: 'Hosts lose power and what is not synced; with "for" they start again after it.',
  },
  pause: { ends: 'undone', summary: 'Processes stand still, as in a long garbage collection.' },
  restart: { ends: 'at-once', summary: 'Processes, or hosts with all their processes, start again.' },
  'clock-step': { ends: 'undone', summary: 'Wall clocks jump, and jump back when the fault ends.' },
  'clock-drift': { ends: 'undone', summary: 'Clocks run fast (or slow, if negative).' },
  'disk-slow': { ends: 'undone', summary: 'Disk operations take longer, by a factor and by extraMs.' },
  'disk-full': { ends: 'undone', summary: 'Whatever needs space on the disk fails.' },
  'disk-error': { ends: 'undone', summary: 'Some disk operations fail with a probability.' },
  'disk-torn-write': { ends: 'undone', summary: 'A power loss leaves only a part of an unfinished write.' },
  'disk-bit-rot': { ends: 'at-once', summary: 'Bits flip in what is stored.' },
  'disk-misdirected-write': { ends: 'undone', summary: 'Writes go to the wrong place with a probability.' },
  'disk-lying-fsync': { ends: 'undone', summary: 'An fsync says that it is done and has done nothing.' },
};

/** In the order in which they are documented. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(FAULT_CATALOGUE) as FaultKind[];
