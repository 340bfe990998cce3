/** ConfigMap: pkg/registry/core/configmap/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { ConfigMap } from '../object.ts';
import { CONFIG_MAPS } from '../resource.ts';
import { validateConfigMap, validateConfigMapUpdate } from '../validation/config-map-validation.ts';

export const configMap: KindDeclaration<ConfigMap> = {
  resource: CONFIG_MAPS,
  singular: 'configmap',
  shortNames: ['cm'],
  hasStatus: false,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  defaults() {},
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
};
