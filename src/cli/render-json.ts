/** Runs as one line of JSON for programs. The fields are an interface: add, do not rename. */
import type { ScenarioOutcome } from '../lab/run/scenario-outcome.ts';
import type { WorldReport } from '../sim/index.ts';
import type { TankOutcome } from './run-tank.ts';

/** One run. Times inside checks, violations, faults and panics are microseconds of virtual time. */
export function jsonOutcome(tank: string, { seed, verdict, report, summary, wallSeconds }: TankOutcome) {
  const { digest, virtualMs, events, checks, violations, faults, withoutEffect } = report;
  return {
    tank,
    seed,
    verdict,
    digest,
    virtualSeconds: virtualMs / 1000,
    wallSeconds,
    events,
    checks,
    violations,
    faults,
    withoutEffect,
    panics: report.panics.map(withoutStack),
    summary,
  };
}

/** One run of a scenario. A step that failed is among the violations, with the step's own number. */
export function jsonRun(outcome: ScenarioOutcome) {
  const { scenario, seed, verdict, report, failure, steps, stepsLeft, unsettled, load, wallSeconds } = outcome;
  const { digest, virtualMs, events, checks, violations, faults, withoutEffect } = report;
  const failed =
    failure === undefined
      ? []
      : [
          {
            check: `step ${failure.step}: ${failure.what}`,
            kind: 'step',
            time: Math.round(failure.atMs * 1000),
            message: failure.message,
          },
        ];
  return {
    scenario,
    seed: /^\d+$/.test(seed) ? Number(seed) : seed,
    verdict,
    digest,
    virtualSeconds: virtualMs / 1000,
    wallSeconds,
    events,
    checks: [...checks, ...outcome.checks],
    violations: [...failed, ...violations, ...outcome.checks.flatMap(({ violation }) => violation ?? [])],
    steps,
    stepsLeft,
    unsettled,
    ...(load === undefined ? {} : { load }),
    faults,
    withoutEffect,
    panics: report.panics.map(withoutStack),
  };
}

function withoutStack({ event, time, address, message }: WorldReport['panics'][number]) {
  return { event, time, address, message };
}
