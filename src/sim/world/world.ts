/**
 * A world: hosts, processes and actors under one seed, to be run, looked at, disturbed, saved and forked.
 *
 * 1. A run is a function of the spec and of what is done to the world from outside, in order. The same gives the same
 *    digest, in this process or in another, on any supported version of Node.js.
 * 2. `run` only pauses: a world may be run on, from any number of calls.
 * 3. `snapshot` holds all of a world except its programs and checks, which are code: whoever restores it brings them.
 * 4. Worlds in one process share nothing.
 */
import type { Check, Violation } from '../check/check.ts';
import type { WorldView } from '../check/world-view.ts';
import type { Fault } from '../faults/fault.ts';
import type { FaultId } from '../faults/fault-executor.ts';
import type { PlanWorld } from '../faults/validate-against.ts';
import type { Programs } from '../kernel/actor.ts';
import type { Address } from '../kernel/address.ts';
import { decodePlain, encodePlain } from '../kernel/codec.ts';
import type { KIND, TraceEvent } from '../kernel/trace.ts';
import { Assembly } from './assembly.ts';
import { showDetail } from './detail.ts';
import { Post } from './post.ts';
import { type LoopEnd, runLoop, settle, stepOnce } from './run-loop.ts';
import { loadWorld, saveWorld, type WorldState } from './snapshot.ts';
import { reportOf, type WorldReport } from './world-report.ts';
import {
  DEFAULT_REGION,
  DEFAULT_REQUEST_TIMEOUT_MS,
  DEFAULT_RING_CAPACITY,
  DEFAULT_ZONE,
  type HostSpec,
  type WorldSpec,
} from './world-spec.ts';
import { checkWorldSpec } from './world-spec-problems.ts';

export interface RunOptions {
  /** How much longer, in virtual time. */
  readonly forMs?: number;
  /** Until when, in virtual time. Without either: until nothing is left to happen. */
  readonly untilMs?: number;
  /** Ends the run when it is true; looked at after each occurrence. */
  readonly until?: (view: WorldView) => boolean;
  /** Ends the run at the first violation. Default false. */
  readonly stopAtViolation?: boolean;
  readonly signal?: AbortSignal;
  /** Called from time to time with the world between two events. */
  readonly onProgress?: (world: World) => void;
}

/** Code that a snapshot does not hold. */
export interface Code {
  readonly programs: Programs;
  readonly checks?: readonly Check[];
}

export class World {
  readonly #code: Code;
  #parts: Assembly;
  /** Whether somebody waits for a run or a step of it. */
  #runs = false;

  /** @throws WorldSpecError if the spec cannot be built, with everything that is wrong with it */
  constructor(spec: WorldSpec | { readonly state: WorldState; readonly code: Code }) {
    if ('state' in spec) {
      this.#code = spec.code;
      this.#parts = loadWorld(spec.state, spec.code.programs, spec.code.checks ?? []);
      return;
    }
    checkWorldSpec(spec);
    this.#code = { programs: spec.programs, checks: spec.checks ?? [] };
    this.#parts = new Assembly(
      {
        seed: String(spec.seed),
        ties: spec.ties ?? 'shuffled',
        requestTimeoutUs: Math.round((spec.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS) * 1000),
        keep: spec.trace?.keep ?? 'ring',
        ringCapacity: spec.trace?.capacity ?? DEFAULT_RING_CAPACITY,
        digest: spec.digest ?? true,
        paranoid: spec.paranoid ?? false,
        network: spec.network ?? {},
      },
      spec.programs,
      spec.checks ?? [],
    );
    for (const host of spec.hosts) this.#install(host);
    for (const host of this.#parts.kernel.hosts.values()) this.#parts.lifecycle.boot(host);
    if (spec.plan !== undefined) this.#parts.faults.schedule(spec.plan);
  }

  /** A world from a snapshot, with the code that it runs. */
  static restore(bytes: Uint8Array, code: Code): World {
    return new World({ state: decodePlain(bytes) as WorldState, code });
  }

  // — Looking —

  /** Virtual time in milliseconds. */
  get nowMs(): number {
    return this.#parts.kernel.now / 1000;
  }

  /** How many events there have been. */
  get events(): number {
    return this.#parts.kernel.events;
  }

  /** How many messages actors have received. */
  get delivered(): number {
    return this.#parts.kernel.delivered;
  }

  /** The digest of everything that has happened, as 32 hexadecimal digits. */
  get digest(): string {
    return this.#parts.kernel.digest.hex();
  }

  get seed(): string {
    return this.#parts.kernel.streams.seed;
  }

  /** The true state of the world. */
  get view(): WorldView {
    return this.#parts.view;
  }

  get violations(): readonly Violation[] {
    return this.#parts.checks.violations;
  }

  /** The events that are kept, oldest first; from the event `from` on if given. */
  *trace(from = 1): Generator<TraceEvent> {
    const { trace } = this.#parts.kernel;
    for (let id = Math.max(from, trace.range.first); id <= trace.range.last; id++) {
      yield this.event(id) as TraceEvent;
    }
  }

  /** One event that is kept. */
  event(id: number): TraceEvent | undefined {
    const { trace, names, codec } = this.#parts.kernel;
    const show = (detail: unknown): unknown => showDetail(detail, codec);
    const event = trace.at(id, names.all, show);
    if (event?.kind !== 'deliver' || typeof event.detail !== 'string') return event;
    // The trace keeps the body once, with the event that sent it.
    const sent = trace.at(event.cause, names.all, show);
    const body = (sent?.detail as { body?: unknown } | undefined)?.body;
    return { ...event, object: sent?.subject ?? '', detail: { type: event.detail, body } };
  }

  /** The chain of causes that leads to an event, as far as it is kept: the first cause first. */
  causes(id: number): TraceEvent[] {
    const chain: TraceEvent[] = [];
    for (let event = this.event(id); event !== undefined; event = this.event(event.cause)) chain.unshift(event);
    return chain;
  }

  /** Calls back with every event of a kind from now on, once the step that caused it is complete. */
  observe(kind: keyof typeof KIND, observer: (event: TraceEvent) => void): void {
    const { codec } = this.#parts.kernel;
    this.#parts.kernel.observe(kind, (event) => observer({ ...event, detail: showDetail(event.detail, codec) }));
  }

  /** The names that a plan for this world may speak of. */
  planWorld(): PlanWorld {
    const { kernel, drives } = this.#parts;
    const hosts = Array.from(kernel.hosts.values(), ({ name, zone, region }) => {
      return { name, zone, region, disks: drives.names(name) };
    });
    return { hosts, processes: [...kernel.processes.keys()] };
  }

  /** What has come of the run so far: faults and their effect, checks, panics. */
  report(): WorldReport {
    return reportOf(this.#parts);
  }

  // — Running —

  async run(options: RunOptions = {}): Promise<LoopEnd | 'violation'> {
    const parts = this.#parts;
    const { kernel } = parts;
    const { forMs, untilMs, until, stopAtViolation, signal, onProgress } = options;
    let untilUs = Number.POSITIVE_INFINITY;
    if (forMs !== undefined) untilUs = kernel.now + Math.round(forMs * 1000);
    if (untilMs !== undefined) untilUs = Math.min(untilUs, Math.round(untilMs * 1000));
    parts.violated = undefined;
    const done =
      until === undefined && stopAtViolation !== true
        ? undefined
        : () => (stopAtViolation === true && parts.violated !== undefined) || (until?.(parts.view) ?? false);
    const progress = onProgress === undefined ? undefined : () => onProgress(this);
    const end = await this.#alone(async () => {
      const reached = await runLoop(kernel, { untilUs, signal, done, progress });
      await settle(kernel);
      return reached;
    });
    // Time passes also when nothing happens.
    if (end !== 'aborted' && end !== 'done' && untilUs !== Number.POSITIVE_INFINITY) {
      kernel.now = Math.max(kernel.now, untilUs);
    }
    return stopAtViolation === true && parts.violated !== undefined ? 'violation' : end;
  }

  /** Handles one occurrence and what follows from it at once. False if nothing is left to happen. */
  step(): Promise<boolean> {
    return this.#alone(() => stepOnce(this.#parts.kernel));
  }

  /** Ends the run: checks say their last word. */
  async finish(): Promise<WorldReport> {
    this.#parts.checks.finish();
    await settle(this.#parts.kernel);
    return this.report();
  }

  // — Disturbing —

  /** Sends a message from outside, as the actor `outside`. */
  post(to: Address, body: unknown): void {
    const { kernel } = this.#parts;
    const packet = kernel.codec.encode(body, `A body posted to ${to}`);
    kernel.schedule(kernel.now, 2, new Post(kernel, to, packet));
  }

  /**
   * Strikes with a fault now, for a time or until `endFault` or `heal`. A crash without a time is over at once: the
   * process' restart policy decides.
   */
  inject(fault: Fault, options: { name?: string; forMs?: number } = {}): FaultId {
    return this.#outside().faults.inject(fault, options);
  }

  endFault(id: FaultId): void {
    this.#outside().faults.end(id);
  }

  /** Ends all faults, restarts what is down, and begins the liveness phase. */
  heal(): void {
    this.#outside().faults.heal();
  }

  /** Adds a host, which boots at once. */
  addHost(spec: HostSpec): void {
    this.#outside().lifecycle.boot(this.#install(spec));
  }

  // — Saving —

  /** All of the world but its code. It must be between two runs or steps. */
  snapshot(): Uint8Array {
    return encodePlain(saveWorld(this.#parts));
  }

  /**
   * A world that goes on from here by itself. With the same seed it comes to the same digest; with another it has
   * other chances from here on.
   */
  fork(options: { seed?: number | string } = {}): World {
    const world = World.restore(this.snapshot(), this.#code);
    if (options.seed !== undefined) world.#parts.kernel.streams.reseed(String(options.seed));
    return world;
  }

  /** Becomes what a snapshot of a world with the same code holds. */
  load(bytes: Uint8Array): void {
    this.#parts = loadWorld(decodePlain(bytes) as WorldState, this.#code.programs, this.#code.checks ?? []);
  }

  /** Two runs at a time would take turns as Node.js likes. @throws Error if the world runs */
  async #alone<T>(run: () => Promise<T>): Promise<T> {
    if (this.#runs) throw new Error('The world runs already: await one run before the next.');
    this.#runs = true;
    try {
      return await run();
    } finally {
      this.#runs = false;
    }
  }

  /** The parts, about to be disturbed: what the outside does has no cause in the world. */
  #outside(): Assembly {
    this.#parts.kernel.cause = 0;
    return this.#parts;
  }

  #install(spec: HostSpec) {
    const { lifecycle, drives, kernel } = this.#parts;
    const host = lifecycle.addHost({
      name: spec.name,
      zone: spec.zone ?? DEFAULT_ZONE,
      region: spec.region ?? DEFAULT_REGION,
      labels: spec.labels ?? {},
      boot: spec.processes ?? [],
    });
    if (spec.disks !== undefined) drives.install(spec.name, spec.disks);
    if (spec.clock?.offsetMs !== undefined) host.clock.step(kernel.now, Math.round(spec.clock.offsetMs * 1000));
    if (spec.clock?.driftPpm !== undefined) host.clock.setDrift(kernel.now, spec.clock.driftPpm);
    return host;
  }
}
