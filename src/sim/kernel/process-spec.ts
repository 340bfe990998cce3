/** What is said of a process or a child before it runs: program, restart policy, service times. All plain data. */
import type { Distribution } from './distribution.ts';

/**
 * What a panic of a child actor brings down: the whole process; the child alone, for good; the child, which starts again;
 * or the child and its siblings, which all start again. Erlang/OTP's `one_for_one` and `one_for_all` are the last two.
 */
export type OnPanic = 'escalate' | 'stop' | 'restart' | 'restart-all';

/** When a process that has ended starts again; Kubernetes and systemd use the same three. */
export type RestartPolicy = 'always' | 'on-failure' | 'never';

/** How long a restart waits: `initialMs`, times `factor` for each further one, up to `maxMs`. */
export interface Backoff {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** After running this long without an end, the next wait is `initialMs` again. */
  readonly resetAfterMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { initialMs: 100, factor: 2, maxMs: 30_000, resetAfterMs: 60_000 };

/**
 * How long a process takes over what it receives: `servers` deliveries at a time, each for a drawn time, the rest in a
 * queue. The step itself runs at the end of its service. Without a model a delivery costs no time.
 */
export interface ServiceModel {
  readonly time: Distribution;
  /** Default 1. */
  readonly servers?: number;
  /**
   * How many deliveries may wait. Beyond it requests are refused ("queue full") and datagrams dropped; streams are held
   * back by their own windows, and timers, responses and disk outcomes always get in. Default: no bound.
   */
  readonly queueLimit?: number;
}

/** One process of a host. */
export interface ProcessSpec {
  readonly name: string;
  /** A name in the world's `programs`. */
  readonly program: string;
  /** Plain data for `ctx.args`. */
  readonly args?: unknown;
  /** Default `on-failure`. */
  readonly restart?: RestartPolicy;
  readonly backoff?: Backoff;
  readonly service?: ServiceModel;
}
