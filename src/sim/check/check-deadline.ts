/** The time by which an eventually-check must hold, on the agenda: last among equal times, so that what happens at it counts. */
import type { Occurrence } from '../kernel/occurrence.ts';

/** Whoever is told that the time has come. */
export interface DeadlineKeeper {
  deadlineCame(check: string): void;
}

/** A deadline as snapshots hold it. */
export interface CheckDeadlineState {
  readonly check: string;
}

export class CheckDeadline implements Occurrence {
  static readonly type = 'check-deadline';
  readonly type = CheckDeadline.type;
  readonly keeper: DeadlineKeeper;
  /** The check's name. */
  readonly check: string;
  /** Its handle on the agenda; whoever puts it there says so. */
  slot = -1;

  constructor(keeper: DeadlineKeeper, check: string) {
    this.keeper = keeper;
    this.check = check;
  }

  occur(): void {
    this.keeper.deadlineCame(this.check);
  }

  save(): CheckDeadlineState {
    return { check: this.check };
  }
}
