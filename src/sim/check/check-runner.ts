/**
 * The check runner: watches a run through the eyes of its checks.
 *
 * 1. An event is shown only to the checks that listen to its kind, in the order of their list: always and sometimes
 *    first, then eventually. Kinds that no check names are not observed at all, and those of eventually-checks not
 *    before the liveness phase.
 * 2. A check's first violation is kept, and is a `check` event whose cause is the event that showed it. Later ones of the
 *    same check are only counted (`repeats`), so that memory is bounded by the number of checks. A sometimes-check
 *    that is reached is a `check` event too, once; from then on it is not asked any more.
 * 3. An eventually-check is asked when the liveness phase begins, after each of its events until it holds, at its
 *    deadline, and at the end if it still does not hold or if it should have stayed. Events at the very time of the
 *    deadline count.
 * 4. A check that throws ends the run with a CheckError.
 *
 * The events of one step are shown one by one once the step is complete: actors' states are those after the step, while the
 * history ends with the event that is shown.
 *
 * What is left out: keeping checks from changing what they are shown (see check.ts). After `finish` nothing is watched.
 * Whoever records the history that checks see must observe notes before this runner does.
 */
import type { Kernel } from '../kernel/kernel.ts';
import { type Occurrence, PRIORITY } from '../kernel/occurrence.ts';
import { assertPlain } from '../kernel/plain-data.ts';
import type { EventKind, TraceEvent } from '../kernel/trace.ts';
import type { AlwaysCheck, Broken, Check, EventuallyCheck, SometimesCheck, Violation } from './check.ts';
import { CheckDeadline, type CheckDeadlineState, type DeadlineKeeper } from './check-deadline.ts';
import { CheckError } from './check-error.ts';
import { assertChecks } from './check-problems.ts';
import { type CheckProgress, type CheckReport, initialProgress, reportOn } from './check-report.ts';
import type { WorldView } from './world-view.ts';

export type { CheckReport } from './check-report.ts';

export interface CheckRunnerOptions {
  /** Called once for each check that is violated, after the violation's event; must not change the world. */
  readonly onViolation?: (violation: Violation) => void;
}

/** A runner as snapshots hold it. */
export interface CheckRunnerState {
  readonly phase: 'safety' | 'liveness' | 'over';
  readonly violations: readonly Violation[];
  readonly checks: readonly CheckProgress[];
}

/** One check, how it stands, and its deadline while that is on the agenda. */
interface Watch<C extends Check = Check> {
  readonly check: C;
  progress: CheckProgress;
  deadline: CheckDeadline | undefined;
}

const DEFAULT_EVENTUALLY_ON: readonly EventKind[] = ['deliver'];

export class CheckRunner implements DeadlineKeeper {
  readonly #kernel: Kernel;
  readonly #view: WorldView;
  readonly #onViolation: ((violation: Violation) => void) | undefined;
  readonly #watches: readonly Watch[];
  readonly #listeners = new Map<EventKind, Watch[]>();
  #phase: CheckRunnerState['phase'] = 'safety';
  #violations: Violation[] = [];
  #hearsEventually = false;

  /** @throws Error that names the check if two have one name, or if one can never be looked at */
  constructor(kernel: Kernel, checks: readonly Check[], view: WorldView, options: CheckRunnerOptions = {}) {
    assertChecks(checks);
    this.#kernel = kernel;
    this.#view = view;
    this.#onViolation = options.onViolation;
    this.#watches = checks.map((check) => ({ check, progress: initialProgress(check), deadline: undefined }));
    for (const watch of this.#watches) {
      const { check, progress } = watch;
      if (check.kind === 'eventually') continue;
      if (check.kind === 'always') progress.memory = asked(check, 'at the start', () => check.start?.());
      this.#listen(watch, check.on);
    }
  }

  /** The first violation of each check that was violated, in the order in which they were seen. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** Whether any check is violated. */
  get violated(): boolean {
    return this.#violations.length > 0;
  }

  /** How each check stands, in the order of their list. */
  report(): CheckReport[] {
    return this.#watches.map(({ check, progress }) => reportOn(check, progress, this.#violationOf(check)));
  }

  /**
   * Faults have stopped and the world is healed: what must eventually hold counts from now. Once, before `finish`;
   * `kernel.cause` is the event that says so.
   */
  beginLiveness(): void {
    if (this.#phase !== 'safety') throw new Error(`CheckRunner: liveness began when the phase was ${this.#phase}.`);
    this.#phase = 'liveness';
    const { cause, now } = this.#kernel;
    for (const watch of this.#watches) {
      if (!isEventually(watch)) continue;
      const { check } = watch;
      if (this.#lookEventually(watch, cause, `when event ${cause} began the liveness phase`)) continue;
      watch.deadline = new CheckDeadline(this, check.name);
      const time = now + Math.round(check.withinMs * 1000);
      watch.deadline.slot = this.#kernel.schedule(time, PRIORITY.check, watch.deadline);
    }
    this.#listenEventually();
  }

  /** An eventually-check has had its time. */
  deadlineCame(name: string): void {
    const watch = this.#watchOf(name);
    if (!isEventually(watch) || watch.deadline === undefined) {
      throw new Error(`CheckRunner: check "${name}" has no deadline.`);
    }
    const { check, progress } = watch;
    watch.deadline = undefined;
    if (this.#lookEventually(watch, progress.lookedAt, 'at its deadline')) return;
    const message = `${progress.reason} (${check.withinMs} ms after the heal)`;
    progress.reason = undefined;
    this.#violate(watch, message, progress.lookedAt);
  }

  /**
   * The run is over: checks that look at the whole of it do so, what should have stayed is looked at again, and what
   * still had time is undecided. Violations that show only now have the run's last event as their cause, unless the check
   * names another. Does nothing the second time.
   */
  finish(): void {
    if (this.#phase === 'over') return;
    const began = this.#phase === 'liveness';
    this.#phase = 'over';
    const last = this.#kernel.events;
    for (const watch of this.#watches) {
      if (isAlways(watch)) this.#finishAlways(watch, last);
      else if (isEventually(watch)) this.#finishEventually(watch, last, began);
    }
  }

  // — Saving —

  /** Plain data. What checks remember is not copied: encode it before the run goes on. */
  save(): CheckRunnerState {
    const checks = this.#watches.map(({ check, progress }) => {
      assertPlain(progress.memory, `What check "${check.name}" remembers`, true);
      return { ...progress };
    });
    return { phase: this.#phase, violations: [...this.#violations], checks };
  }

  /**
   * Goes on where a saved runner stood; the agenda's entries come back by `occurrence`. Takes possession of the data.
   *
   * @throws Error if it was saved with other checks
   */
  load(saved: CheckRunnerState): void {
    const found = saved.checks.map(({ name }) => name).join(', ');
    const expected = this.#watches.map(({ check }) => check.name).join(', ');
    if (found !== expected) throw new Error(`The saved world has the checks [${found}], this one has [${expected}].`);
    this.#phase = saved.phase;
    this.#violations = [...saved.violations];
    this.#watches.forEach((watch, index) => {
      watch.progress = { ...(saved.checks[index] as CheckProgress) };
      watch.deadline = undefined;
    });
    if (this.#phase === 'liveness') this.#listenEventually();
  }

  /** The deadline that was saved, or undefined if an entry of this type is not this runner's. Its `slot` must be set. */
  occurrence(type: string, saved: unknown): (Occurrence & { slot: number }) | undefined {
    if (type !== CheckDeadline.type) return undefined;
    const watch = this.#watchOf((saved as CheckDeadlineState).check);
    watch.deadline = new CheckDeadline(this, watch.check.name);
    return watch.deadline;
  }

  // — Listening —

  #listen(watch: Watch, kinds: readonly EventKind[]): void {
    for (const kind of new Set(kinds)) {
      const listeners = this.#listeners.get(kind);
      if (listeners !== undefined) {
        listeners.push(watch);
        continue;
      }
      const first = [watch];
      this.#listeners.set(kind, first);
      this.#kernel.observe(kind, (event) => {
        if (this.#phase === 'over') return;
        for (const listener of first) this.#look(listener, event);
      });
    }
  }

  #listenEventually(): void {
    if (this.#hearsEventually) return;
    this.#hearsEventually = true;
    for (const watch of this.#watches) {
      if (isEventually(watch)) this.#listen(watch, watch.check.on ?? DEFAULT_EVENTUALLY_ON);
    }
  }

  #look(watch: Watch, event: TraceEvent): void {
    if (isAlways(watch)) this.#lookAlways(watch, event);
    else if (isSometimes(watch)) this.#lookSometimes(watch, event);
    else if (isEventually(watch) && this.#phase === 'liveness' && watch.progress.status === 'pending') {
      this.#lookEventually(watch, event.id, after(event));
    }
  }

  #lookAlways(watch: Watch<AlwaysCheck>, event: TraceEvent): void {
    const { check, progress } = watch;
    progress.evaluations++;
    let broken: Broken | undefined;
    try {
      broken = check.observe(event, this.#view, progress.memory);
    } catch (error) {
      throw new CheckError(check.name, after(event), error);
    }
    if (broken !== undefined) this.#break(watch, broken, event.id);
  }

  #lookSometimes({ check, progress }: Watch<SometimesCheck>, event: TraceEvent): void {
    if (progress.status === 'reached') return;
    progress.evaluations++;
    if (!asked(check, after(event), () => check.reached(event, this.#view))) return;
    this.#become(progress, 'reached', event.id);
    this.#emit(check, event.id, 'reached');
  }

  /** Whether it holds; what is missing becomes its reason. */
  #lookEventually(watch: Watch<EventuallyCheck>, event: number, moment: string): boolean {
    const { progress } = watch;
    progress.reason = this.#missing(watch, event, moment);
    if (progress.reason !== undefined) return false;
    this.#become(progress, 'held', event);
    this.#cancelDeadline(watch);
    return true;
  }

  #missing({ check, progress }: Watch<EventuallyCheck>, event: number, moment: string): string | undefined {
    progress.evaluations++;
    progress.lookedAt = event;
    return asked(check, moment, () => check.missing(this.#view));
  }

  // — The end —

  #finishAlways(watch: Watch<AlwaysCheck>, last: number): void {
    const { check, progress } = watch;
    if (check.atEnd === undefined || progress.status === 'violated') return;
    progress.evaluations++;
    const found = asked(check, 'at the end', () => check.atEnd?.(this.#view, progress.memory));
    if (found === undefined) return;
    if (typeof found === 'string' || 'message' in found) {
      this.#break(watch, found, last);
      return;
    }
    this.#become(progress, 'undecided', last);
    progress.reason = found.undecided;
  }

  #finishEventually(watch: Watch<EventuallyCheck>, last: number, began: boolean): void {
    const { check, progress } = watch;
    if (!began) {
      this.#become(progress, 'undecided', last);
      progress.reason = 'the liveness phase never began';
      return;
    }
    if (progress.status === 'held') {
      const missing = check.stays === true ? this.#missing(watch, last, 'at the end') : undefined;
      if (missing !== undefined) this.#violate(watch, `${missing} (it held, but did not stay)`, last);
    } else if (progress.status === 'pending' && !this.#lookEventually(watch, last, 'at the end')) {
      this.#become(progress, 'undecided', last);
      this.#cancelDeadline(watch);
    }
  }

  #cancelDeadline(watch: Watch): void {
    if (watch.deadline === undefined) return;
    this.#kernel.agenda.cancel(watch.deadline.slot);
    watch.deadline = undefined;
  }

  // — Saying so —

  #break(watch: Watch<AlwaysCheck>, broken: Broken, event: number): void {
    if (watch.progress.status === 'violated') {
      watch.progress.repeats++;
      return;
    }
    if (typeof broken === 'string') this.#violate(watch, broken, event);
    else this.#violate(watch, broken.message, broken.event);
  }

  #violate({ check, progress }: Watch<AlwaysCheck> | Watch<EventuallyCheck>, message: string, event: number): void {
    this.#become(progress, 'violated', event);
    const violation: Violation = { check: check.name, kind: check.kind, time: this.#kernel.now, event, message };
    this.#violations.push(violation);
    this.#emit(check, event, message);
    this.#onViolation?.(violation);
  }

  #become(progress: CheckProgress, status: CheckProgress['status'], event: number): void {
    progress.status = status;
    progress.at = this.#kernel.now;
    progress.event = event;
  }

  #emit({ name }: Check, event: number, text: string): void {
    const kernel = this.#kernel;
    const { cause, names } = kernel;
    kernel.cause = event;
    kernel.emitText('check', names.number('world'), names.number(name), text);
    kernel.cause = cause;
  }

  #violationOf({ name }: Check): Violation | undefined {
    return this.#violations.find(({ check }) => check === name);
  }

  #watchOf(name: string): Watch {
    const watch = this.#watches.find(({ check }) => check.name === name);
    if (watch === undefined) throw new Error(`CheckRunner: there is no check "${name}".`);
    return watch;
  }
}

function isAlways(watch: Watch): watch is Watch<AlwaysCheck> {
  return watch.check.kind === 'always';
}

function isSometimes(watch: Watch): watch is Watch<SometimesCheck> {
  return watch.check.kind === 'sometimes';
}

function isEventually(watch: Watch): watch is Watch<EventuallyCheck> {
  return watch.check.kind === 'eventually';
}

/** What a check answers; what it throws becomes a CheckError. */
function asked<T>({ name }: Check, moment: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw new CheckError(name, moment, error);
  }
}

function after({ id, kind, subject }: TraceEvent): string {
  return `after event ${id} (${kind} of ${subject})`;
}
