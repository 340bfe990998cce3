/**
 * Why a patch was refused. Upstream: apimachinery/pkg/util/mergepatch/errors.go for the words,
 * apiserver/pkg/endpoints/handlers/patch.go for what the server makes of them.
 */
import { goText, goType, type JsonObject } from './json-value.ts';
import type { StatusReason } from './status.ts';

export type PatchErrorReason = Extract<
  StatusReason,
  'BadRequest' | 'Invalid' | 'RequestEntityTooLarge' | 'InternalError' | 'Conflict'
>;

/**
 * A refusal, as a value: functions return it. Within a module it is thrown through the recursion and caught at the module's door.
 *
 * `message` is worded as upstream. `reason` is what the API server answers with; upstream has an internal error for most
 * mistakes in a strategic merge patch, and so has this. `Conflict` and the failed precondition occur only at the client.
 */
export class PatchError extends Error {
  readonly reason: PatchErrorReason;

  constructor(message: string, reason: PatchErrorReason = 'InternalError') {
    super(message);
    this.name = 'PatchError';
    this.reason = reason;
  }

  /** What the API server writes into its Status: of an `Invalid` patch it keeps the reason to itself. */
  get answer(): string {
    return this.reason === 'Invalid' ? 'the server rejected our request due to an error in our request' : this.message;
  }
}

export type PatchResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: PatchError };

/** Runs a step of which only PatchErrors may come; anything else is a bug of ours and goes on. */
export function patchResult<T>(step: () => T): PatchResult<T> {
  try {
    return { ok: true, value: step() };
  } catch (error) {
    if (error instanceof PatchError) return { ok: false, error };
    throw error;
  }
}

export const badPrimitiveList = () => new PatchError('invalid patch format of primitive list', 'BadRequest');
export const badRetainKeys = () => new PatchError('invalid patch format of retainKeys', 'BadRequest');
export const badElementOrder = () => new PatchError('invalid patch format of setElementOrder list', 'BadRequest');
export const listOfLists = () => new PatchError('lists of lists are not supported', 'Invalid');
export const notAnObject = () => new PatchError('invalid JSON document', 'BadRequest');

export function noMergeKey(item: JsonObject, key: string): PatchError {
  return new PatchError(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}

export function badType(expected: 'map[string]interface {}' | '[]interface {}', found: unknown): PatchError {
  return new PatchError(`expected a ${expected}, but received a ${goType(found)}`);
}

export function badDirective(directive: unknown, patch: JsonObject): PatchError {
  return new PatchError(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
}

/** The list, or a PatchError worded as a failed type assertion. */
export function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badType('[]interface {}', value);
  return value;
}

export function mapOf(value: unknown): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw badType('map[string]interface {}', value);
  return value as JsonObject;
}
