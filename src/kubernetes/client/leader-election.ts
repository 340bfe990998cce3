/**
 * Leader election: of several processes one leads, as long as it renews its Lease in time
 * (client-go/tools/leaderelection/leaderelection.go).
 *
 * 1. A candidate tries again a retry period after each failure, and up to 2.2 times as long (jittered).
 * 2. A leader renews a retry period after each success. When it has not succeeded for the renew deadline, counted from the
 *    beginning of the attempt, it has lost: an outstanding request does not prolong this.
 * 3. Nothing fences what a deposed leader has under way, as upstream. A process that is paused for longer than the
 *    lease finds out when it goes on.
 *
 * The owner passes on messages whose `then` has `election`; timers are `election/…`. Left out: coordinated leader election.
 */
import type { Context, Message } from '../../sim/index.ts';
import type { Lease, NewObject } from '../api/object.ts';
import { LEASES } from '../api/resource.ts';
import { type ApiAccess, type ApiOutcome, apiOutcome, apiRequest } from './api-client.ts';
import {
  type ElectionConfig,
  type ElectionRecord,
  heldByAnother,
  isHolder,
  isLeaseValid,
  leaseWritten,
  observeLease,
  wantedLease,
} from './election-record.ts';

/** Plain data. */
export interface ElectionState {
  readonly config: ElectionConfig;
  readonly record: ElectionRecord;
  phase: 'candidate' | 'leader' | 'lost';
  /** Whether the renew deadline runs. */
  renewing: boolean;
  /** Tells the answers of this attempt from those that come too late. */
  attempt: number;
  server: number;
}

interface ElectionThen {
  readonly election: 'update' | 'get' | 'write' | 'try' | 'deadline';
  readonly attempt: number;
}

/** What a message has changed. */
export type ElectionNews = 'elected' | 'lost' | 'nothing';

/** 15 s, 10 s, 2 s (component-base/config/v1alpha1/defaults.go). */
export const DEFAULT_ELECTION = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 } as const;

/** JitterFactor. */
const JITTER = 1.2;

/** @param identity unique to this run of the process: a restarted leader has to be elected anew */
export function startElection(
  ctx: Context,
  access: ApiAccess,
  config: ElectionConfig,
  identity: string,
): ElectionState {
  const record: ElectionRecord = { identity, observed: undefined, observedAtUs: 0 };
  const election: ElectionState = { config, record, phase: 'candidate', renewing: false, attempt: 0, server: 0 };
  tryOnce(election, access, ctx);
  return election;
}

/** Takes a message; undefined: it is not the election's. */
export function receiveElection(
  election: ElectionState,
  access: ApiAccess,
  message: Message,
  ctx: Context,
): ElectionNews | undefined {
  if (message.type !== 'response' && message.type !== 'timer') return undefined;
  const then = message.then as Partial<ElectionThen> | undefined | null;
  if (then?.election === undefined) return undefined;
  if (election.phase === 'lost') return 'nothing';
  if (message.type === 'response') {
    if (then.attempt !== election.attempt) return 'nothing';
    return answered(election, access, then.election, apiOutcome(message), ctx);
  }
  if (then.election === 'deadline') {
    election.phase = 'lost';
    return 'lost';
  }
  tryOnce(election, access, ctx);
  return 'nothing';
}

/** A leader that relies on its lease writes at once; others read it first. */
function tryOnce(election: ElectionState, access: ApiAccess, ctx: Context): void {
  const { config, phase, record } = election;
  if (phase === 'leader' && !election.renewing) {
    election.renewing = true;
    ctx.setTimer('election/deadline', config.renewDeadlineMs, { election: 'deadline', attempt: 0 });
  }
  if (isHolder(record) && isLeaseValid(record, ctx.monotonic)) write(election, access, 'update', ctx);
  else read(election, access, ctx);
}

function read(election: ElectionState, access: ApiAccess, ctx: Context): void {
  const { namespace, name } = election.config;
  ask(election, access, { verb: 'get', resource: LEASES, namespace, name }, 'get', ctx);
}

function write(election: ElectionState, access: ApiAccess, then: 'update' | 'write', ctx: Context): void {
  const { config, record } = election;
  const { namespace, name } = config;
  const object = wantedLease(record, config, ctx.now) as NewObject;
  if (record.observed === undefined) {
    ask(election, access, { verb: 'create', resource: LEASES, namespace, object }, then, ctx);
  } else ask(election, access, { verb: 'update', resource: LEASES, namespace, name, object }, then, ctx);
}

function answered(
  election: ElectionState,
  access: ApiAccess,
  step: ElectionThen['election'],
  outcome: ApiOutcome,
  ctx: Context,
): ElectionNews {
  const { record } = election;
  if (!outcome.ok && outcome.reason === 'Unreachable') election.server++;
  if (step === 'get') {
    if (outcome.ok) {
      observeLease(record, outcome.object as Lease, ctx.monotonic);
      if (heldByAnother(record, ctx.monotonic)) return failed(election, ctx);
    } else if (outcome.reason === 'NotFound') record.observed = undefined;
    else return failed(election, ctx);
    write(election, access, 'write', ctx);
    return 'nothing';
  }
  if (outcome.ok) return succeeded(election, outcome.object as Lease, ctx);
  // The lease has changed, or it is not known whether it has: look.
  if (step === 'update') {
    read(election, access, ctx);
    return 'nothing';
  }
  return failed(election, ctx);
}

function succeeded(election: ElectionState, lease: Lease, ctx: Context): ElectionNews {
  leaseWritten(election.record, lease, ctx.monotonic);
  ctx.cancelTimer('election/deadline');
  election.renewing = false;
  setTry(election, election.config.retryPeriodMs, ctx);
  if (election.phase === 'leader') return 'nothing';
  election.phase = 'leader';
  return 'elected';
}

function failed(election: ElectionState, ctx: Context): ElectionNews {
  const { retryPeriodMs } = election.config;
  const jitter = election.phase === 'candidate' ? 1 + JITTER * ctx.random.unit() : 1;
  setTry(election, retryPeriodMs * jitter, ctx);
  return 'nothing';
}

function setTry(election: ElectionState, afterMs: number, ctx: Context): void {
  ctx.setTimer('election/try', afterMs, { election: 'try', attempt: election.attempt } satisfies ElectionThen);
}

function ask(
  election: ElectionState,
  access: ApiAccess,
  request: Parameters<typeof apiRequest>[2],
  then: ElectionThen['election'],
  ctx: Context,
): void {
  election.attempt++;
  // NewFromKubeconfig: half of the renew deadline, and at least a second.
  const timeoutMs = Math.max(1000, election.config.renewDeadlineMs / 2);
  const continuation: ElectionThen = { election: then, attempt: election.attempt };
  apiRequest(ctx, access, request, { then: continuation, timeoutMs, server: election.server });
}
