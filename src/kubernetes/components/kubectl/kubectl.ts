/**
 * kubectl: what the outside asks of the cluster, as requests to the API server from a host of its own.
 *
 * 1. One command at a time, in the order of their arrival; each ends with the note `kubectl` (protocol/kubectl.ts).
 * 2. What the server refuses is said in the outcome, in upstream's words. An unreachable server is asked again each second
 *    for `retryMs`, as a person would; what an unanswered try has done already counts as done.
 * 3. `apply` is client-side apply: create what is missing, otherwise a three-way strategic merge of the manifest before,
 *    the manifest now, and the live object.
 *
 * A crash of this process loses the commands that it was told; whoever waits for their outcome waits in vain.
 */
import type { Actor, Context, Message } from '../../../sim/index.ts';
import { type ApiAccess, type ApiOutcome, apiOutcome, apiRequest } from '../../client/api-client.ts';
import type { KubectlCommand, KubectlOutcome } from '../../protocol/kubectl.ts';
import { type Step, stepDone, stepRequest, stepsOf } from './steps.ts';

export interface KubectlArgs {
  readonly api: ApiAccess;
  /** Default 60,000. */
  readonly retryMs?: number;
}

export interface KubectlState {
  /** Commands that wait; the first is under way. */
  readonly queue: KubectlCommand[];
  /** What is left of the first command; its first step is under way. */
  steps: Step[];
  lines: string[];
  errors: string[];
  /** On the monotonic clock: when the step under way was first tried. */
  since: number;
  /** Whether a try of the step under way may have worked although nobody said so. */
  mayHaveHappened: boolean;
}

const RETRY_MS = 1000;
const DEFAULT_PATIENCE_MS = 60_000;

export const kubectl: Actor<KubectlState, unknown, unknown> = {
  start: () => ({ queue: [], steps: [], lines: [], errors: [], since: 0, mayHaveHappened: false }),

  receive(state, message, ctx) {
    switch (message.type) {
      case 'message':
        state.queue.push(message.body as KubectlCommand);
        if (state.queue.length === 1) begin(state, ctx);
        return state;
      case 'response':
        answered(state, apiOutcome(message as Extract<Message, { type: 'response' }>), ctx);
        return state;
      case 'timer':
        ask(state, ctx);
        return state;
      default:
        return state;
    }
  },
};

function begin(state: KubectlState, ctx: Context): void {
  const command = state.queue[0];
  if (command === undefined) return;
  state.steps = stepsOf(command.action);
  state.since = ctx.monotonic;
  ask(state, ctx);
}

function ask(state: KubectlState, ctx: Context): void {
  let [step] = state.steps;
  while (step?.kind === 'refuse') {
    state.errors.push(step.error);
    state.steps.shift();
    [step] = state.steps;
  }
  if (step === undefined) {
    end(state, ctx);
    return;
  }
  apiRequest(ctx, (ctx.args as KubectlArgs).api, stepRequest(step), { then: null });
}

function answered(state: KubectlState, outcome: ApiOutcome, ctx: Context): void {
  const [step] = state.steps;
  if (step === undefined || step.kind === 'refuse') return;
  const patience = ((ctx.args as KubectlArgs).retryMs ?? DEFAULT_PATIENCE_MS) * 1000;
  if (!outcome.ok && isPassing(outcome) && ctx.monotonic - state.since < patience) {
    state.mayHaveHappened ||= outcome.mayHaveHappened;
    ctx.setTimer('retry', RETRY_MS);
    return;
  }
  const { next, line, error } = stepDone(step, outcome, state.mayHaveHappened);
  state.mayHaveHappened = false;
  state.steps.splice(0, 1, ...next);
  if (line !== undefined) state.lines.push(line);
  if (error !== undefined) state.errors.push(error);
  state.since = ctx.monotonic;
  ask(state, ctx);
}

/** The server is away or not ready yet. */
function isPassing({ reason }: Extract<ApiOutcome, { ok: false }>): boolean {
  return (
    reason === 'Unreachable' ||
    reason === 'ServiceUnavailable' ||
    reason === 'TooManyRequests' ||
    reason === 'ServerTimeout' ||
    reason === 'Timeout' ||
    reason === 'InternalError'
  );
}

function end(state: KubectlState, ctx: Context): void {
  const command = state.queue.shift();
  if (command === undefined) throw new Error('kubectl: a command ends that never began.');
  const outcome: KubectlOutcome = { id: command.id, lines: state.lines, errors: state.errors };
  ctx.note('kubectl', outcome);
  state.lines = [];
  state.errors = [];
  begin(state, ctx);
}
