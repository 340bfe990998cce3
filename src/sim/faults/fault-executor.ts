/**
 * The fault executor: makes the faults of plans, and those injected by hand, happen in a running world.
 *
 * 1. Hosts and processes are selected when a fault strikes, in the order of the world.
 * 2. Faults that overlap compose: what several hold is free again when the last of them has ended.
 * 3. Each stroke is a `fault` event and each end a `heal` event, which are the cause of what follows from them.
 * 4. Each fault counts what it really touched, so that one that was no test can be told.
 * 5. Faults of a plan that are due at one time strike in the order of the plan, whatever the agenda's ties.
 *
 * What each kind does, and how it composes, is said in network-, process-, pause-, clock- and disk-faults.ts.
 */
import type { Drives } from '../disk/drives.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Lifecycle } from '../kernel/lifecycle.ts';
import { PRIORITY } from '../kernel/occurrence.ts';
import type { Network } from '../network/network.ts';
import { describeFault } from './describe-fault.ts';
import type { Fault } from './fault.ts';
import { FaultEffects } from './fault-effects.ts';
import { FAULT_CATALOGUE } from './fault-kinds.ts';
import type { FaultId, FaultReport, FaultStatus } from './fault-report.ts';
import type { Hold, Life } from './hold.ts';
import type { Plan } from './plan.ts';
import {
  FaultEnd,
  FaultStart,
  PlannedHeal,
  type PlannedOccurrence,
  type PlannedOccurrenceState,
} from './planned-occurrence.ts';

export type { FaultId, FaultReport, FaultStatus } from './fault-report.ts';

export interface InjectOptions {
  readonly name?: string;
  /** How long it lasts. Infinity: until it is ended or healed, as without it, save that a crash then holds as well. */
  readonly forMs?: number;
}

export interface FaultExecutorOptions {
  /** Called after each heal. */
  readonly onHeal?: () => void;
}

/** Plain data. */
export interface FaultExecutorState {
  readonly nextId: FaultId;
  readonly records: readonly RecordState[];
}

interface RecordState {
  readonly id: FaultId;
  readonly name?: string;
  readonly fault: Fault;
  /** When a planned fault is due. */
  readonly dueAt: number;
  readonly forUs?: number;
  /** Whether its end is known to come. */
  readonly lasts: boolean;
  status: FaultStatus;
  startedAt?: number;
  endedAt?: number;
  /** What it has touched, without what its hold counts. */
  witness: number;
  /** Kept after the end, since some of what it touched is counted later. */
  hold?: Hold;
  /** What crashed without an end, until a heal has seen to it. */
  crashed?: readonly Life[];
}

interface FaultRecord extends RecordState {
  /** Its start or its end on the agenda. */
  next: FaultStart | FaultEnd | undefined;
}

export class FaultExecutor {
  readonly #kernel: Kernel;
  readonly #onHeal: () => void;
  readonly #effects: FaultEffects;
  /** In the order of their numbers. */
  #records = new Map<FaultId, FaultRecord>();
  #nextId: FaultId = 1;

  constructor(
    kernel: Kernel,
    lifecycle: Lifecycle,
    network: Network,
    drives: Drives,
    options: FaultExecutorOptions = {},
  ) {
    this.#kernel = kernel;
    this.#onHeal = options.onHeal ?? (() => undefined);
    this.#effects = new FaultEffects(kernel, lifecycle, network, drives);
  }

  /**
   * Puts a plan's faults and its heal on the agenda; what lies in the past is due now.
   *
   * @throws Error if a kind that is over at once is to last
   */
  schedule(plan: Plan): void {
    const kernel = this.#kernel;
    for (const { fault, forMs } of plan.faults) assertMayLast(fault, forMs);
    for (const { atMs, forMs, name, fault } of plan.faults) {
      const dueAt = Math.max(Math.round(atMs * 1000), kernel.now);
      const record = this.#record(fault, { name, forMs, dueAt, heals: plan.healAtMs !== undefined });
      record.next = new FaultStart(this, record.id);
      record.next.slot = kernel.schedule(dueAt, PRIORITY.fault, record.next);
    }
    if (plan.healAtMs === undefined) return;
    const heal = new PlannedHeal(this);
    heal.slot = kernel.schedule(Math.round(plan.healAtMs * 1000), PRIORITY.fault, heal);
  }

  /**
   * Strikes now, and returns the number by which `end` ends it.
   *
   * @throws Error if a kind that is over at once is to last
   */
  inject(fault: Fault, { name, forMs }: InjectOptions = {}): FaultId {
    assertMayLast(fault, forMs);
    const { cause } = this.#kernel;
    const record = this.#record(fault, { name, forMs, dueAt: this.#kernel.now, heals: false });
    this.#strike(record);
    this.#kernel.cause = cause;
    return record.id;
  }

  /** Ends a fault, or drops it if it has not begun. Ending it twice is ending it once. */
  end(id: FaultId): void {
    const record = this.#find(id);
    const { cause } = this.#kernel;
    this.#end(record);
    this.#kernel.cause = cause;
  }

  /**
   * Ends all that lasts and drops what is planned; starts what crashed and has not come back. What a process did to itself (an exit, a panic) is left to its supervision.
   */
  heal(): void {
    const kernel = this.#kernel;
    const { cause } = kernel;
    const healing = kernel.emitText('heal', this.#world(), 0, 'heal');
    for (const record of this.#records.values()) {
      kernel.cause = healing;
      this.#end(record);
    }
    for (const record of this.#records.values()) {
      if (record.crashed === undefined) continue;
      this.#effects.revive(record.crashed, healing);
      delete record.crashed;
    }
    kernel.cause = healing;
    this.#onHeal();
    kernel.cause = cause;
  }

  /** One for each fault that was planned or injected, in the order of their numbers. */
  reports(): FaultReport[] {
    return Array.from(this.#records.values(), (record) => {
      const { id, name, fault, status, startedAt, endedAt } = record;
      return {
        id,
        ...(name === undefined ? {} : { name }),
        fault,
        status,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(endedAt === undefined ? {} : { endedAt }),
        witness: this.#witness(record),
      };
    });
  }

  /** Those that have begun and touched nothing so far. */
  withoutEffect(): FaultReport[] {
    return this.reports().filter(({ startedAt, witness }) => startedAt !== undefined && witness === 0);
  }

  save(): FaultExecutorState {
    const records: RecordState[] = [];
    for (const record of this.#records.values()) {
      this.#witness(record); // Brings what the hold has counted up to date.
      const { next: _, ...state } = record;
      records.push(structuredClone(state));
    }
    return { nextId: this.#nextId, records };
  }

  /**
   * Takes over a saved executor. Network, processes, clocks and disks are restored by those whose they are, and before;
   * the agenda's entries afterwards, by `occurrence`.
   */
  load(saved: FaultExecutorState): void {
    this.#effects.forget();
    this.#nextId = saved.nextId;
    this.#records = new Map(
      saved.records.map((state) => [state.id, { ...structuredClone(state), next: undefined } satisfies FaultRecord]),
    );
  }

  /** An entry of the agenda from what it saved; whoever puts it there sets its `slot`. Undefined for others' types. */
  occurrence(type: string, saved: unknown): PlannedOccurrence | undefined {
    if (type === 'heal') return new PlannedHeal(this);
    if (type !== 'fault-start' && type !== 'fault-end') return undefined;
    const record = this.#find((saved as PlannedOccurrenceState).fault);
    record.next = type === 'fault-start' ? new FaultStart(this, record.id) : new FaultEnd(this, record.id);
    return record.next;
  }

  // — What is due —

  /** The agenda may shuffle faults of one time: the first to come strikes for all, in the order of the plan. */
  startDue(id: FaultId): void {
    if (this.#find(id).status === 'planned') this.#strikeDue();
  }

  endDue(id: FaultId): void {
    this.#end(this.#find(id));
  }

  healDue(): void {
    this.heal();
  }

  // — How it is done —

  #record(
    fault: Fault,
    about: { name: string | undefined; forMs: number | undefined; dueAt: number; heals: boolean },
  ): FaultRecord {
    const { name, forMs, dueAt, heals } = about;
    const record: FaultRecord = {
      id: this.#nextId++,
      ...(name === undefined ? {} : { name }),
      fault,
      dueAt,
      ...(forMs === undefined || forMs === Number.POSITIVE_INFINITY ? {} : { forUs: Math.round(forMs * 1000) }),
      lasts: forMs !== undefined || heals,
      status: 'planned',
      witness: 0,
      next: undefined,
    };
    this.#records.set(record.id, record);
    return record;
  }

  #strikeDue(): void {
    const kernel = this.#kernel;
    const due = [...this.#records.values()].filter(({ status, dueAt }) => status === 'planned' && dueAt <= kernel.now);
    for (const record of due) {
      kernel.cause = 0;
      this.#strike(record);
    }
  }

  #strike(record: FaultRecord): void {
    const kernel = this.#kernel;
    const { id, fault, forUs, lasts } = record;
    this.#takeOffAgenda(record);
    const cause = kernel.emitText('fault', this.#world(), 0, describeFault(fault));
    kernel.cause = cause;
    const others = this.#holds();
    record.startedAt = kernel.now;
    const { witness, hold, crashed } = this.#effects.strike(fault, { id, cause, lasts, others });
    record.witness = witness;
    if (hold !== undefined) record.hold = hold;
    if (crashed !== undefined) record.crashed = crashed;
    if (hold === undefined) {
      record.status = 'ended';
      record.endedAt = kernel.now;
      return;
    }
    record.status = 'active';
    if (forUs === undefined) return;
    record.next = new FaultEnd(this, id);
    record.next.slot = kernel.schedule(kernel.now + forUs, PRIORITY.fault, record.next);
  }

  #end(record: FaultRecord): void {
    const kernel = this.#kernel;
    this.#takeOffAgenda(record);
    if (record.status === 'planned') record.status = 'dropped';
    if (record.status !== 'active') return;
    // Counted while it still holds.
    this.#witness(record);
    record.status = 'ended';
    record.endedAt = kernel.now;
    const cause = kernel.emitText('heal', this.#world(), 0, describeFault(record.fault));
    kernel.cause = cause;
    if (record.hold !== undefined) this.#effects.release(record.hold, cause, this.#holds());
  }

  #witness({ witness, hold, status }: FaultRecord): number {
    return hold === undefined ? witness : witness + this.#effects.witness(hold, status === 'active');
  }

  /** What active faults hold. */
  #holds(): Hold[] {
    const holds: Hold[] = [];
    for (const { status, hold } of this.#records.values())
      if (status === 'active' && hold !== undefined) holds.push(hold);
    return holds;
  }

  #takeOffAgenda(record: FaultRecord): void {
    if (record.next !== undefined && record.next.slot >= 0) this.#kernel.agenda.cancel(record.next.slot);
    record.next = undefined;
  }

  #find(id: FaultId): FaultRecord {
    const record = this.#records.get(id);
    if (record === undefined) throw new Error(`There is no fault number ${id}.`);
    return record;
  }

  #world(): number {
    return this.#kernel.names.number('world');
  }
}

function assertMayLast({ kind }: Fault, forMs: number | undefined): void {
  if (forMs === undefined || FAULT_CATALOGUE[kind].ends !== 'at-once') return;
  throw new Error(`The fault ${kind} is over at once: it has no duration, found ${forMs} ms.`);
}
