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
const MAX_HINTS = 8;

export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  const { addressType, endpoints, ports = [] } = withZeroValues(slice);
  return [
    ...oneOf(addressType, ADDRESS_TYPES, 'addressType'),
    // Of a list that is too long, nothing else is said.
    ...(endpoints.length > MAX_ENDPOINTS
      ? [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)]
      : endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, addressType, `endpoints[${index}]`))),
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
  const { forZones = [], forNodes = [] } = (hints ?? {}) as Hints;
  return [
    ...errors,
    ...validateHints(forZones, `${path}.hints.forZones`, labelValueProblems),
    ...validateHints(forNodes, `${path}.hints.forNodes`, dnsSubdomainProblems),
  ];
}

interface Hints {
  readonly forZones?: readonly { readonly name: string }[];
  readonly forNodes?: readonly { readonly name: string }[];
}

/** For which zones or nodes an endpoint is: a few, each once. */
function validateHints(
  hints: readonly { readonly name: string }[],
  field: string,
  problemsOf: (name: string) => string[],
): FieldError[] {
  if (hints.length > MAX_HINTS) return [tooMany(field, hints.length, MAX_HINTS)];
  const seen = new Set<string>();
  return hints.flatMap(({ name }, index) => {
    const path = `${field}[${index}].name`;
    const again = seen.has(name) ? [duplicate(path, name)] : [];
    seen.add(name);
    return [...again, ...invalidFor(path, name, problemsOf(name))];
  });
}

function validateAddress(address: string, addressType: string, field: string): FieldError[] {
  if (addressType === 'FQDN') return validateDomainName(address, field);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const errors = validateEndpointIp(address, field);
  const family = ipFamily(address);
  if (family === undefined || family === addressType) return errors;
  return [...errors, invalid(field, address, `must be an ${addressType} address`)];
}

/** IsFullyQualifiedDomainName: two labels at least, and a dot behind them if one likes. */
function validateDomainName(name: string, field: string): FieldError[] {
  if (name === '') return [required(field)];
  const domain = name.replace(/\.$/, '');
  const problems = dnsSubdomainProblems(domain);
  if (problems.length > 0) return invalidFor(field, domain, problems);
  const labels = domain.split('.');
  if (labels.length < 2) {
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')];
  }
  return labels.flatMap((label) => invalidFor(field, label, dnsLabelProblems(label)));
}

/** Names, the empty one too, are unique. */
function validatePorts(ports: readonly EndpointPort[], field: string): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany(field, ports.length, MAX_PORTS)];
  const errors: FieldError[] = [];
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
