/**
 * How the API says no: the Status object, with upstream's reasons and codes
 * (apimachinery/pkg/apis/meta/v1/types.go, apimachinery/pkg/api/errors/errors.go).
 */

/** The codes of upstream's reasons. */
export const STATUS_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  /** There is one of this name already. */
  AlreadyExists: 409,
  /** The object has changed since it was read, or is in no state for this. */
  Conflict: 409,
  /** The resource version is too old: list again. */
  Gone: 410,
  /** As `Gone`, said of a watch or a continued list. */
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  /** Try again later; said also of a resource version that is too new. It may have happened. */
  Timeout: 504,
  /** The server could not find out in time. */
  ServerTimeout: 500,
} as const;

export type StatusReason = keyof typeof STATUS_CODES;

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** A failure as the API answers it. */
export interface Status {
  readonly apiVersion: 'v1';
  readonly kind: 'Status';
  readonly metadata: Record<string, never>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: StatusReason;
  readonly code: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
}

export function failureStatus(reason: StatusReason, message: string, details?: Status['details']): Status {
  const code = STATUS_CODES[reason];
  const status = { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', message, reason, code } as const;
  return details === undefined ? status : { ...status, details };
}
