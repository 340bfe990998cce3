/** Ports of containers: pkg/apis/core/validation/validation.go, validateContainerPorts, checkHostPortConflicts. */
import type { FieldError } from '../field-error.ts';
import { portNameProblems, portNumberProblems } from '../label-syntax.ts';
import type { Container } from '../object.ts';
import { duplicate, invalidFor, notSupported, required } from './mistakes.ts';

export const PORT_PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;

/** @param field `….ports` */
export function validateContainerPorts(ports: Container['ports'], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, { name = '', containerPort, hostPort, protocol = '' }] of (ports ?? []).entries()) {
    const path = `${field}[${index}]`;
    if (name !== '') {
      errors.push(...invalidFor(`${path}.name`, name, portNameProblems(name)));
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    if (containerPort === undefined || containerPort === 0) errors.push(required(`${path}.containerPort`));
    else errors.push(...invalidFor(`${path}.containerPort`, containerPort, portNumberProblems(containerPort)));
    if (hostPort !== undefined && hostPort !== 0) {
      errors.push(...invalidFor(`${path}.hostPort`, hostPort, portNumberProblems(hostPort)));
    }
    if (protocol === '') errors.push(required(`${path}.protocol`));
    else if (!PORT_PROTOCOLS.some((each) => each === protocol)) {
      errors.push(notSupported(`${path}.protocol`, protocol, PORT_PROTOCOLS));
    }
  }
  return errors;
}

/** A port of the node can be had once per address and protocol. */
export function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [index, { ports = [] }] of containers.entries()) {
    for (const [at, { hostPort = 0, hostIP = '', protocol = 'TCP' }] of ports.entries()) {
      if (hostPort === 0) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${field}[${index}].ports[${at}].hostPort`, key));
      taken.add(key);
    }
  }
  return errors;
}
