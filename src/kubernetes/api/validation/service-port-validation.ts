/** Ports of Services: pkg/apis/core/validation/validation.go, validateServicePort. */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems, labelKeyProblems, portNumberProblems } from '../label-syntax.ts';
import type { ServicePort, ServiceSpec } from '../object.ts';
import { PORT_PROTOCOLS } from './container-port-validation.ts';
import { oneOf } from './container-validation.ts';
import { duplicate, forbidden, invalidFor, required } from './mistakes.ts';
import { validatePortOrName } from './probe-validation.ts';

export function validateServicePorts({ ports = [], type }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const seen = { names: new Set<string>(), ports: new Set<string>(), nodePorts: new Set<string>() };
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    const { name = '', protocol = '', nodePort = 0 } = port;
    if (name === '') {
      if (ports.length > 1) errors.push(required(`${path}.name`));
    } else {
      errors.push(...invalidFor(`${path}.name`, name, dnsLabelProblems(name)));
      if (seen.names.has(name)) errors.push(duplicate(`${path}.name`, name));
      seen.names.add(name);
    }
    errors.push(...validatePort(port, path));
    if (nodePort !== 0) {
      if (type === 'ClusterIP') {
        errors.push(forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
      }
      const key = `${protocol}/${nodePort}`;
      if (seen.nodePorts.has(key)) errors.push(duplicate(`${path}.nodePort`, nodePort));
      seen.nodePorts.add(key);
    }
    const key = `${protocol}/${port.port}`;
    if (seen.ports.has(key)) errors.push(duplicate(path, { protocol, port: port.port }));
    seen.ports.add(key);
  }
  return errors;
}

function validatePort({ port, protocol, targetPort, appProtocol }: ServicePort, path: string): FieldError[] {
  const errors = [
    ...invalidFor(`${path}.port`, port, portNumberProblems(port)),
    ...oneOf(protocol, PORT_PROTOCOLS, `${path}.protocol`),
    ...validatePortOrName(targetPort ?? 0, `${path}.targetPort`),
  ];
  if (appProtocol === undefined) return errors;
  return [...errors, ...invalidFor(`${path}.appProtocol`, appProtocol, labelKeyProblems(appProtocol))];
}
