/** Namespace: pkg/registry/core/namespace/strategy.go, pkg/apis/core/v1/defaults.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Namespace } from '../object.ts';
import { NAMESPACES } from '../resource.ts';
import { validateNamespace, validateNamespaceStatusUpdate } from '../validation/namespace-validation.ts';

export const namespace: KindDeclaration<Namespace> = {
  resource: NAMESPACES,
  singular: 'namespace',
  shortNames: ['ns'],
  hasStatus: true,
  hasGeneration: false,
  nameRule: 'dns-label',
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },
  defaults(object) {
    const { metadata } = object;
    const status = (object.status ?? {}) as NonNullable<Namespace['status']>;
    status.phase ||= 'Active';
    object.status = status;
    if (metadata.name === undefined || metadata.name === '') return;
    // The label says the name, whatever a client says.
    metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  },
  validate: validateNamespace,
  validateStatusUpdate: validateNamespaceStatusUpdate,
  prepareForCreate(object) {
    object.status = { phase: 'Active' };
    const finalizers = object.spec?.finalizers ?? [];
    if (!finalizers.includes('kubernetes')) object.spec = { ...object.spec, finalizers: [...finalizers, 'kubernetes'] };
  },
};
