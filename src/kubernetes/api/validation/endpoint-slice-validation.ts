/** EndpointSlices: pkg/apis/discovery/validation/validation.go, ValidateEndpointSlice. */
import type { FieldError } from '../field-error.ts';
import { ipFamily } from '../ip-address.ts';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelKeyProblems,
  labelValueProblems,
  portNumberProblems,
} from '../label-syntax.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../object.ts';
import { PORT_PROTOCOLS } from './container-port-validation.ts';
import { oneOf } from './container-validation.ts';
import { validateEndpointIp } from './ip-validation.ts';
import { duplicate, immutable, invalid, invalidFor, required, tooMany } from './mistakes.ts';
import { withZeroValues } from './zero-values.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_ZONE_HINTS = 8;

export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  const { addressType, endpoints, ports = [] } = withZeroValues(slice);
  return [
    ...oneOf(addressType, ADDRESS_TYPES, 'addressType'),
    ...(endpoints.length > MAX_ENDPOINTS ? [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)] : []),
    ...endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, addressType, `endpoints[${index}]`)),
    ...validatePorts(ports, 'ports'),
  ];
}

export function validateEndpointSliceUpdate(next: EndpointSlice, previous: EndpointSlice): FieldError[] {
  return immutable('addressType', next.addressType, previous.addressType);
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): FieldError[] {
  const { addresses, nodeName, hostname, hints } = endpoint;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
  if (addresses.length > MAX_ADDRESSES) {
    errors.push(tooMany(`${path}.addresses`, addresses.length, MAX_ADDRESSES));
  }
  for (const [index, address] of addresses.entries()) {
    errors.push(...validateAddress(address, addressType, `${path}.addresses[${index}]`));
  }
  if (nodeName !== undefined) errors.push(...invalidFor(`${path}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)));
  if (hostname !== undefined) errors.push(...invalidFor(`${path}.hostname`, hostname, dnsLabelProblems(hostname)));
  const zones = hints?.forZones ?? [];
  if (zones.length > MAX_ZONE_HINTS) errors.push(tooMany(`${path}.hints.forZones`, zones.length, MAX_ZONE_HINTS));
  const seen = new Set<string>();
  for (const [index, { name }] of zones.entries()) {
    const zonePath = `${path}.hints.forZones[${index}].name`;
    if (seen.has(name)) errors.push(duplicate(zonePath, name));
    seen.add(name);
    errors.push(...invalidFor(zonePath, name, labelValueProblems(name)));
  }
  return errors;
}

function validateAddress(address: string, addressType: string, field: string): FieldError[] {
  if (addressType === 'FQDN') return invalidFor(field, address, dnsSubdomainProblems(address.replace(/\.$/, '')));
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const errors = validateEndpointIp(address, field);
  const family = ipFamily(address);
  if (family === undefined || family === addressType) return errors;
  return [...errors, invalid(field, address, `must be an ${addressType} address`)];
}

/** Names, the empty one too, are unique. */
function validatePorts(ports: readonly EndpointPort[], field: string): FieldError[] {
  const errors = ports.length > MAX_PORTS ? [tooMany(field, ports.length, MAX_PORTS)] : [];
  const seen = new Set<string>();
  for (const [index, { name = '', port, protocol, appProtocol }] of ports.entries()) {
    const path = `${field}[${index}]`;
    if (name !== '') errors.push(...invalidFor(`${path}.name`, name, dnsLabelProblems(name)));
    if (seen.has(name)) errors.push(duplicate(`${path}.name`, name));
    seen.add(name);
    if (port !== undefined) errors.push(...invalidFor(`${path}.port`, port, portNumberProblems(port)));
    errors.push(...oneOf(protocol, PORT_PROTOCOLS, `${path}.protocol`));
    if (appProtocol !== undefined) {
      errors.push(...invalidFor(`${path}.appProtocol`, appProtocol, labelKeyProblems(appProtocol)));
    }
  }
  return errors;
}
