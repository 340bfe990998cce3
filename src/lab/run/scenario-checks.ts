/**
 * The promises of a scenario's own, watched while it runs: conditions that always hold, hold at the end, or are reached once.
 * They are looked at after each commit of the store and each count of a load generator, from outside the simulation.
 */
import { describeCondition } from '../scenario/describe-condition.ts';
import type { ScenarioCheck } from '../scenario/scenario.ts';
import { missingFrom, type Situation } from './evaluate-condition.ts';

/** How a check stands; the fields are those of the world's own checks. */
export interface ScenarioCheckReport {
  readonly name: string;
  readonly kind: ScenarioCheck['kind'];
  readonly promise: string;
  readonly status: 'held' | 'violated' | 'reached' | 'not-reached' | 'pending';
  readonly violation?: ScenarioViolation;
  readonly repeats: number;
}

export interface ScenarioViolation {
  readonly check: string;
  readonly kind: ScenarioCheck['kind'];
  /** Virtual time in microseconds. */
  readonly time: number;
  readonly message: string;
}

interface Watched {
  readonly check: ScenarioCheck;
  /** Whether it has held at least once since it must. */
  held: boolean;
  holds: boolean;
  violation: ScenarioViolation | undefined;
  repeats: number;
}

export class ScenarioChecks {
  readonly #watched: Watched[];
  readonly #situation: Situation;

  constructor(checks: readonly ScenarioCheck[], situation: Situation) {
    this.#situation = situation;
    this.#watched = checks.map((check) => ({ check, held: false, holds: false, violation: undefined, repeats: 0 }));
  }

  /** Something may have changed. @param time virtual time in microseconds */
  look(time: number): void {
    for (const watched of this.#watched) {
      const { check, held } = watched;
      if (check.kind === 'eventually' || (check.kind === 'sometimes' && held)) continue;
      const fromUs = check.fromMs === undefined ? undefined : check.fromMs * 1000;
      if (fromUs !== undefined && time < fromUs) continue;
      const missing = missingFrom(check.condition, this.#situation);
      const wasHolding = watched.holds || (fromUs !== undefined && !held);
      watched.holds = missing === undefined;
      if (missing === undefined) watched.held = true;
      else if (check.kind === 'always' && wasHolding) this.#violate(watched, time, missing);
      if (fromUs !== undefined) watched.held = true;
    }
  }

  /** The run is over. */
  finish(time: number): void {
    this.look(time);
    for (const watched of this.#watched) {
      const { check, held, violation } = watched;
      if (check.kind === 'eventually') {
        const missing = missingFrom(check.condition, this.#situation);
        watched.held = missing === undefined;
        if (missing !== undefined) this.#violate(watched, time, missing);
      } else if (!held && violation === undefined) {
        this.#violate(watched, time, `it never held: ${missingFrom(check.condition, this.#situation) ?? ''}`);
      }
    }
  }

  get violations(): ScenarioViolation[] {
    return this.#watched.flatMap(({ violation }) => violation ?? []);
  }

  report(): ScenarioCheckReport[] {
    return this.#watched.map(({ check, held, violation, repeats }) => {
      const { name, kind, condition } = check;
      const promise = `${PREFIX[kind]}${describeCondition(condition)}.`;
      const about = { name, kind, promise, repeats };
      if (violation !== undefined)
        return { ...about, status: kind === 'sometimes' ? 'not-reached' : 'violated', violation };
      if (kind === 'sometimes') return { ...about, status: held ? 'reached' : 'not-reached' };
      return { ...about, status: held ? 'held' : 'pending' };
    });
  }

  #violate(watched: Watched, time: number, message: string): void {
    const { name, kind } = watched.check;
    if (watched.violation === undefined) watched.violation = { check: name, kind, time, message };
    else watched.repeats++;
  }
}

const PREFIX: Readonly<Record<ScenarioCheck['kind'], string>> = {
  always: 'Always: ',
  eventually: 'At the end: ',
  sometimes: 'Once at least: ',
};
