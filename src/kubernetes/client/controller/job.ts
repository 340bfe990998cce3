/**
 * One key under work: the list of actions that its reconcile wanted, and how far it has come. Plain data with pure steps;
 * who asks the API server and counts expectations is the actor (controller-actor.ts).
 *
 * Actions run one after the other; those of a `together` at the same time, or in batches of 1, 2, 4, … After a failure
 * only those that say `always` run.
 */
import { freezeJson } from '../../api/json-value.ts';
import type { ActionFailure, RequestAction } from './action-request.ts';
import type { Action } from './controller.ts';

export interface Job {
  readonly controller: string;
  readonly key: string;
  /** What has not begun, in order. */
  readonly steps: Action[];
  /** What is under way, by number. */
  readonly inFlight: Map<number, RequestAction>;
  /** The `together` under way. */
  group: Group | undefined;
  nextNumber: number;
  /** The first failure. */
  failure: ActionFailure | undefined;
  /** How soon the key is to be reconciled again, if anybody said so. */
  requeueMs: number | undefined;
}

interface Group {
  readonly waiting: Action[];
  /** How many are begun next; all, without a slow start. */
  batch: number;
  failed: boolean;
}

/** @param actions are frozen: a controller may have put one object into several of them */
export function newJob(controller: string, key: string, actions: readonly Action[]): Job {
  for (const action of actions) freezeJson(action);
  return {
    controller,
    key,
    steps: [...actions],
    inFlight: new Map(),
    group: undefined,
    nextNumber: 0,
    failure: undefined,
    requeueMs: undefined,
  };
}

/** What a job does next. */
export type Next =
  /** Begin these; their numbers are in `inFlight`. */
  | { readonly kind: 'begin'; readonly numbers: readonly number[] }
  | { readonly kind: 'event'; readonly action: Extract<Action, { readonly do: 'event' }> }
  /** Answers are still to come. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' };

export function nextOf(job: Job): Next {
  if (job.inFlight.size > 0) return { kind: 'wait' };
  const { group } = job;
  if (group !== undefined) {
    if (group.waiting.length === 0 || group.failed) job.group = undefined;
    else {
      const batch = group.waiting.splice(0, group.batch);
      group.batch *= 2;
      return { kind: 'begin', numbers: batch.map((action) => begin(job, action)) };
    }
  }
  for (let step = job.steps.shift(); step !== undefined; step = job.steps.shift()) {
    if (job.failure !== undefined && step.always !== true) continue;
    switch (step.do) {
      case 'event':
        return { kind: 'event', action: step };
      case 'requeue':
        job.requeueMs = Math.min(job.requeueMs ?? Number.POSITIVE_INFINITY, step.afterMs);
        break;
      case 'together': {
        const { actions, slowStart } = step;
        job.group = { waiting: [...actions], batch: slowStart === true ? 1 : actions.length, failed: false };
        return nextOf(job);
      }
      default:
        return { kind: 'begin', numbers: [begin(job, step)] };
    }
  }
  return { kind: 'done' };
}

/** An action that was begun has come to its end. */
export function ended(job: Job, number: number, failure: ActionFailure | undefined): void {
  job.inFlight.delete(number);
  if (failure === undefined) return;
  job.failure ??= failure;
  if (job.group !== undefined) job.group.failed = true;
}

function begin(job: Job, action: Action): number {
  if (action.do === 'together' || action.do === 'event' || action.do === 'requeue') {
    throw new Error(`${job.controller}: "${action.do}" stands inside a together; it takes requests only.`);
  }
  const number = job.nextNumber++;
  job.inFlight.set(number, action);
  return number;
}
