/** A process as the kernel keeps it: the failure domain of a crash, a queue with servers, and a tree of cells. */
import type { Message } from './actor.ts';
import type { Address, StreamId } from './address.ts';
import type { Cell } from './cell.ts';
import type { DurationSampler } from './distribution.ts';
import { Fifo } from './fifo.ts';
import type { NactReference } from './nact-host.ts';
import type { Backoff, RestartPolicy, ServiceModel } from './process-spec.ts';

export type ProcessCell = Cell<Process>;

/** One message on its way into an actor. */
export interface Delivery {
  readonly cell: ProcessCell;
  /** `start` runs the program's `start`. */
  readonly message: Message | Start;
  /** The event that caused it. */
  readonly cause: number;
  /** The stream that gets a credit back once the step is done, if this is a stream's message; otherwise 0. */
  readonly credit: StreamId;
}

/** The first delivery of every cell. */
export interface Start {
  readonly type: 'start';
}

/** How a process stands. `waiting`: it has ended and its restart is on the agenda. */
export type ProcessStatus = 'running' | 'waiting' | 'ended';

/** Who gets an `exit` message when a process ends: the actor that started it. */
export interface ProcessFields {
  readonly id: number;
  readonly host: string;
  readonly name: string;
  readonly address: Address;
  readonly number: number;
  readonly program: string;
  readonly args: unknown;
  readonly restart: RestartPolicy;
  readonly backoff: Backoff;
  readonly service: ServiceModel | undefined;
  /** The address of the actor that started it; undefined for what the host's boot started. */
  readonly startedBy: Address | undefined;
}

export class Process implements ProcessFields {
  readonly id: number;
  readonly host: string;
  readonly name: string;
  readonly address: Address;
  readonly number: number;
  readonly program: string;
  readonly args: unknown;
  readonly restart: RestartPolicy;
  readonly backoff: Backoff;
  readonly service: ServiceModel | undefined;
  readonly startedBy: Address | undefined;

  status: ProcessStatus = 'ended';
  /** Counts starts: what belongs to an earlier life is recognised by it. */
  incarnation = 0;
  /** Restarts in a row, for the back-off. */
  restarts = 0;
  startedAt = 0;
  /** The exit code of its last life. */
  code = 0;
  /** Handle of the restart on the agenda while `waiting`. */
  restartSlot = -1;
  paused = false;
  family: NactReference | undefined;
  root: ProcessCell | undefined;
  /** Live cells by address. */
  readonly cells = new Map<Address, ProcessCell>();

  /** Deliveries that wait for a server, oldest first. */
  readonly queue = new Fifo<Delivery>();
  /** Deliveries in service. */
  inService = 0;
  /** Deliveries whose service ended while the process was paused. */
  readonly held = new Fifo<Delivery>();
  /** The longest that the queue has been in this life. */
  longestQueue = 0;
  /** How many deliveries a pause has made late, ever. */
  delayed = 0;
  serviceTime: DurationSampler | undefined;
  /** The network's own record of this process. */
  transport: unknown;

  constructor(fields: ProcessFields) {
    this.id = fields.id;
    this.host = fields.host;
    this.name = fields.name;
    this.address = fields.address;
    this.number = fields.number;
    this.program = fields.program;
    this.args = fields.args;
    this.restart = fields.restart;
    this.backoff = fields.backoff;
    this.service = fields.service;
    this.startedBy = fields.startedBy;
  }

  /** How many deliveries wait. */
  get queueLength(): number {
    return this.queue.length + this.held.length;
  }
}
