/** Endpoints: pkg/apis/core/validation/validation.go, ValidateEndpoints. */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems, portNumberProblems } from '../label-syntax.ts';
import type { EndpointSubset, Endpoints } from '../object.ts';
import { PORT_PROTOCOLS } from './container-port-validation.ts';
import { oneOf } from './container-validation.ts';
import { validateEndpointIp } from './ip-validation.ts';
import { invalidFor, required } from './mistakes.ts';
import { withZeroValues } from './zero-values.ts';

export function validateEndpoints(endpoints: Endpoints): FieldError[] {
  const { subsets = [] } = withZeroValues(endpoints);
  return subsets.flatMap((subset, index) => {
    const path = `subsets[${index}]`;
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
    return [
      ...(isEmpty ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...addresses.flatMap((each, at) => validateAddress(each, `${path}.addresses[${at}]`)),
      ...notReadyAddresses.flatMap((each, at) => validateAddress(each, `${path}.notReadyAddresses[${at}]`)),
      ...ports.flatMap((port, at) => validatePort(port, ports.length > 1, `${path}.ports[${at}]`)),
    ];
  });
}

type Address = NonNullable<EndpointSubset['addresses']>[number];
type Port = NonNullable<EndpointSubset['ports']>[number];

function validateAddress({ ip, hostname = '', nodeName }: Address, path: string): FieldError[] {
  const errors = validateEndpointIp(ip, `${path}.ip`);
  if (hostname !== '') errors.push(...invalidFor(`${path}.hostname`, hostname, dnsLabelProblems(hostname)));
  if (nodeName !== undefined) errors.push(...invalidFor(`${path}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)));
  return errors;
}

function validatePort(
  { name = '', port, protocol, appProtocol }: Port,
  needsName: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name !== '') errors.push(...invalidFor(`${path}.name`, name, dnsLabelProblems(name)));
  else if (needsName) errors.push(required(`${path}.name`));
  errors.push(
    ...invalidFor(`${path}.port`, port, portNumberProblems(port)),
    ...oneOf(protocol, PORT_PROTOCOLS, `${path}.protocol`),
  );
  if (appProtocol === undefined) return errors;
  return [...errors, ...invalidFor(`${path}.appProtocol`, appProtocol, labelKeyProblems(appProtocol))];
}
