/** Runs as one line of JSON for programs. The fields are an interface: add, do not rename. */
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

function withoutStack({ event, time, address, message }: WorldReport['panics'][number]) {
  return { event, time, address, message };
}
