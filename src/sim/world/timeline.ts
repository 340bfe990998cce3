/**
 * A timeline: a world in which one can go forward and back, by snapshots and replay.
 *
 * 1. A position is a number of moves since the beginning. A move is one occurrence (`World.step`), or one thing that was
 *    done to the world from outside through the timeline. At one position the world has always the same digest.
 * 2. Going back past something that was done from outside undoes it, going forward does it again. Doing something else in
 *    the past replaces what came after.
 * 3. Snapshots are dense near the present and sparse far from it: their number grows with the logarithm of the run, plus one
 *    for each thing that was done from outside.
 *
 * Left out: observers of the world do not survive a move back (`World.load`), and its ring then holds only what has been
 * replayed. Whoever runs or disturbs the world around the timeline makes it wrong.
 */
import type { Fault } from '../faults/fault.ts';
import type { FaultId } from '../faults/fault-executor.ts';
import type { Address } from '../kernel/address.ts';
import type { World } from './world.ts';
import type { HostSpec } from './world-spec.ts';

export interface TimelineOptions {
  /** About how many events lie between two snapshots near the present: what a step back costs. Default 4,096. */
  readonly everyEvents?: number;
}

/** Where to go: to the first position at which this event has happened, or the last one at this time. */
export type Destination = { readonly event: number } | { readonly ms: number };

interface Point {
  readonly position: number;
  readonly events: number;
  readonly nowMs: number;
  readonly bytes: Uint8Array;
  /** Where it stands in the series of snapshots; undefined for those that must stay: what was done from outside. */
  readonly number: number | undefined;
}

/** How many snapshots are kept of each distance. */
const PER_DISTANCE = 4;

export class Timeline {
  readonly world: World;
  readonly #everyEvents: number;
  #position = 0;
  /** In the order of their positions; the first is the beginning. */
  #points: Point[];

  /** @param world from now on to be run and disturbed through the timeline only */
  static async of(world: World, options: TimelineOptions = {}): Promise<Timeline> {
    await settle(world);
    return new Timeline(world, options);
  }

  private constructor(world: World, { everyEvents = 4096 }: TimelineOptions) {
    this.world = world;
    this.#everyEvents = everyEvents;
    this.#points = [this.#point(undefined)];
  }

  /** How many moves lie behind. */
  get position(): number {
    return this.#position;
  }

  /** How many snapshots are held. */
  get snapshots(): number {
    return this.#points.length;
  }

  /** Goes so many moves forward; returns how many there were before nothing was left to happen. */
  async forward(moves = 1): Promise<number> {
    for (let moved = 0; moved < moves; moved++) if (!(await this.#advance())) return moved;
    return moves;
  }

  /** Goes so many moves back; returns how many there were before the beginning. */
  async back(moves = 1): Promise<number> {
    const from = this.#position;
    const target = Math.max(0, from - moves);
    this.#startFrom((point) => point.position <= target, from <= target);
    while (this.#position < target) await this.#replay();
    return from - target;
  }

  /** Goes there, back or forward; to the beginning or the end if it lies beyond. */
  async goTo(destination: Destination): Promise<void> {
    if ('event' in destination) {
      const { event } = destination;
      this.#startFrom((point) => point.events < event, this.world.events < event);
      while (this.world.events < event) if (!(await this.#advance())) return;
      return;
    }
    const { ms } = destination;
    this.#startFrom((point) => point.nowMs <= ms, this.world.nowMs <= ms);
    if (this.world.nowMs > ms) return;
    while (await this.#advance(ms));
  }

  // — From outside —

  post(to: Address, body: unknown): Promise<void> {
    return this.#do(() => this.world.post(to, body));
  }

  inject(fault: Fault, options: { name?: string; forMs?: number } = {}): Promise<FaultId> {
    return this.#do(() => this.world.inject(fault, options));
  }

  endFault(id: FaultId): Promise<void> {
    return this.#do(() => this.world.endFault(id));
  }

  heal(): Promise<void> {
    return this.#do(() => this.world.heal());
  }

  addHost(spec: HostSpec): Promise<void> {
    return this.#do(() => this.world.addHost(spec));
  }

  /** A move by hand: what lay ahead is no more, and a replay finds its outcome in a snapshot. */
  async #do<Result>(act: () => Result): Promise<Result> {
    const result = act();
    await settle(this.world);
    this.#points = this.#points.filter(({ position }) => position <= this.#position);
    this.#position++;
    this.#points.push(this.#point(undefined));
    return result;
  }

  // — Moving —

  /** One move, not beyond a time; false if there is none. */
  async #advance(untilMs?: number): Promise<boolean> {
    const done = this.#points.find(({ position, number }) => position === this.#position + 1 && number === undefined);
    if (done !== undefined) {
      if (untilMs !== undefined && done.nowMs > untilMs) return false;
      this.#load(done);
      return true;
    }
    const before = this.world.events;
    const end = await this.world.run({ ...(untilMs === undefined ? {} : { untilMs }), until: () => true });
    if (end !== 'done') return false;
    this.#position++;
    this.#remember(before);
    return true;
  }

  async #replay(): Promise<void> {
    if (!(await this.#advance()))
      throw new Error(`Timeline: there is no way back to what came after ${this.#position}.`);
  }

  /** Loads the last snapshot that fits, unless the present fits and is as near. */
  #startFrom(fits: (point: Point) => boolean, presentFits: boolean): void {
    const point = this.#points.findLast(fits) ?? this.#points[0];
    if (point === undefined) throw new Error('Timeline: the beginning is gone.');
    if (presentFits && this.#position >= point.position) return;
    this.#load(point);
  }

  #load({ position, bytes }: Point): void {
    this.world.load(bytes);
    this.#position = position;
  }

  // — Remembering —

  #point(number: number | undefined): Point {
    const { events, nowMs } = this.world;
    return { position: this.#position, events, nowMs, bytes: this.world.snapshot(), number };
  }

  /** Takes a snapshot at every so many events, and drops what is too near to others at its distance from here. */
  #remember(eventsBefore: number): void {
    const here = Math.floor(this.world.events / this.#everyEvents);
    if (here === Math.floor(eventsBefore / this.#everyEvents)) return;
    if (!this.#points.some(({ position }) => position === this.#position)) {
      const at = this.#points.findLastIndex(({ position }) => position < this.#position);
      this.#points.splice(at + 1, 0, this.#point(here));
    }
    this.#points = this.#points.filter(
      ({ number }) => number === undefined || Math.abs(here - number) < PER_DISTANCE * spacing(number),
    );
  }
}

/** Takes the steps that are ready, and nothing else: to the past there are no occurrences. */
async function settle(world: World): Promise<void> {
  await world.run({ untilMs: world.nowMs - 1 });
}

/** The largest power of two that divides a number: how rare it is. */
function spacing(number: number): number {
  return number === 0 ? Number.POSITIVE_INFINITY : number & -number;
}
