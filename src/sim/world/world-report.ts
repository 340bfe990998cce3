/** What has come of a run: plain data for reports and machines. */

import type { Violation } from '../check/check.ts';
import type { CheckReport } from '../check/check-runner.ts';
import type { FaultReport } from '../faults/fault-executor.ts';
import type { Panic } from '../kernel/lifecycle.ts';
import type { Assembly, Phase } from './assembly.ts';

export interface WorldReport {
  readonly seed: string;
  readonly digest: string;
  /** `fail` if a check is violated. */
  readonly verdict: 'pass' | 'fail';
  readonly phase: Phase;
  readonly virtualMs: number;
  readonly events: number;
  readonly delivered: number;
  readonly checks: readonly CheckReport[];
  readonly violations: readonly Violation[];
  readonly faults: readonly FaultReport[];
  /** Faults that have struck and touched nothing: they tested nothing. */
  readonly withoutEffect: readonly FaultReport[];
  /** The first hundred. */
  readonly panics: readonly Panic[];
}

export function reportOf({ kernel, checks, faults, lifecycle, phase }: Assembly): WorldReport {
  return {
    seed: kernel.streams.seed,
    digest: kernel.digest.hex(),
    verdict: checks.violations.length > 0 ? 'fail' : 'pass',
    phase,
    virtualMs: kernel.now / 1000,
    events: kernel.events,
    delivered: kernel.delivered,
    checks: checks.report(),
    violations: checks.violations,
    faults: faults.reports(),
    withoutEffect: faults.withoutEffect(),
    panics: lifecycle.panics,
  };
}
