/** Faults on the agenda: their starts, their ends, and the heal. */
import type { Occurrence } from '../kernel/occurrence.ts';

/** Whoever carries them out. */
interface Conductor {
  startDue(id: number): void;
  endDue(id: number): void;
  healDue(): void;
}

export type PlannedOccurrence = FaultStart | FaultEnd | PlannedHeal;

/** What each of them saves; the heal is no fault's and has 0. */
export interface PlannedOccurrenceState {
  readonly fault: number;
}

export class FaultStart implements Occurrence {
  readonly type = 'fault-start';
  readonly conductor: Conductor;
  readonly fault: number;
  /** Its handle in the agenda. */
  slot = -1;

  constructor(conductor: Conductor, fault: number) {
    this.conductor = conductor;
    this.fault = fault;
  }

  occur(): void {
    this.slot = -1;
    this.conductor.startDue(this.fault);
  }

  save(): PlannedOccurrenceState {
    return { fault: this.fault };
  }
}

export class FaultEnd implements Occurrence {
  readonly type = 'fault-end';
  readonly conductor: Conductor;
  readonly fault: number;
  /** Its handle in the agenda. */
  slot = -1;

  constructor(conductor: Conductor, fault: number) {
    this.conductor = conductor;
    this.fault = fault;
  }

  occur(): void {
    this.slot = -1;
    this.conductor.endDue(this.fault);
  }

  save(): PlannedOccurrenceState {
    return { fault: this.fault };
  }
}

export class PlannedHeal implements Occurrence {
  readonly type = 'heal';
  readonly conductor: Conductor;
  /** Its handle in the agenda. */
  slot = -1;

  constructor(conductor: Conductor) {
    this.conductor = conductor;
  }

  occur(): void {
    this.slot = -1;
    this.conductor.healDue();
  }

  save(): PlannedOccurrenceState {
    return { fault: 0 };
  }
}
