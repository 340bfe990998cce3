/**
 * What the kernel asks of network, disk and supervision, which are built on it: the layers point one way, and the world
 * plugs them in.
 */
import type { Address, RequestId, StreamId } from './address.ts';
import type { Packet } from './codec.ts';
import type { ProcessOptions, SpawnOptions } from './context.ts';
import type { DiskOperation } from './disk-operation.ts';
import type { OpenStreamEffect, RequestEffect } from './effect.ts';
import type { Host } from './host.ts';
import type { Process, ProcessCell } from './process.ts';

/** The network, as effects reach it. */
export interface Transport {
  send(from: ProcessCell, to: Address, packet: Packet): void;
  request(from: ProcessCell, effect: RequestEffect): void;
  reply(from: ProcessCell, request: RequestId, packet: Packet): void;
  refuse(from: ProcessCell, request: RequestId, reason: string): void;
  /** A stream's number, given out before the effect happens. */
  nextStream(process: Process): StreamId;
  openStream(from: ProcessCell, effect: OpenStreamEffect): void;
  streamSend(from: ProcessCell, stream: StreamId, packet: Packet): void;
  streamBacklog(process: Process, stream: StreamId): number;
  closeStream(from: ProcessCell, stream: StreamId): void;
  disconnect(from: ProcessCell, to: Address, channel: string): void;
  /** The receiver has processed one message of a stream. */
  credit(process: Process, stream: StreamId): void;
  processStarted(process: Process): void;
  /** Its connections end: with a word to the other sides after a crash, without one when power fails. */
  processEnded(process: Process, silently: boolean): void;
  /** Its streams and requests end. */
  cellEnded(cell: ProcessCell): void;
  /** It sends nothing more, not even what its ended processes have left to be sent. */
  hostDown(host: Host): void;
  hostUp(host: Host): void;
}

/** The disks of all hosts. */
export interface Storage {
  submit(from: ProcessCell, disk: string | undefined, operation: DiskOperation, then: unknown): void;
  /** What was not synced is gone. */
  powerLoss(host: Host): void;
}

/** Who lives and who dies. */
export interface Supervision {
  /** Throws unless there is a program of this name. */
  assertProgram(program: string): void;
  spawn(parent: ProcessCell, name: string, program: string, options: SpawnOptions): void;
  stopChild(parent: ProcessCell, name: string): void;
  /** Whether the host's process of this name runs, or waits to be started again. */
  isTaken(host: string, name: string): boolean;
  startProcess(from: ProcessCell, name: string, program: string, options: ProcessOptions): void;
  killProcess(from: ProcessCell, name: string, code: number): void;
  exit(process: Process, code: number): void;
  /** A step threw. */
  panic(cell: ProcessCell, error: unknown): void;
}
