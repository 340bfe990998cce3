/**
 * Events of the core group: pkg/apis/core/validation/events.go, legacyValidateEvent. Events of before v1.19 count, and those of
 * since then have the time at which they happened.
 */
import type { FieldError } from '../field-error.ts';
import { dnsSubdomainProblems, labelKeyProblems } from '../label-syntax.ts';
import type { Event } from '../object.ts';
import { invalid, invalidFor, required } from './mistakes.ts';

/** The time, as the new events have it. */
type AnyEvent = Event & { readonly eventTime?: string; readonly action?: string };

const MAX_LETTERS = 128;
const MAX_MESSAGE = 1024;

/** Events stand in the namespace of what they are about; in `default` if that has none. */
export function validateEvent(event: AnyEvent): FieldError[] {
  const { metadata, involvedObject, eventTime } = event;
  const { namespace = '' } = metadata;
  const { namespace: involved = '' } = involvedObject ?? {};
  const errors: FieldError[] = [];
  const isOld = eventTime === undefined;
  const homes = isOld ? ['', 'default'] : ['default', 'kube-system'];
  const isElsewhere = involved === '' ? !homes.includes(namespace) : isOld && involved !== namespace;
  if (isElsewhere) errors.push(invalid('involvedObject.namespace', involved, 'does not match event.namespace'));
  if (!isOld) errors.push(...validateNewEvent(event));
  return [...errors, ...invalidFor('namespace', namespace, dnsSubdomainProblems(namespace))];
}

function validateNewEvent(event: AnyEvent): FieldError[] {
  const { reportingComponent: controller = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const errors = controller === '' ? [required('reportingController')] : [];
  errors.push(...invalidFor('reportingController', controller, labelKeyProblems(controller)));
  for (const [field, text] of Object.entries({ reportingInstance, action, reason })) {
    if (text === '') errors.push(required(field));
    errors.push(...atMost(MAX_LETTERS, text, field));
  }
  return [...errors, ...atMost(MAX_MESSAGE, message, 'message')];
}

function atMost(max: number, text: string, field: string): FieldError[] {
  return text.length <= max ? [] : [invalid(field, '', `can have at most ${max} characters`)];
}
