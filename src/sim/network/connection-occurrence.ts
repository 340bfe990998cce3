/** What waits in the agenda for the sake of a connection. */
import type { Occurrence } from '../kernel/occurrence.ts';
import type { End } from './connection-end.ts';

/** Whoever looks after connections. */
interface ConnectionCare {
  retry(end: End): void;
  breakDue(end: End): void;
  resetDue(end: End, detail: string): void;
}

/** Time to send again what was stalled. */
export class Retry implements Occurrence {
  readonly type = 'retry';
  readonly connections: ConnectionCare;
  readonly end: End;

  constructor(connections: ConnectionCare, end: End) {
    this.connections = connections;
    this.end = end;
  }

  occur(): void {
    this.connections.retry(this.end);
  }

  save(): unknown {
    return { end: this.end.id };
  }
}

/** Nothing has got through for too long. */
export class BreakDue implements Occurrence {
  readonly type = 'break';
  readonly connections: ConnectionCare;
  readonly end: End;

  constructor(connections: ConnectionCare, end: End) {
    this.connections = connections;
    this.end = end;
  }

  occur(): void {
    this.connections.breakDue(this.end);
  }

  save(): unknown {
    return { end: this.end.id };
  }
}

/** The other side has said that it knows of no such connection. */
export class ResetDue implements Occurrence {
  readonly type = 'reset';
  readonly connections: ConnectionCare;
  readonly end: End;
  readonly detail: string;

  constructor(connections: ConnectionCare, end: End, detail: string) {
    this.connections = connections;
    this.end = end;
    this.detail = detail;
  }

  occur(): void {
    this.connections.resetDue(this.end, this.detail);
  }

  save(): unknown {
    return { end: this.end.id, detail: this.detail };
  }
}
