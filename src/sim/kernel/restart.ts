/** Restarts on the agenda. */
import type { Occurrence } from './occurrence.ts';
import type { Process, ProcessCell } from './process.ts';

/** Whoever carries restarts out. */
interface Restarter {
  restartDue(process: Process): void;
  respawn(cell: ProcessCell, incarnation: number): void;
}

/** A process has waited for its back-off. */
export class RestartProcess implements Occurrence {
  readonly type = 'restart-process';
  readonly restarter: Restarter;
  readonly process: Process;
  readonly cause: number;

  constructor(restarter: Restarter, process: Process, cause: number) {
    this.restarter = restarter;
    this.process = process;
    this.cause = cause;
  }

  occur(): void {
    this.restarter.restartDue(this.process);
  }

  save(): unknown {
    return { process: this.process.id, cause: this.cause };
  }
}

/** An actor has waited for its back-off. */
export class RestartCell implements Occurrence {
  readonly type = 'restart-cell';
  readonly restarter: Restarter;
  readonly cell: ProcessCell;
  readonly incarnation: number;

  constructor(restarter: Restarter, cell: ProcessCell, incarnation: number) {
    this.restarter = restarter;
    this.cell = cell;
    this.incarnation = incarnation;
  }

  occur(): void {
    this.restarter.respawn(this.cell, this.incarnation);
  }

  save(): unknown {
    return { cell: this.cell.id, incarnation: this.incarnation };
  }
}
