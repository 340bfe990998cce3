/** Namespace: pkg/registry/core/namespace/strategy.go, pkg/apis/core/v1/defaults.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Namespace } from '../object.ts';
import { NAMESPACES } from '../resource.ts';
import { validateNamespace } from '../validation/namespace-validation.ts';

export const namespace: KindDeclaration<Namespace> = {
  resource: NAMESPACES,
  singular: 'namespace',
  shortNames: ['ns'],
  hasStatus: true,
  hasGeneration: false,
  nameRule: 'dns-label',
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },
  defaults({ metadata }) {
    if (metadata.name === undefined || metadata.name === '') return;
    metadata.labels = { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels };
  },
  validate: validateNamespace,
  prepareForCreate(object) {
    object.status = { phase: 'Active' };
    const finalizers = object.spec?.finalizers ?? [];
    if (!finalizers.includes('kubernetes')) object.spec = { ...object.spec, finalizers: [...finalizers, 'kubernetes'] };
  },
};
