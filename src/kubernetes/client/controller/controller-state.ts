/** What a process that runs controllers remembers; plain data. */
import type { EventRecorderState } from '../event-recorder.ts';
import type { Expectations } from '../expectations.ts';
import type { InformersState } from '../informers.ts';
import type { ElectionState } from '../leader-election.ts';
import type { TokenBucket } from '../token-bucket.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { ActionFailure } from './action-request.ts';
import type { Job } from './job.ts';

export interface ControllersState {
  /** Without any until this process leads, if it has to be elected. */
  informers: InformersState;
  /** Undefined: it works without being elected. */
  readonly election: { readonly state: ElectionState; readonly recorder: EventRecorderState } | undefined;
  /** By name. */
  readonly controllers: Map<string, RunningController>;
  /** Keys under work, by number. */
  readonly jobs: Map<number, Job>;
  nextJob: number;
  /** Which of the API servers it talks to, counted on and on. */
  server: number;
}

export interface RunningController {
  readonly queue: WorkQueue;
  readonly expectations: Expectations;
  readonly recorder: EventRecorderState;
  /** Why keys failed the last time. */
  readonly failures: Map<string, ActionFailure>;
  /** What its client may still ask at once. */
  readonly bucket: TokenBucket;
  /** For when its timer is set, on the monotonic clock; undefined: it is not. */
  wakeAtUs: number | undefined;
}

/** What the outcomes of its own requests and timers carry. */
export type ControllersThen =
  | { readonly controllers: 'answer'; readonly job: number; readonly number: number; readonly server: number }
  /** A request whose turn has come. */
  | { readonly controllers: 'ask'; readonly job: number; readonly number: number }
  | { readonly controllers: 'wake'; readonly name: string }
  | { readonly controllers: 'resync'; readonly name: string };
