/**
 * What an actor can do and see. Every method records an effect that happens when the step returns; nothing returns a
 * promise, and nothing has happened if the step throws.
 *
 * Bodies are encoded when the method is called, so that later changes to the actor's state do not reach them. `then` and
 * `args` are frozen in place: pass fresh data.
 */
import type { Address, RequestId, StreamId } from './address.ts';
import type { DiskOperation } from './disk-operation.ts';
import type { Backoff, OnPanic, RestartPolicy, ServiceModel } from './process-spec.ts';
import type { RandomStream } from './random-stream.ts';

export interface RequestOptions<Then> {
  /** Counted on the requester's own clock. Default: the world's `requestTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Comes back with the outcome. */
  readonly then?: Then;
  /** Requests and streams of one channel share one connection to a process. Default: `''`. */
  readonly channel?: string;
}

export interface StreamOptions<Then> {
  /** Comes back with each of the stream's messages at the opener's end. */
  readonly then?: Then;
  /** How many messages may be under way or unprocessed in each direction. Default 64. */
  readonly window?: number;
  readonly channel?: string;
}

export interface DiskOptions<Then> {
  /** Which of the host's disks. Default: its first. */
  readonly disk?: string;
  readonly then?: Then;
}

export interface SpawnOptions {
  /** What `ctx.args` is in the child; plain data. */
  readonly args?: unknown;
  /** What a panic of the child brings down. Default `escalate`: the whole process. */
  readonly onPanic?: OnPanic;
  readonly backoff?: Backoff;
}

export interface ProcessOptions {
  readonly args?: unknown;
  /** Default `never`: whoever starts a process at run time usually supervises it too. */
  readonly restart?: RestartPolicy;
  readonly backoff?: Backoff;
  readonly service?: ServiceModel;
}

export interface Context<Then = unknown> {
  /** This actor's own address. */
  readonly self: Address;
  readonly host: string;
  /** `host/process`. */
  readonly process: Address;
  /** What the spec or the spawn gave; frozen. */
  readonly args: unknown;
  /** The host's wall clock: whole microseconds since the world's beginning, with the host's offset, drift and steps. */
  readonly now: number;
  /** The host's monotonic clock in whole microseconds: it drifts, but is never stepped. Timers count on it. */
  readonly monotonic: number;
  /** This actor's own stream of chance. */
  readonly random: RandomStream;
  /** How many deliveries wait in this process' queue. */
  readonly queueLength: number;

  /** A datagram to another process (may be lost, duplicated, reordered), or a message within the process (is not). */
  send(to: Address, body: unknown): void;
  /** One body to many: encoded once, decoded once. */
  broadcast(to: readonly Address[], body: unknown): void;
  /** The body as those who receive it will see it: frozen. Sending the result, any number of times, encodes nothing. */
  freeze<T>(body: T): T;

  /** Asks an actor; the outcome arrives exactly once, as a message of type `response`. */
  request(to: Address, body: unknown, options?: RequestOptions<Then>): void;
  /** Answers a request. Does nothing if the requester or its connection is gone, or it has been answered. */
  reply(request: RequestId, body: unknown): void;
  /** Refuses a request: its requester gets `refused` with this reason. */
  refuse(request: RequestId, reason: string): void;

  /** Opens a stream to an actor; `body` is delivered with its `opened`. */
  openStream(to: Address, body: unknown, options?: StreamOptions<Then>): StreamId;
  /** Sends on a stream, in order; beyond the window, messages wait in this process. Does nothing on a closed stream. */
  streamSend(stream: StreamId, body: unknown): void;
  /** How many messages of a stream wait for the other side to take some. */
  streamBacklog(stream: StreamId): number;
  /** Ends a stream after what was sent on it; the other side gets `closed`. */
  closeStream(stream: StreamId): void;
  /** Drops this process' connection to another (of one channel), as when health pings fail. */
  disconnect(to: Address, channel?: string): void;

  /** Delivers `then` after a delay on the monotonic clock. Setting a key again replaces its timer. */
  setTimer(key: string, afterMs: number, then?: Then): void;
  /** Does nothing if there is no such timer. */
  cancelTimer(key: string): void;

  /** Asks a disk of this host; the outcome arrives as a message of type `disk`. */
  disk(operation: DiskOperation, options?: DiskOptions<Then>): void;

  /** Starts a child in this process. A name that is taken is a panic. Returns the child's address. */
  spawn(name: string, program: string, options?: SpawnOptions): Address;
  /** Stops a child and its descendants. Does nothing if there is none of that name. */
  stop(name: string): void;
  /** Starts a process on this host. A name that is taken by a running process is a panic. Returns its address. */
  startProcess(name: string, program: string, options?: ProcessOptions): Address;
  /** Ends a process of this host at once, as SIGKILL does; it is not restarted. Does nothing if it does not run. */
  killProcess(name: string, code?: number): void;
  /** Ends this actor's process. Code 0 is success: what that means for a restart is up to the policy. */
  exit(code?: number): void;

  /** Writes an event of the actor's own into the trace, the digest and the history that checks see. */
  note(name: string, data?: unknown): void;
}
