/** A request that waits for its outcome; its occurrence is its time-out. */
import type { Address } from '../kernel/address.ts';
import type { Occurrence } from '../kernel/occurrence.ts';
import type { ProcessCell } from '../kernel/process.ts';
import type { End } from './connection-end.ts';

interface TimeoutHandler {
  timedOut(pending: PendingRequest): void;
}

export class PendingRequest implements Occurrence {
  readonly type = 'request-timeout';
  readonly id: number;
  readonly cell: ProcessCell;
  readonly to: Address;
  readonly then: unknown;
  /** The connection that carries it; undefined within a process. */
  readonly end: End | undefined;
  readonly cause: number;
  readonly handler: TimeoutHandler;
  slot = -1;

  constructor(
    handler: TimeoutHandler,
    id: number,
    cell: ProcessCell,
    to: Address,
    then: unknown,
    end: End | undefined,
    cause: number,
  ) {
    this.handler = handler;
    this.id = id;
    this.cell = cell;
    this.to = to;
    this.then = then;
    this.end = end;
    this.cause = cause;
  }

  occur(): void {
    this.slot = -1;
    this.handler.timedOut(this);
  }

  save(): unknown {
    const { id, cell, to, then, end, cause } = this;
    return { id, cell: cell.id, to, then, end: end?.id ?? 0, cause };
  }
}
