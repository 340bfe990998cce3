/**
 * Records Events at the API server, one after the other and without anybody waiting for them
 * (client-go/tools/record/event.go, StartRecordingToSink).
 *
 * 1. The order of Events is kept.
 * 2. What the server refuses is given up; an Event whose earlier record is gone is created anew. While no server can be
 *    reached, an Event is tried again each 10 s (the first time after a part of that), 12 times in all.
 * 3. At most 1,000 Events wait; what comes then is dropped.
 *
 * The owner passes on the messages that `receive` takes: those whose `then` has `events`, and timers `events/…`.
 */
import type { Context, Message } from '../../sim/index.ts';
import { EVENTS } from '../api/resource.ts';
import { type ApiAccess, apiOutcome, apiRequest } from './api-client.ts';
import {
  type CorrelatedEvent,
  correlate,
  type EventCorrelator,
  newCorrelator,
  type Occurrence,
} from './event-correlator.ts';

/** Plain data. */
export interface EventRecorderState {
  readonly correlator: EventCorrelator;
  /** The first is under way. */
  readonly waiting: CorrelatedEvent[];
  /** How often the first was tried in vain. */
  tries: number;
  server: number;
}

interface RecorderThen {
  readonly events: 'answer' | 'retry';
  /** Whose it is: an actor may have several recorders, each with a component of its own. */
  readonly component: string;
}

const MAX_WAITING = 1000;
const MAX_TRIES = 12;
const RETRY_MS = 10_000;

/** @param host of a kubelet or another component that belongs to a host */
export function newEventRecorder(component: string, host = ''): EventRecorderState {
  return { correlator: newCorrelator(component, host), waiting: [], tries: 0, server: 0 };
}

export function recordEvent(
  recorder: EventRecorderState,
  access: ApiAccess,
  occurrence: Occurrence,
  ctx: Context,
): void {
  if (recorder.waiting.length >= MAX_WAITING) return;
  const event = correlate(recorder.correlator, occurrence, ctx.now);
  if (event === undefined) return;
  recorder.waiting.push(event);
  if (recorder.waiting.length === 1) send(recorder, access, ctx);
}

/** Takes a message; false: it is not the recorder's. */
export function receiveEventAnswer(
  recorder: EventRecorderState,
  access: ApiAccess,
  message: Message,
  ctx: Context,
): boolean {
  if (message.type !== 'response' && message.type !== 'timer') return false;
  const then = message.then as RecorderThen | undefined | null;
  if ((then?.events !== 'answer' && then?.events !== 'retry') || then.component !== recorder.correlator.component) {
    return false;
  }
  if (message.type === 'timer') send(recorder, access, ctx);
  else answered(recorder, access, message, ctx);
  return true;
}

function send({ waiting, server, correlator }: EventRecorderState, access: ApiAccess, ctx: Context): void {
  const [first] = waiting;
  if (first === undefined) return;
  const { verb, event } = first;
  const { name, namespace } = event.metadata;
  const request =
    verb === 'create'
      ? ({ verb, resource: EVENTS, namespace, object: { ...event } } as const)
      : ({ verb, resource: EVENTS, namespace, name, patchType: 'strategic', patch: newCount(event) } as const);
  const then: RecorderThen = { events: 'answer', component: correlator.component };
  apiRequest(ctx, access, request, { then, server });
}

function answered(
  recorder: EventRecorderState,
  access: ApiAccess,
  message: Extract<Message, { type: 'response' }>,
  ctx: Context,
): void {
  const { waiting } = recorder;
  const [first] = waiting;
  if (first === undefined) throw new Error('An event recorder got an answer that it did not ask for.');
  const outcome = apiOutcome(message);
  if (!outcome.ok && outcome.reason === 'Unreachable') {
    recorder.server++;
    recorder.tries++;
    if (recorder.tries < MAX_TRIES) {
      const share = recorder.tries === 1 ? ctx.random.unit() : 1;
      const { component } = recorder.correlator;
      ctx.setTimer(`events/${component}`, RETRY_MS * share, { events: 'retry', component } satisfies RecorderThen);
      return;
    }
  }
  recorder.tries = 0;
  if (!outcome.ok && outcome.reason === 'NotFound' && first.verb === 'patch') {
    waiting[0] = { verb: 'create', event: first.event };
  } else waiting.shift();
  send(recorder, access, ctx);
}

function newCount({ count, message, lastTimestamp }: CorrelatedEvent['event']): unknown {
  return { count, message, lastTimestamp };
}
