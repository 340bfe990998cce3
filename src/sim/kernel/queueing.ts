/**
 * How a process takes in what it receives: at once; one after the other for a drawn time each (its service model); or,
 * while it is paused, not at all.
 *
 * 1. Deliveries are served in the order of their arrival; a delivery's step runs at the end of its service.
 * 2. A paused process loses nothing: messages and timers wait, and so does what was in service. On resuming, what
 *    had been served steps first, then the queue.
 */
import { compileDistribution } from './distribution.ts';
import type { Engine } from './engine.ts';
import { type Occurrence, PRIORITY } from './occurrence.ts';
import type { Delivery, Process } from './process.ts';
import { streamKey } from './random-streams.ts';

/** Takes in one delivery. */
export function accept(engine: Engine, delivery: Delivery): void {
  const { process } = delivery.cell;
  if (process.paused) {
    process.delayed++;
    enqueue(process, delivery);
  } else if (process.service === undefined || delivery.message.type === 'start') {
    engine.makeReady(delivery);
  } else if (process.inService < (process.service.servers ?? 1)) {
    serve(engine, process, delivery);
  } else {
    enqueue(process, delivery);
  }
}

/** Whether the queue's bound leaves no room for another request or datagram. */
export function isFull(process: Process): boolean {
  const limit = process.service?.queueLimit;
  return limit !== undefined && process.queue.length >= limit && (process.paused || isBusy(process));
}

/** The process stands still. */
export function pauseProcess(process: Process): void {
  process.paused = true;
}

/** It goes on. */
export function resumeProcess(engine: Engine, process: Process): void {
  process.paused = false;
  for (const delivery of process.held.drain()) engine.makeReady(delivery);
  if (process.service === undefined) {
    for (const delivery of process.queue.drain()) engine.makeReady(delivery);
  } else {
    serveNext(engine, process);
  }
}

function isBusy(process: Process): boolean {
  return process.service !== undefined && process.inService >= (process.service.servers ?? 1);
}

function enqueue(process: Process, delivery: Delivery): void {
  process.queue.push(delivery);
  if (process.queue.length > process.longestQueue) process.longestQueue = process.queue.length;
}

function serve(engine: Engine, process: Process, delivery: Delivery): void {
  if (process.service === undefined) throw new Error(`${process.address} has no service model.`);
  process.serviceTime ??= compileDistribution(process.service.time);
  process.inService++;
  const time = process.serviceTime(engine.streams.stream(streamKey('service', process.address)));
  engine.schedule(engine.now + time, PRIORITY.local, new ServiceDone(engine, process, process.incarnation, delivery));
}

function serveNext(engine: Engine, process: Process): void {
  while (process.queue.length > 0 && !isBusy(process)) serve(engine, process, process.queue.shift() as Delivery);
}

/** A delivery has been served for its time. */
export class ServiceDone implements Occurrence {
  readonly type = 'service-done';
  readonly engine: Engine;
  readonly process: Process;
  readonly incarnation: number;
  readonly delivery: Delivery;

  constructor(engine: Engine, process: Process, incarnation: number, delivery: Delivery) {
    this.engine = engine;
    this.process = process;
    this.incarnation = incarnation;
    this.delivery = delivery;
  }

  occur(): void {
    const { process, engine } = this;
    if (process.incarnation !== this.incarnation || process.status !== 'running') return;
    process.inService--;
    if (process.paused) {
      process.delayed++;
      process.held.push(this.delivery);
      return;
    }
    engine.makeReady(this.delivery);
    serveNext(engine, process);
  }

  save(): unknown {
    return { process: this.process.id, incarnation: this.incarnation, delivery: saveDelivery(this.delivery) };
  }
}

export interface DeliveryState {
  readonly cell: number;
  readonly message: Delivery['message'];
  readonly cause: number;
  readonly credit: number;
}

export function saveDelivery(delivery: Delivery): DeliveryState {
  return { cell: delivery.cell.id, message: delivery.message, cause: delivery.cause, credit: delivery.credit };
}
