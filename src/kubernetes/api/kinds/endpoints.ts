/** Endpoints: pkg/registry/core/endpoint/strategy.go, pkg/apis/core/v1/defaults.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Endpoints } from '../object.ts';
import { ENDPOINTS } from '../resource.ts';
import { validateEndpoints } from '../validation/endpoints-validation.ts';

export const endpoints: KindDeclaration<Endpoints> = {
  resource: ENDPOINTS,
  singular: 'endpoints',
  shortNames: ['ep'],
  hasStatus: false,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  defaults(object) {
    for (const { ports = [] } of (object.subsets as Endpoints['subsets']) ?? []) {
      for (const port of ports) port.protocol ||= 'TCP';
    }
  },
  validate: validateEndpoints,
};
