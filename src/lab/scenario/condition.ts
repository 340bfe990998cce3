/** What a scenario can wait for or assert, as data; evaluate-condition.ts says whether it holds. */
import type { ObjectRef } from '../../kubernetes/protocol/kubectl.ts';

export type Condition =
  /** These Deployments have the condition Available; `all`: each there is, and at least one. */
  | { readonly kind: 'available'; readonly refs: readonly ObjectRef[] | 'all' }
  /** These Deployments are rolled out: observed, updated, available, and nothing old is left. */
  | { readonly kind: 'complete'; readonly refs: readonly ObjectRef[] | 'all' }
  /** Pods that match are Ready: `count` of them, or all there are and at least one. Those that are going do not count. */
  | { readonly kind: 'ready'; readonly selector: string; readonly namespace: string; readonly count?: number }
  /** Every Deployment is rolled out, and every pod is Ready or has ended well. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'exists'; readonly ref: ObjectRef }
  | { readonly kind: 'gone'; readonly ref: ObjectRef }
  /** A field of an object, as a path `status.readyReplicas`, compared. */
  | { readonly kind: 'value'; readonly ref: ObjectRef; readonly path: string; readonly compare: Comparison }
  /** What the load generators among these pods have counted so far, in sum. */
  | {
      readonly kind: 'requests';
      readonly selector: string;
      readonly namespace: string;
      readonly counts: Readonly<Partial<Record<RequestCount, Comparison>>>;
    }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

export const REQUEST_COUNTS = ['sent', 'ok', 'failed'] as const;

export type RequestCount = (typeof REQUEST_COUNTS)[number];

/** All that are given must hold. */
export interface Comparison {
  readonly is?: string | number | boolean;
  readonly atLeast?: number;
  readonly atMost?: number;
}
