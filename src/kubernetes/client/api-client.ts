/** Requests to the API server: from whom, to which server, and what came of one, in one shape. */
import type { Address, Context, Message } from '../../sim/index.ts';
import type { KubernetesObject } from '../api/object.ts';
import type { StatusReason } from '../api/status.ts';
import type { ApiRequest, ApiResponse, ObjectList } from '../protocol/api.ts';

/** Where the API is and who asks; plain data, part of a component's `ctx.args`. */
export interface ApiAccess {
  /** The API servers, each `host/process`. A client uses one until it fails it, then the next. */
  readonly servers: readonly Address[];
  readonly user: string;
}

type WithoutUser<T> = T extends unknown ? Omit<T, 'user'> : never;

/** A request without who asks: that is in the `ApiAccess`. */
export type BareRequest = WithoutUser<ApiRequest>;

/** What came of a request. */
export type ApiOutcome =
  | { readonly ok: true; readonly code: number; readonly object: KubernetesObject | ObjectList }
  | {
      readonly ok: false;
      /** `Unreachable`: no answer of the server's own. */
      readonly reason: StatusReason | 'Unreachable';
      readonly message: string;
      /** Whether the server may have done it all the same. */
      readonly mayHaveHappened: boolean;
      readonly retryAfterSeconds?: number;
    };

/** Asks the API server `access.servers[server]`; the outcome arrives as a `response` message with `then`. */
export function apiRequest(
  ctx: Context,
  access: ApiAccess,
  request: BareRequest,
  options: { readonly then: unknown; readonly timeoutMs?: number; readonly server?: number },
): void {
  const { servers, user } = access;
  const to = servers[(options.server ?? 0) % servers.length];
  if (to === undefined) throw new Error('apiRequest: an ApiAccess names one server at least.');
  ctx.request(to, { ...request, user }, { timeoutMs: options.timeoutMs ?? REQUEST_TIMEOUT_MS, then: options.then });
}

/** client-go has no time-out of its own for most calls; 34 s is what an API server lets a request take at most, and a bit. */
export const REQUEST_TIMEOUT_MS = 34_000;

/** What a `response` to an `apiRequest` says. */
export function apiOutcome(message: Extract<Message, { type: 'response' }>): ApiOutcome {
  if (!message.ok) {
    const { reason, mayHaveHappened, failure } = message;
    return { ok: false, reason: 'Unreachable', message: `${failure}: ${reason}`, mayHaveHappened };
  }
  const response = message.body as ApiResponse;
  if (response.code < 400) return { ok: true, code: response.code, object: response.object as KubernetesObject };
  const status = response.object as Extract<ApiResponse['object'], { reason: StatusReason }>;
  const retryAfterSeconds = status.details?.retryAfterSeconds;
  return {
    ok: false,
    reason: status.reason,
    message: status.message,
    mayHaveHappened: status.reason === 'Timeout' || status.reason === 'ServerTimeout',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}
