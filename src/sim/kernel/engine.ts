/** The kernel as its own parts see it, so that they need not know the kernel itself. */
import type { Address } from './address.ts';
import type { Agenda, Priority } from './agenda.ts';
import type { Host } from './host.ts';
import type { Occurrence } from './occurrence.ts';
import type { Delivery, Process, ProcessCell } from './process.ts';
import type { RandomStreams } from './random-streams.ts';
import type { EventKind } from './trace.ts';

export interface Engine {
  readonly now: number;
  /** The event that is being handled; whoever continues an earlier one sets it. */
  cause: number;
  readonly agenda: Agenda<Occurrence>;
  readonly streams: RandomStreams;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly processes: ReadonlyMap<Address, Process>;
  readonly cells: ReadonlyMap<Address, ProcessCell>;
  schedule(time: number, priority: Priority, occurrence: Occurrence): number;
  deliver(delivery: Delivery): void;
  makeReady(delivery: Delivery): void;
  emit(kind: EventKind, subject: number, object: number, detail: unknown): number;
  emitText(kind: EventKind, subject: number, object: number, text: string): number;
}
