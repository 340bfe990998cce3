/** Answers of calls, in one shape. */
import type { KubernetesObject } from '../../api/object.ts';
import type { Status } from '../../api/status.ts';
import type { ObjectList } from '../../protocol/api.ts';
import type { Answer, Call, Done } from './continuation.ts';

/** For steps that have only asked something. */
export const PENDING: readonly Done[] = Object.freeze([]);

export function granted({ caller }: Call, object: KubernetesObject | ObjectList, code: 200 | 201 = 200): Answer {
  return { caller, response: { code, object } };
}

export function refused({ caller }: Call, status: Status): Answer {
  return { caller, response: { code: status.code, object: status } };
}
