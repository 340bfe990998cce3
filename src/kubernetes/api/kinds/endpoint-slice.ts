/** EndpointSlice: pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/v1/defaults.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { EndpointSlice } from '../object.ts';
import { ENDPOINT_SLICES } from '../resource.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../validation/endpoint-slice-validation.ts';

export const endpointSlice: KindDeclaration<EndpointSlice> = {
  resource: ENDPOINT_SLICES,
  singular: 'endpointslice',
  shortNames: [],
  hasStatus: false,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  defaults(object) {
    for (const port of (object.ports as EndpointSlice['ports']) ?? []) {
      port.name ??= '';
      port.protocol ||= 'TCP';
    }
  },
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
  prepareForUpdate(next, previous) {
    const { generation = 0 } = previous.metadata;
    const content = ({ addressType, endpoints, ports, metadata }: EndpointSlice) =>
      JSON.stringify([addressType, endpoints, ports, metadata.labels]);
    next.metadata.generation = content(next) === content(previous) ? generation : generation + 1;
  },
};
