/** `wavetank`: the whole of it — the tank, the cluster, and the laboratory that runs scenarios. */
export * from './kubernetes/index.ts';
export { ClusterMirror, type ObjectChange } from './lab/run/cluster-mirror.ts';
export { type RunScenarioOptions, runScenario } from './lab/run/run-scenario.ts';
export type { ScenarioOutcome, StepFailure, StepRecord } from './lab/run/scenario-outcome.ts';
export { loadScenario, ScenarioError } from './lab/scenario/load-scenario.ts';
export { type Override, parseOverride } from './lab/scenario/overrides.ts';
export type { Scenario, Step, StepAction } from './lab/scenario/scenario.ts';
export { scenarioJsonSchema } from './lab/scenario/scenario-schema.ts';
export * from './sim/index.ts';
