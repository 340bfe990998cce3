/**
 * A client: reads and writes the register, each in two phases, each phase with a majority of the replicas.
 *
 * - query: ask for versions until a majority has answered; the newest of them is at least as new as that of any operation
 *   that was over before, since any two majorities share a replica.
 * - store: have a version kept by a majority. A write stores its own, one above what it found; a read stores what it
 *   found before it returns it (`readRepair`).
 *
 * Without the read's store phase, a read may return a version that only a minority has yet, and a later read, which
 * asks others, an older one: the new-old inversion.
 *
 * It notes what it does, for the check. An operation that takes too long is given up, its outcome unknown: a write that
 * was given up may still take effect.
 */
import type { Actor, Address, Context } from 'wavetank/sim';
import { type Answer, type Ask, FIRST, isNewer, type Version } from './protocol.ts';

export interface ClientArgs {
  readonly replicas: readonly Address[];
  readonly operations: number;
  /** Whether reads have a store phase. Without it: the planted bug. */
  readonly readRepair: boolean;
}

interface Operation {
  /** When it was invoked: unique in a client, also over crashes, since the monotonic clock never goes back. */
  readonly id: number;
  /** What it writes; null if it reads. */
  readonly writes: string | null;
  phase: 'query' | 'store';
  /** The newest version found; in the store phase, the version to be stored. */
  version: Version;
  /** Who has answered in this phase. */
  answered: Address[];
}

export interface ClientState {
  /** How many are over, one way or the other. */
  done: number;
  operation: Operation | undefined;
}

/** What a request or a timer is about; what belongs to an earlier operation or phase is not listened to. */
interface Ticket {
  readonly id: number;
  readonly phase: Operation['phase'];
  readonly replica: Address;
}

type Then = Ticket | 'next' | 'give up';

const REQUEST_TIMEOUT_MS = 100;
const ASK_AGAIN_AFTER_MS = 50;
const GIVE_UP_AFTER_MS = 500;

export const client: Actor<ClientState, Answer, Then> = {
  start(ctx) {
    think(ctx);
    return { done: 0, operation: undefined };
  },

  receive(state, message, ctx) {
    switch (message.type) {
      case 'timer':
        if (message.then === 'next') invoke(state, ctx);
        else if (message.then === 'give up') finish(state, 'unknown', ctx);
        else if (isCurrent(state, message.then)) askOne(state.operation, message.then.replica, ctx);
        break;
      case 'response': {
        // Only requests for an operation have responses.
        const ticket = message.then as Ticket;
        if (!isCurrent(state, ticket)) break;
        if (message.ok) answered(state, state.operation, ticket.replica, message.body, ctx);
        else ctx.setTimer(ticket.replica, ASK_AGAIN_AFTER_MS, ticket);
        break;
      }
      default: // Nobody else writes to a client.
    }
    return state;
  },
};

function think(ctx: Context<Then>): void {
  ctx.setTimer('operation', ctx.random.integer(20, 80), 'next');
}

function invoke(state: ClientState, ctx: Context<Then>): void {
  const id = ctx.monotonic;
  const writes = ctx.random.chance(0.4) ? `${ctx.host}@${id}` : null;
  const operation: Operation = { id, writes, phase: 'query', version: FIRST, answered: [] };
  state.operation = operation;
  ctx.note('invoke', { op: id, input: writes === null ? { type: 'read' } : { type: 'write', value: writes } });
  ctx.setTimer('operation', GIVE_UP_AFTER_MS, 'give up');
  askAll(operation, ctx);
}

function answered(
  state: ClientState,
  operation: Operation,
  replica: Address,
  answer: Answer,
  ctx: Context<Then>,
): void {
  const { replicas } = ctx.args as ClientArgs;
  if (answer.type === 'found' && isNewer(answer.version, operation.version)) operation.version = answer.version;
  operation.answered.push(replica);
  if (operation.answered.length * 2 <= replicas.length) return;
  switch (operation.phase) {
    case 'query':
      queried(state, operation, ctx);
      break;
    case 'store':
      finish(state, 'ok', ctx);
      break;
    default:
      operation.phase satisfies never;
  }
}

/** A majority has answered the query. */
function queried(state: ClientState, operation: Operation, ctx: Context<Then>): void {
  const { readRepair } = ctx.args as ClientArgs;
  const { writes, version } = operation;
  if (writes === null && !readRepair) {
    finish(state, 'ok', ctx);
    return;
  }
  if (writes !== null) operation.version = { counter: version.counter + 1, value: writes };
  operation.phase = 'store';
  operation.answered = [];
  askAll(operation, ctx);
}

function finish(state: ClientState, outcome: 'ok' | 'unknown', ctx: Context<Then>): void {
  const { operations } = ctx.args as ClientArgs;
  const { operation } = state;
  if (operation === undefined) throw new Error('No operation to finish.');
  const output = operation.writes === null ? operation.version.value : null;
  ctx.note(outcome, outcome === 'ok' ? { op: operation.id, output } : { op: operation.id });
  state.operation = undefined;
  state.done++;
  if (state.done < operations) think(ctx);
  else ctx.cancelTimer('operation');
}

function askAll(operation: Operation, ctx: Context<Then>): void {
  for (const replica of (ctx.args as ClientArgs).replicas) askOne(operation, replica, ctx);
}

function askOne({ id, phase, version }: Operation, replica: Address, ctx: Context<Then>): void {
  const ask: Ask = phase === 'query' ? { type: 'query' } : { type: 'store', version };
  ctx.request(replica, ask, { timeoutMs: REQUEST_TIMEOUT_MS, then: { id, phase, replica } });
}

function isCurrent(state: ClientState, ticket: Ticket): state is ClientState & { operation: Operation } {
  return state.operation?.id === ticket.id && state.operation.phase === ticket.phase;
}
