/**
 * `wavetank/sim`: the tank. A deterministic world for actors, without Kubernetes.
 *
 * Everything that a user of the tank needs is here, and nothing else is public.
 */

export type {
  AlwaysCheck,
  Check,
  EventuallyCheck,
  SometimesCheck,
  Violation,
} from './check/check.ts';
export { CheckError } from './check/check-error.ts';
export type { CheckReport } from './check/check-runner.ts';
export { explainHistory } from './check/linearizability/explain.ts';
export { type HistoryEvent, historyFrom, type Operation } from './check/linearizability/history.ts';
export { keyValueModel } from './check/linearizability/key-value-model.ts';
export { checkLinearizability, type LinearizabilityResult } from './check/linearizability/linearizable.ts';
export type { Model } from './check/linearizability/model.ts';
export { registerModel } from './check/linearizability/register-model.ts';
export { smallestViolation } from './check/linearizability/smallest-violation.ts';
export { linearizableCheck } from './check/linearizable-check.ts';
export { operationsOf } from './check/noted-history.ts';
export type { Note, WorldView } from './check/world-view.ts';
export type { DiskSpec } from './disk/disk-spec.ts';
export { describeFault } from './faults/describe-fault.ts';
export type { Fault, FaultKind } from './faults/fault.ts';
export type { FaultId, FaultReport } from './faults/fault-executor.ts';
export { FAULT_CATALOGUE, FAULT_KINDS } from './faults/fault-kinds.ts';
export { PlanError, parsePlan } from './faults/parse-plan.ts';
export type { Plan, PlannedFault } from './faults/plan.ts';
export { planJsonSchema } from './faults/plan-file.ts';
export { printPlan } from './faults/print-plan.ts';
export type { HostSelector, ProcessSelector } from './faults/selector.ts';
export type { Actor, Exit, Message, Programs, RequestFailure, Response, StreamMessage } from './kernel/actor.ts';
export type { Address, RequestId, StreamId } from './kernel/address.ts';
export { Agenda, type AgendaEntry, type Ties } from './kernel/agenda.ts';
export type { Context } from './kernel/context.ts';
export type { DiskOperation, DiskResult } from './kernel/disk-operation.ts';
export { compileDistribution, type Distribution, describeDistribution } from './kernel/distribution.ts';
export { formatDuration, parseDuration } from './kernel/duration.ts';
export { GUARDED_GLOBALS, NondeterminismError } from './kernel/guard.ts';
export { nearestName } from './kernel/nearest-name.ts';
export { NotPlainDataError } from './kernel/plain-data.ts';
export type { Backoff, OnPanic, ProcessSpec, RestartPolicy, ServiceModel } from './kernel/process-spec.ts';
export type { RandomStream } from './kernel/random-stream.ts';
export { EVENT_KINDS, type EventKind, type TraceEvent } from './kernel/trace.ts';
export type { LinkSpec, NetworkSpec } from './network/network-spec.ts';
export { type DifferenceTextOptions, formatDifference } from './world/difference-text.ts';
export {
  type Difference,
  type DifferingEvent,
  type FirstDifferenceOptions,
  firstDifference,
  firstTraceDifference,
} from './world/first-difference.ts';
export type { Tank } from './world/tank.ts';
export { type Destination, Timeline, type TimelineOptions } from './world/timeline.ts';
export { parseTraceLine, TraceLineError, traceLine } from './world/trace-lines.ts';
export { formatInstant, formatTrace, TraceColumns, type TracePart, type TraceTextOptions } from './world/trace-text.ts';
export { type Code, type RunOptions, World } from './world/world.ts';
export type { WorldReport } from './world/world-report.ts';
export type { HostSpec, WorldSpec } from './world/world-spec.ts';
export { WorldSpecError } from './world/world-spec-problems.ts';

// — For reading what people write: shapes, positions, mistakes —

export { FAULT_FIELDS } from './faults/fault-schema.ts';
export { validateAgainst } from './faults/validate-against.ts';
export { distributionSchema } from './kernel/distribution-schema.ts';
export { durationSchema } from './kernel/duration-schema.ts';
export { type LocatedDocument, type LocatedYaml, parseYaml, printYaml } from './kernel/located-yaml.ts';
export {
  aboutPath,
  describeFound,
  type FieldProblem,
  formatPath,
  formatProblem,
  inFileOrder,
  locateProblem,
  type Path,
  type Problem,
} from './kernel/problem.ts';
export {
  atLeastOne,
  type CrossProblem,
  checkSchema,
  crossCheck,
  exactlyOne,
  expected,
  jsonSchemaOf,
  oneKeyObject,
  refuse,
  z,
} from './kernel/schema.ts';
