/**
 * What the API server says when it says no: Statuses in upstream's words
 * (apimachinery/pkg/api/errors/errors.go, apiserver/pkg/storage/errors.go).
 */
import { type FieldError, formatFieldError } from '../../api/field-error.ts';
import type { Resource } from '../../api/resource.ts';
import { failureStatus, type Status, type StatusReason } from '../../api/status.ts';

type Which = Pick<Resource, 'group' | 'plural'>;

/** `pods`, `deployments.apps`. */
function qualified({ group, plural }: Which): string {
  return group === '' ? plural : `${plural}.${group}`;
}

const about = ({ group, plural }: Which, name: string): Status['details'] => {
  return { name, kind: plural, ...(group === '' ? {} : { group }) };
};

export function notFound(resource: Which, name: string): Status {
  return failureStatus('NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name));
}

/** No such resource, or no such verb on it. */
export function unknownResource(): Status {
  return failureStatus('NotFound', 'the server could not find the requested resource');
}

export function alreadyExists(resource: Which, name: string, beingDeleted = false): Status {
  const message = `${qualified(resource)} "${name}" already exists`;
  const shown = beingDeleted ? `object is being deleted: ${message}` : message;
  return failureStatus('AlreadyExists', shown, about(resource, name));
}

/** Every generated name was taken. */
export function generatedNamesTaken(resource: Which, name: string): Status {
  const message = `${qualified(resource)} "${name}" already exists, the server was not able to generate a unique name for the object`;
  return failureStatus('AlreadyExists', message, about(resource, name));
}

export function conflict(resource: Which, name: string, why: string): Status {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return failureStatus('Conflict', message, about(resource, name));
}

/** The object is not the one that the client has read (apiserver/pkg/registry/generic/registry/store.go). */
export function modified(resource: Which, name: string): Status {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(resource, name, why);
}

export function forbidden(resource: Which, name: string, why: string, cause?: string): Status {
  const details = about(resource, name);
  const causes = cause === undefined ? {} : { causes: [{ reason: cause, message: why }] };
  return failureStatus('Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, { ...details, ...causes });
}

/** Some fields are wrong; all of what is wrong is said at once. */
export function invalid(
  { group, kind }: Pick<Resource, 'group' | 'kind'>,
  name: string,
  errors: readonly FieldError[],
): Status {
  const texts = [...new Set(errors.map(formatFieldError))];
  const said = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = errors.map(({ type, field, detail, value }) => {
    return { reason: type, message: formatFieldError({ type, field: '', detail, value }).slice(2), field };
  });
  const which = group === '' ? kind : `${kind}.${group}`;
  const details = { name, kind, ...(group === '' ? {} : { group }), causes };
  return failureStatus('Invalid', `${which} "${name}" is invalid: ${said}`, details);
}

export function badRequest(message: string): Status {
  return failureStatus('BadRequest', message);
}

/** Something under the server has failed: its storage, mostly. The message is passed on as it is. */
export function internalError(message: string): Status {
  return failureStatus('InternalError', message);
}

/** The caches are not filled yet. */
export function notReady(): Status {
  return failureStatus('ServiceUnavailable', 'storage is (re)initializing', { retryAfterSeconds: 1 });
}

/** The events after this revision are no longer known. */
export function tooOld(revision: number, oldest: number): Status {
  return failureStatus('Expired', `too old resource version: ${revision} (${oldest})`);
}

/** This server has not yet seen this revision. */
export function tooLarge(revision: number, current: number): Status {
  const message = `Too large resource version: ${revision}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return failureStatus('Timeout', message, { causes, retryAfterSeconds: 1 });
}

/** A list at a revision that etcd has compacted. */
export function expiredList(continued: boolean): Status {
  return failureStatus(
    'Expired',
    continued
      ? 'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.'
      : 'The resourceVersion for the provided list is too old.',
  );
}

/** The server's own limit for a request has passed; it may have happened. */
export function requestTimeout(): Status {
  const reason: StatusReason = 'Timeout';
  return failureStatus(reason, 'Timeout: request did not complete within the allotted timeout');
}
