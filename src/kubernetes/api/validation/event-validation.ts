/** Events of the core group: pkg/apis/core/validation/events.go, legacyValidateEvent. */
import type { FieldError } from '../field-error.ts';
import type { Event } from '../object.ts';
import { invalid } from './mistakes.ts';

/** Events stand in the namespace of what they are about; in `default` if that has none. */
export function validateEvent({ metadata, involvedObject }: Event): FieldError[] {
  const field = 'involvedObject.namespace';
  const { namespace = '' } = metadata;
  const { namespace: involved = '' } = involvedObject ?? {};
  const matches = involved === '' ? namespace === '' || namespace === 'default' : involved === namespace;
  return matches ? [] : [invalid(field, involved, 'does not match event.namespace')];
}
