/** What came of a scenario's run: plain data for reports and machines. */
import type { KubernetesObject } from '../../kubernetes/api/object.ts';
import type { WorldReport } from '../../sim/index.ts';
import type { LoadCounts } from './load-counts.ts';
import type { Moment } from './moments.ts';
import type { ScenarioCheckReport } from './scenario-checks.ts';

export interface ScenarioOutcome {
  readonly scenario: string;
  readonly description: string;
  readonly seed: string;
  readonly verdict: 'pass' | 'fail' | 'interrupted';
  readonly report: WorldReport;
  /** How the scenario's own checks stand. */
  readonly checks: readonly ScenarioCheckReport[];
  /** The step that failed, if one did. */
  readonly failure: StepFailure | undefined;
  readonly steps: readonly StepRecord[];
  /** How many steps were not taken. */
  readonly stepsLeft: number;
  /** What happened to objects, in order. */
  readonly moments: readonly Moment[];
  /** What had not settled at the end. */
  readonly unsettled: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly missing: string;
  }[];
  /** Every object at the end, by the store's keys in their order. */
  readonly objects: readonly KubernetesObject[];
  /** What load generators have counted, in sum. */
  readonly load?: LoadCounts;
  readonly wallSeconds: number;
}

export interface StepRecord {
  /** From 1; 0 is the application of the scenario's manifests. */
  readonly step: number;
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly ok: boolean;
  /** What kubectl printed. */
  readonly lines: readonly string[];
}

export interface StepFailure {
  readonly step: number;
  readonly what: string;
  readonly atMs: number;
  readonly message: string;
}
