/** What the scheduler remembers and is told at its start; plain data. */

import type { ObjectReference } from '../../api/object.ts';
import type { ApiAccess } from '../../client/api-client.ts';
import type { EventRecorderState } from '../../client/event-recorder.ts';
import type { InformersState } from '../../client/informers.ts';
import type { Cache } from './cache.ts';
import type { QueueTimes, SchedulingQueue } from './scheduling-queue.ts';

export interface SchedulerArgs {
  readonly api: ApiAccess;
  /** Which pods are its own. Default `default-scheduler`. */
  readonly schedulerName?: string;
  /** In percent; 0, the default: adaptive. */
  readonly percentageOfNodesToScore?: number;
  readonly queue?: Partial<QueueTimes>;
}

export interface SchedulerState {
  readonly informers: InformersState;
  readonly cache: Cache;
  readonly queue: SchedulingQueue;
  /** Where the next search for nodes begins. */
  nextStart: number;
  /** For when the timer that flushes the queue is set, on the monotonic clock; undefined: it is not. */
  flushAt: number | undefined;
  readonly events: EventRecorderState;
}

/** What the outcomes of its requests carry. */
export type SchedulerThen =
  /** `pod` as it was when it was decided on: the watch may tell of the binding before the answer does. */
  | { readonly for: 'bind'; readonly key: string; readonly pod: ObjectReference; readonly node: string }
  | { readonly for: 'report' };
