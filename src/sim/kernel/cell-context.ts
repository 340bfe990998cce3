/** The context of one actor: it checks what it is given, encodes bodies, and records effects. */
import { type Address, assertName, type RequestId, type StreamId } from './address.ts';
import type { Codec, Packet } from './codec.ts';
import type { Context, DiskOptions, ProcessOptions, RequestOptions, SpawnOptions, StreamOptions } from './context.ts';
import type { DiskOperation } from './disk-operation.ts';
import type { Effect } from './effect.ts';
import type { HostClock } from './host-clock.ts';
import { assertPlain, deepFreeze } from './plain-data.ts';
import type { Supervision, Transport } from './ports.ts';
import type { ProcessCell } from './process.ts';
import type { RandomStream } from './random-stream.ts';

/** What the contexts of a simulation share. */
export interface ContextHost {
  readonly now: number;
  readonly codec: Codec;
  /** Writes down an effect of the step that runs. */
  record(effect: Effect): void;
  /** The effects that it has asked for so far. */
  recorded(): readonly Effect[];
  readonly transport: Transport;
  readonly supervision: Supervision;
  readonly requestTimeoutUs: number;
  /** Whether this cell's step runs now: a context is of no use to anybody at any other time. */
  stepping(cell: ProcessCell): boolean;
  streamOf(cell: ProcessCell): RandomStream;
}

const NO_OPTIONS = Object.freeze({});
const DEFAULT_WINDOW = 64;
const LONGEST_US = 1e15;

/** Milliseconds as a person gives them → whole microseconds. */
function microseconds(ms: number, what: string): number {
  const us = Math.round(ms * 1000);
  if (!(us >= 0 && us <= LONGEST_US)) throw new RangeError(`${what} is ${ms} ms: expected 0 to ${LONGEST_US / 1000}.`);
  return us;
}

export class CellContext implements Context {
  readonly self: Address;
  readonly host: string;
  readonly process: Address;
  readonly args: unknown;
  readonly #cell: ProcessCell;
  readonly #clock: HostClock;
  readonly #world: ContextHost;
  #random: RandomStream | undefined;

  constructor(world: ContextHost, cell: ProcessCell, clock: HostClock) {
    this.#world = world;
    this.#cell = cell;
    this.#clock = clock;
    this.self = cell.address;
    this.host = cell.process.host;
    this.process = cell.process.address;
    this.args = cell.args;
  }

  get now(): number {
    return this.#clock.wall(this.#world.now);
  }

  get monotonic(): number {
    return this.#clock.monotonic(this.#world.now);
  }

  get random(): RandomStream {
    this.#random ??= this.#world.streamOf(this.#cell);
    return this.#random;
  }

  get queueLength(): number {
    return this.#cell.process.queueLength;
  }

  send(to: Address, body: unknown): void {
    this.#record({ type: 'send', to, packet: this.#encode(body) });
  }

  broadcast(to: readonly Address[], body: unknown): void {
    const packet = this.#encode(body);
    packet.shared = true;
    this.#record({ type: 'broadcast', to: [...to], packet });
  }

  freeze<T>(body: T): T {
    this.#assertStepping();
    return this.#world.codec.freeze(body, `A body frozen by ${this.self}`) as T;
  }

  request(to: Address, body: unknown, options: RequestOptions<unknown> = NO_OPTIONS): void {
    const { timeoutMs } = options;
    this.#record({
      type: 'request',
      to,
      packet: this.#encode(body),
      timeoutUs: timeoutMs === undefined ? this.#world.requestTimeoutUs : microseconds(timeoutMs, 'timeoutMs'),
      then: this.#data(options.then, 'then'),
      channel: options.channel ?? '',
    });
  }

  reply(request: RequestId, body: unknown): void {
    this.#record({ type: 'reply', request, packet: this.#encode(body) });
  }

  refuse(request: RequestId, reason: string): void {
    this.#record({ type: 'refuse', request, reason: String(reason) });
  }

  openStream(to: Address, body: unknown, options: StreamOptions<unknown> = NO_OPTIONS): StreamId {
    const window = options.window ?? DEFAULT_WINDOW;
    if (!Number.isInteger(window) || window < 1) throw new RangeError(`window is ${window}: expected 1 or more.`);
    const packet = this.#encode(body);
    const then = this.#data(options.then, 'then');
    const stream = this.#world.transport.nextStream(this.#cell.process);
    this.#record({ type: 'open-stream', stream, to, packet, then, window, channel: options.channel ?? '' });
    return stream;
  }

  streamSend(stream: StreamId, body: unknown): void {
    this.#record({ type: 'stream-send', stream, packet: this.#encode(body) });
  }

  streamBacklog(stream: StreamId): number {
    return this.#world.transport.streamBacklog(this.#cell.process, stream);
  }

  closeStream(stream: StreamId): void {
    this.#record({ type: 'close-stream', stream });
  }

  disconnect(to: Address, channel = ''): void {
    this.#record({ type: 'disconnect', to, channel });
  }

  setTimer(key: string, afterMs: number, then?: unknown): void {
    const delayUs = microseconds(afterMs, 'afterMs');
    this.#record({ type: 'set-timer', key, delayUs, then: this.#data(then, 'then') });
  }

  cancelTimer(key: string): void {
    this.#record({ type: 'cancel-timer', key });
  }

  disk(operation: DiskOperation, options: DiskOptions<unknown> = NO_OPTIONS): void {
    const copy = 'bytes' in operation ? { ...operation, bytes: operation.bytes.slice() } : { ...operation };
    this.#record({ type: 'disk', disk: options.disk, operation: copy, then: this.#data(options.then, 'then') });
  }

  spawn(name: string, program: string, options: SpawnOptions = NO_OPTIONS): Address {
    assertName(name, 'Actor name');
    this.#world.supervision.assertProgram(program);
    if (this.#taken(name, 'spawn', 'stop') ?? this.#cell.children.has(name)) {
      throw new Error(`${this.self} has a child named "${name}" already.`);
    }
    this.#record({ type: 'spawn', name, program, options: { ...options, args: this.#copy(options.args) } });
    return `${this.self}/${name}`;
  }

  stop(name: string): void {
    this.#record({ type: 'stop', name });
  }

  startProcess(name: string, program: string, options: ProcessOptions = NO_OPTIONS): Address {
    assertName(name, 'Process name');
    this.#world.supervision.assertProgram(program);
    if (this.#taken(name, 'start-process', 'kill-process') ?? this.#world.supervision.isTaken(this.host, name)) {
      throw new Error(`Host ${this.host} runs a process named "${name}" already.`);
    }
    this.#record({ type: 'start-process', name, program, options: { ...options, args: this.#copy(options.args) } });
    return `${this.host}/${name}`;
  }

  killProcess(name: string, code = 137): void {
    this.#record({ type: 'kill-process', name, code });
  }

  exit(code = 0): void {
    this.#record({ type: 'exit', code });
  }

  note(name: string, data?: unknown): void {
    this.#record({ type: 'note', name, packet: this.#encode(data) });
  }

  /** Whether an effect of this very step takes or frees the name; undefined if none speaks of it. */
  #taken(name: string, takes: Effect['type'], frees: Effect['type']): boolean | undefined {
    const recorded = this.#world.recorded();
    for (let i = recorded.length - 1; i >= 0; i--) {
      const effect = recorded[i] as Effect;
      if (effect.type !== takes && effect.type !== frees) continue;
      if ((effect as { name: string }).name === name) return effect.type === takes;
    }
    return undefined;
  }

  #record(effect: Effect): void {
    this.#assertStepping();
    this.#world.record(effect);
  }

  #encode(body: unknown): Packet {
    // Encoding teaches the codec: from outside a step it would change the run.
    this.#assertStepping();
    return this.#world.codec.encode(body, `A body sent by ${this.self}`);
  }

  #assertStepping(): void {
    if (!this.#world.stepping(this.#cell)) throw new Error(`The context of ${this.self} was used outside its step.`);
  }

  /** A copy that is nobody else's. */
  #copy(args: unknown): unknown {
    return typeof args === 'object' && args !== null ? this.freeze(args) : this.#data(args, 'args');
  }

  #data(then: unknown, what: string): unknown {
    if (then === undefined || typeof then === 'string') return then;
    assertPlain(then, `\`${what}\` given by ${this.self}`);
    return deepFreeze(then);
  }
}
