/**
 * A scenario: a cluster, what is applied to it, what happens to it, and what must hold. Plain data; scenario-schema.ts
 * says how one is written, parse-scenario.ts reads it.
 */

import type { ClusterSpec } from '../../kubernetes/cluster/cluster-spec.ts';
import type { DeleteOptions, PatchType } from '../../kubernetes/protocol/api.ts';
import type { ObjectRef } from '../../kubernetes/protocol/kubectl.ts';
import type { Fault } from '../../sim/index.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { Condition } from './condition.ts';

export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Used when nobody asks for another. */
  readonly seed: number | string;
  readonly cluster: ClusterSpec;
  /** Applied at the beginning, in order. */
  readonly manifests: readonly Manifest[];
  readonly steps: readonly Step[];
  /** Besides those that every run is held to. */
  readonly checks: readonly ScenarioCheck[];
  /** How long the run takes in virtual time, if its steps do not take longer. Absent: until the last step is done. */
  readonly durationMs?: number;
}

/** A promise of the scenario's own. */
export interface ScenarioCheck {
  /** In kebab-case, for people and for results. */
  readonly name: string;
  /**
   * `always`: from when it first holds (or from `fromMs` on) until the end. `eventually`: when the run ends. `sometimes`: at
   * one moment at least.
   */
  readonly kind: 'always' | 'eventually' | 'sometimes';
  readonly condition: Condition;
  readonly fromMs?: number;
}

export interface Step {
  /** Where it stands in the list, from 1: for messages. */
  readonly number: number;
  /** Not before this time of the run. */
  readonly atMs?: number;
  /** So long after the step before has ended. */
  readonly afterMs?: number;
  readonly action: StepAction;
}

export type StepAction =
  | { readonly do: 'apply'; readonly manifests: readonly Manifest[] }
  | { readonly do: 'delete'; readonly refs: readonly ObjectRef[]; readonly options?: DeleteOptions }
  | { readonly do: 'scale'; readonly ref: ObjectRef; readonly replicas: number }
  | { readonly do: 'patch'; readonly ref: ObjectRef; readonly patchType: PatchType; readonly patch: unknown }
  | { readonly do: 'fault'; readonly fault: Fault; readonly forMs?: number; readonly name?: string }
  /** Ends the faults of this name; without one: all faults, and what is down comes up again. */
  | { readonly do: 'heal'; readonly name?: string }
  | { readonly do: 'wait'; readonly condition: Condition; readonly withinMs: number }
  | { readonly do: 'assert'; readonly condition: Condition };

export const DEFAULT_WITHIN_MS = 300_000;
export const DEFAULT_SEED = 1;
