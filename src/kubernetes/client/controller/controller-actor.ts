/**
 * The generic controller: one actor that runs any number of controllers, as kube-controller-manager does in one process.
 *
 * 1. Controllers share reflectors and caches; each has its own work queue, expectations, rate limits and events.
 * 2. A key is reconciled by one worker at a time, and only when the controller's caches have had their first complete copy.
 * 3. What a reconcile wants is done in order (job.ts). A failure brings the key back after a back-off; a success forgets
 *    earlier failures.
 * 4. Expectations are raised before a request goes out, and lowered by what the cache shows or by the request's failure.
 * 5. Requests of a controller keep to its client's rate; one that must wait keeps its place.
 * 6. With `leaderElection` it reads and reconciles only while it leads, and exits when it no longer does, as upstream: a
 *    clean start is the only safe way back to being a candidate.
 *
 * After a restart everything is read anew: there is nothing to recover. Upstream: client-go's SharedInformerFactory, and the
 * worker loops of pkg/controller.
 */
import type { Actor, Context, Message } from '../../../sim/index.ts';
import { objectKey } from '../../api/object.ts';
import { formatTime } from '../../api/time.ts';
import { type ApiAccess, apiOutcome, apiRequest } from '../api-client.ts';
import type { ElectionConfig } from '../election-record.ts';
import { newEventRecorder, receiveEventAnswer, recordEvent } from '../event-recorder.ts';
import {
  creationObserved,
  deletionObserved,
  expectationsSatisfied,
  expectCreation,
  expectDeletion,
  noExpectations,
} from '../expectations.ts';
import { type Delta, Informers } from '../informers.ts';
import { receiveElection } from '../leader-election.ts';
import { type BucketLimits, fullBucket, reserveToken } from '../token-bucket.ts';
import {
  addAfter,
  addDue,
  addKey,
  addRateLimited,
  doneWith,
  failuresOf,
  forgetFailures,
  newWorkQueue,
  nextDueUs,
  takeKey,
} from '../work-queue.ts';
import { actionFailure, actionRequest, type RequestAction, recordOf } from './action-request.ts';
import type { Controller, EventRecord, View } from './controller.ts';
import type { ControllersState, ControllersThen, RunningController } from './controller-state.ts';
import { ended, type Job, newJob, nextOf } from './job.ts';
import { beCandidate, electionEvent } from './manager-election.ts';
import { observeChild } from './observe-child.ts';
import { sharedInformers } from './shared-informers.ts';

export interface ControllerManagerArgs {
  readonly api: ApiAccess;
  /** Which of them run, by name. Default: all. */
  readonly controllers?: readonly string[];
  /** Options and guards by controller. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Requests per second of one controller's client, and how many at once. Default 20 and 30, as upstream. */
  readonly qps?: number;
  readonly burst?: number;
  /** Whether it works only while it leads, and how it is elected; what is absent is upstream's. Default: false. */
  readonly leaderElection?: boolean | Partial<ElectionConfig>;
}

const DEFAULT_QPS = 20;
const DEFAULT_BURST = 30;
const DEFAULT_WORKERS = 5;
/** A key that asks for itself at once would otherwise let no time pass. */
const MIN_REQUEUE_MS = 1;

/** A program that runs these controllers, by name. @throws Error if two of them disagree about an informer or an index */
export function controllerManager(
  all: Readonly<Record<string, Controller>>,
): Actor<ControllersState, unknown, unknown> {
  const informers = new Informers(sharedInformers(Object.values(all)));
  const manager = new ControllerManager(all, informers);
  return {
    start: (ctx) => manager.start(ctx),
    receive: (state, message, ctx) => {
      manager.receive(state, message, ctx);
      return state;
    },
  };
}

/** The code of the actor; what it remembers is the state. */
class ControllerManager {
  readonly #all: Readonly<Record<string, Controller>>;
  readonly #informers: Informers;

  constructor(all: Readonly<Record<string, Controller>>, informers: Informers) {
    this.#all = all;
    this.#informers = informers;
  }

  start(ctx: Context): ControllersState {
    const { api, controllers = Object.keys(this.#all), leaderElection = false } = argsOf(ctx);
    const running = new Map<string, RunningController>();
    for (const name of controllers) {
      this.#controller(name);
      running.set(name, {
        queue: newWorkQueue(ctx.monotonic),
        expectations: noExpectations(),
        recorder: newEventRecorder(name),
        failures: new Map(),
        bucket: fullBucket(limitsOf(ctx), ctx.monotonic),
        wakeAtUs: undefined,
      });
    }
    const state: ControllersState = {
      informers: { access: api, informers: new Map() },
      election: leaderElection === false ? undefined : beCandidate(ctx, api, leaderElection),
      controllers: running,
      jobs: new Map(),
      nextJob: 0,
      server: 0,
    };
    if (state.election === undefined) this.#begins(state, ctx);
    return state;
  }

  /** Begins to read, and so to work. */
  #begins(state: ControllersState, ctx: Context): void {
    state.informers = this.#informers.start(ctx, argsOf(ctx).api);
    for (const name of state.controllers.keys()) {
      const { resync } = this.#controller(name);
      if (resync !== undefined) this.#setTimer(ctx, `resync/${name}`, resync.everyMs, { controllers: 'resync', name });
    }
  }

  receive(state: ControllersState, message: Message, ctx: Context): void {
    const deltas = this.#informers.receive(state.informers, message, ctx);
    if (deltas !== undefined) {
      for (const delta of deltas) this.#follow(state, delta);
      // The first copy of one informer may be what a controller has waited for, even if it is empty.
      this.#work(state, ctx);
      return;
    }
    if (message.type !== 'response' && message.type !== 'timer') return;
    const then = message.then as ControllersThen | null | undefined;
    if (then?.controllers === undefined) {
      if (this.#elections(state, message, ctx)) return;
      for (const { recorder } of state.controllers.values()) {
        if (receiveEventAnswer(recorder, argsOf(ctx).api, message, ctx)) return;
      }
      return;
    }
    switch (then.controllers) {
      case 'answer':
        if (message.type === 'response') this.#answered(state, then, message, ctx);
        break;
      case 'ask': {
        const action = state.jobs.get(then.job)?.inFlight.get(then.number);
        if (action !== undefined) this.#ask(state, then.job, then.number, action, ctx);
        return;
      }
      case 'wake': {
        const running = this.#running(state, then.name);
        running.wakeAtUs = undefined;
        addDue(running.queue, ctx.monotonic);
        break;
      }
      case 'resync':
        this.#resync(state, then.name, ctx);
        break;
      default:
        throw new Error(`controllers: an outcome of nothing: ${JSON.stringify(then satisfies never)}`);
    }
    this.#work(state, ctx);
  }

  /** Takes what concerns the election; false: the message does not. */
  #elections(state: ControllersState, message: Message, ctx: Context): boolean {
    if (state.election === undefined) return false;
    const { state: election, recorder } = state.election;
    const { api } = argsOf(ctx);
    if (receiveEventAnswer(recorder, api, message, ctx)) return true;
    const news = receiveElection(election, api, message, ctx);
    if (news === 'elected') {
      recordEvent(recorder, api, electionEvent(election), ctx);
      this.#begins(state, ctx);
    }
    if (news === 'lost') ctx.exit(1);
    return news !== undefined;
  }

  /** What a change of a cache means to each controller. */
  #follow(state: ControllersState, delta: Delta): void {
    const view = this.#view(state);
    for (const [name, { queue, expectations }] of state.controllers) {
      const controller = this.#controller(name);
      if (controller.informers[delta.informer] === undefined) continue;
      observeChild(controller.expectations, expectations, delta, view);
      for (const key of controller.keysFor(delta, view)) addKey(queue, key);
    }
  }

  /** Gives keys to workers until there are none left of one of the two. */
  #work(state: ControllersState, ctx: Context): void {
    for (const [name, running] of state.controllers) {
      const controller = this.#controller(name);
      if (running.queue.queue.size > 0 && this.#isSynced(state, controller)) {
        const { workers = DEFAULT_WORKERS } = controller;
        while (running.queue.processing.size < workers) {
          const key = takeKey(running.queue);
          if (key === undefined) break;
          this.#reconcile(state, controller, running, key, ctx);
        }
      }
      const due = nextDueUs(running.queue);
      if (due === undefined || due === running.wakeAtUs) continue;
      running.wakeAtUs = due;
      this.#setTimer(ctx, `wake/${name}`, Math.max(0, (due - ctx.monotonic) / 1000), { controllers: 'wake', name });
    }
  }

  #isSynced({ informers }: ControllersState, controller: Controller): boolean {
    return Object.keys(controller.informers).every((name) => informers.informers.get(name)?.reflector.synced === true);
  }

  #reconcile(
    state: ControllersState,
    controller: Controller,
    { queue, expectations, failures }: RunningController,
    key: string,
    ctx: Context,
  ): void {
    const lastFailure = failures.get(key);
    const actions = controller.reconcile(key, this.#view(state), {
      now: ctx.now,
      time: formatTime(ctx.now),
      random: ctx.random,
      expectationsSatisfied: expectationsSatisfied(expectations, key, ctx.monotonic),
      failures: failuresOf(queue, key),
      ...(lastFailure === undefined ? {} : { lastFailure }),
      options: argsOf(ctx).options?.[controller.name] ?? {},
    });
    const number = state.nextJob++;
    state.jobs.set(number, newJob(controller.name, key, actions));
    this.#advance(state, number, ctx);
  }

  #advance(state: ControllersState, number: number, ctx: Context): void {
    const job = this.#job(state, number);
    const running = this.#running(state, job.controller);
    for (;;) {
      const next = nextOf(job);
      switch (next.kind) {
        case 'wait':
          return;
        case 'event':
          this.#record(running, next.action, ctx);
          break;
        case 'begin':
          for (const each of next.numbers) this.#begin(state, running, number, each, ctx);
          return;
        case 'done':
          this.#finish(state, running, number, job, ctx);
          return;
        default:
          throw new Error(`controllers: no such step: ${JSON.stringify(next satisfies never)}`);
      }
    }
  }

  #begin(state: ControllersState, running: RunningController, job: number, number: number, ctx: Context): void {
    const { key, inFlight } = this.#job(state, job);
    const action = inFlight.get(number);
    if (action === undefined) throw new Error('controllers: an action was begun that is not there.');
    if (action.do === 'create' && action.expect === true) expectCreation(running.expectations, key, ctx.monotonic);
    if (action.do === 'delete' && action.expect === true) {
      expectDeletion(running.expectations, key, action.uid ?? '', ctx.monotonic);
    }
    const waitUs = reserveToken(running.bucket, limitsOf(ctx), ctx.monotonic);
    if (waitUs === 0) this.#ask(state, job, number, action, ctx);
    else this.#setTimer(ctx, `ask/${job}/${number}`, waitUs / 1000, { controllers: 'ask', job, number });
  }

  #ask(state: ControllersState, job: number, number: number, action: RequestAction, ctx: Context): void {
    const { server } = state;
    const then: ControllersThen = { controllers: 'answer', job, number, server };
    apiRequest(ctx, argsOf(ctx).api, actionRequest(action), { then, server });
  }

  #answered(
    state: ControllersState,
    { job: number, number: each, server }: Extract<ControllersThen, { controllers: 'answer' }>,
    message: Extract<Message, { type: 'response' }>,
    ctx: Context,
  ): void {
    const job = this.#job(state, number);
    const running = this.#running(state, job.controller);
    const action = job.inFlight.get(each);
    if (action === undefined) throw new Error('controllers: an answer to nothing.');
    const outcome = apiOutcome(message);
    // Of several requests that a server has failed, the first decides.
    if (!outcome.ok && outcome.reason === 'Unreachable' && server === state.server) state.server++;
    const failure = actionFailure(action, outcome);
    // Also what counts as a success may not have made what was expected.
    if (!outcome.ok) {
      if (action.do === 'create' && action.expect === true) creationObserved(running.expectations, job.key);
      if (action.do === 'delete' && action.expect === true) {
        deletionObserved(running.expectations, job.key, action.uid ?? '');
      }
    }
    const record = recordOf(action, outcome, failure);
    if (record !== undefined) this.#record(running, record, ctx);
    ended(job, each, failure);
    this.#advance(state, number, ctx);
  }

  #finish(state: ControllersState, running: RunningController, number: number, job: Job, ctx: Context): void {
    const { key, failure, requeueMs } = job;
    const { queue, failures } = running;
    state.jobs.delete(number);
    doneWith(queue, key);
    if (failure === undefined) {
      forgetFailures(queue, key);
      failures.delete(key);
    } else {
      failures.set(key, failure);
      addRateLimited(queue, key, ctx.monotonic);
    }
    if (requeueMs !== undefined) addAfter(queue, key, Math.max(requeueMs, MIN_REQUEUE_MS), ctx.monotonic);
  }

  #resync(state: ControllersState, name: string, ctx: Context): void {
    const { resync } = this.#controller(name);
    if (resync === undefined) return;
    const { queue } = this.#running(state, name);
    const view = this.#view(state);
    for (const object of view.list(resync.informer)) {
      const delta: Delta = {
        informer: resync.informer,
        type: 'updated',
        key: objectKey(object),
        object,
        previous: object,
      };
      for (const key of this.#controller(name).keysFor(delta, view)) addKey(queue, key);
    }
    this.#setTimer(ctx, `resync/${name}`, resync.everyMs, { controllers: 'resync', name });
  }

  #record({ recorder }: RunningController, { about, type, reason, message }: EventRecord, ctx: Context): void {
    recordEvent(recorder, argsOf(ctx).api, { about, type, reason, message }, ctx);
  }

  #view({ informers }: ControllersState): View {
    return {
      get: (name, key) => this.#informers.get(informers, name, key),
      list: (name, namespace) => this.#informers.list(informers, name, namespace),
      byIndex: (name, index, value) => this.#informers.byIndex(informers, name, index, value),
    };
  }

  #setTimer(ctx: Context, key: string, afterMs: number, then: ControllersThen): void {
    ctx.setTimer(`controllers/${key}`, afterMs, then);
  }

  #controller(name: string): Controller {
    const controller = this.#all[name];
    if (controller === undefined) throw new Error(`There is no controller "${name}".`);
    return controller;
  }

  #running({ controllers }: ControllersState, name: string): RunningController {
    const running = controllers.get(name);
    if (running === undefined) throw new Error(`The controller "${name}" does not run.`);
    return running;
  }

  #job({ jobs }: ControllersState, number: number): Job {
    const job = jobs.get(number);
    if (job === undefined) throw new Error(`There is no job ${number}.`);
    return job;
  }
}

function argsOf(ctx: Context): ControllerManagerArgs {
  return ctx.args as ControllerManagerArgs;
}

function limitsOf(ctx: Context): BucketLimits {
  const { qps = DEFAULT_QPS, burst = DEFAULT_BURST } = argsOf(ctx);
  return { perSecond: qps, burst };
}
