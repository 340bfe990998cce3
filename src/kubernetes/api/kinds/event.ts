/** Event of the core group: pkg/registry/core/event/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Event } from '../object.ts';
import { EVENTS } from '../resource.ts';
import { validateEvent } from '../validation/event-validation.ts';

export const event: KindDeclaration<Event> = {
  resource: EVENTS,
  singular: 'event',
  shortNames: ['ev'],
  hasStatus: false,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component ?? reportingComponent ?? '',
    type: ({ type }) => type ?? '',
  },
  defaults() {},
  validate: validateEvent,
};
