/**
 * What becomes of an occurrence that a component reports: a new Event, one more count of an earlier one, or nothing. As
 * plain data (client-go/tools/record/events_cache.go, EventCorrelator).
 *
 * 1. The same occurrence again counts up its Event.
 * 2. Occurrences about one object that differ only in their messages become one Event from the 10th on, until none has come
 *    for 10 min: `(combined from similar events): …`.
 * 3. A source says 25 things about an object, then one each 5 min; the rest is dropped.
 */
import type { Event, New, ObjectReference } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import { recall, remember } from './recent-map.ts';
import { type BucketLimits, fullBucket, type TokenBucket, tryTakeToken } from './token-bucket.ts';

export interface Occurrence {
  readonly about: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface EventCorrelator {
  readonly component: string;
  /** '' for components that belong to no host. */
  readonly host: string;
  /** How many Events were made: keeps names of one instant apart. */
  made: number;
  readonly similar: Map<string, { readonly messages: Set<string>; lastUs: number }>;
  readonly seen: Map<string, { count: number; readonly name: string; readonly firstTimestamp: string }>;
  readonly spam: Map<string, TokenBucket>;
}

/** What to ask of the API server: to create the Event, or to write its new count over the one of its name. */
export interface CorrelatedEvent {
  readonly verb: 'create' | 'patch';
  readonly event: New<Event> & { readonly metadata: { readonly name: string; readonly namespace: string } };
}

/** maxLruCacheEntries. */
const CACHE_ENTRIES = 4096;
/** defaultAggregateMaxEvents. */
const MAX_SIMILAR = 10;
/** defaultAggregateIntervalInSeconds. */
const SIMILAR_US = 600_000_000;
/** defaultSpamBurst, defaultSpamQPS. */
const SPAM_LIMITS: BucketLimits = { perSecond: 1 / 300, burst: 25 };

export function newCorrelator(component: string, host = ''): EventCorrelator {
  return { component, host, made: 0, similar: new Map(), seen: new Map(), spam: new Map() };
}

/** @param nowUs the wall clock. Undefined: nothing is to be said. */
export function correlate(
  correlator: EventCorrelator,
  occurrence: Occurrence,
  nowUs: number,
): CorrelatedEvent | undefined {
  const { about } = occurrence;
  const object = [about.kind, about.namespace, about.name, about.uid, about.apiVersion].join('\n');
  const group = [object, occurrence.type, occurrence.reason].join('\n');
  const combined = isOneOfMany(correlator, group, occurrence.message, nowUs);
  const message = combined ? `(combined from similar events): ${occurrence.message}` : occurrence.message;
  const key = combined ? group : [group, about.fieldPath, message].join('\n');

  const now = formatTime(nowUs);
  const before = recall(correlator.seen, key);
  const name = before?.name ?? eventName(correlator, about.name ?? '', nowUs);
  const firstTimestamp = before?.firstTimestamp ?? now;
  const count = (before?.count ?? 0) + 1;
  remember(correlator.seen, key, { count, name, firstTimestamp }, CACHE_ENTRIES);

  const bucket = recall(correlator.spam, object) ?? fullBucket(SPAM_LIMITS, nowUs);
  remember(correlator.spam, object, bucket, CACHE_ENTRIES);
  if (!tryTakeToken(bucket, SPAM_LIMITS, nowUs)) return undefined;

  const { component, host } = correlator;
  return {
    verb: before === undefined ? 'create' : 'patch',
    event: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: about.namespace ?? 'default' },
      involvedObject: { ...about },
      reason: occurrence.reason,
      message,
      type: occurrence.type,
      count,
      firstTimestamp,
      lastTimestamp: now,
      source: host === '' ? { component } : { component, host },
      reportingComponent: component,
      reportingInstance: host,
    },
  };
}

/** Whether so many alike have come that they are told as one. */
function isOneOfMany({ similar }: EventCorrelator, group: string, message: string, nowUs: number): boolean {
  let record = recall(similar, group);
  if (record === undefined || nowUs - record.lastUs > SIMILAR_US) record = { messages: new Set(), lastUs: nowUs };
  record.messages.add(message);
  record.lastUs = nowUs;
  remember(similar, group, record, CACHE_ENTRIES);
  if (record.messages.size < MAX_SIMILAR) return false;
  // The set need not grow any further. Upstream drops any; the oldest makes it a function of what came.
  for (const oldest of record.messages) {
    record.messages.delete(oldest);
    break;
  }
  return true;
}

/** `web-1.17c3a5…`: unique by the time, which upstream has in nanoseconds and a simulation in microseconds. */
function eventName(correlator: EventCorrelator, about: string, nowUs: number): string {
  return `${about}.${nowUs.toString(16)}${(correlator.made++ % 4096).toString(16).padStart(3, '0')}`;
}
