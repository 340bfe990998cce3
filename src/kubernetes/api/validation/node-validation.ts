/** Nodes: pkg/apis/core/validation/validation.go, ValidateNode, ValidateNodeUpdate. */
import type { FieldError } from '../field-error.ts';
import { cidrFamily } from '../ip-address.ts';
import { labelKeyProblems, labelValueProblems } from '../label-syntax.ts';
import type { Node, Taint } from '../object.ts';
import { duplicate, forbidden, invalid, invalidFor } from './mistakes.ts';
import { validateResourceQuantity } from './resource-validation.ts';
import { validateTaintEffect } from './toleration-validation.ts';
import { withZeroValues } from './zero-values.ts';

export function validateNode(node: Node): FieldError[] {
  const { spec, status } = withZeroValues(node);
  const { taints = [] } = spec ?? {};
  // Upstream reports taints as if they were metadata.
  const errors = validateTaints(taints, 'metadata.taints');
  const cidrs = cidrsOf(node);
  for (const [index, cidr] of cidrs.entries()) {
    if (cidrFamily(cidr) !== undefined) continue;
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    errors.push(invalid(`spec.podCIDRs[${index}]`, cidr, detail));
  }
  if (cidrs.length > 2 || (cidrs.length === 2 && cidrFamily(cidrs[0] ?? '') === cidrFamily(cidrs[1] ?? ''))) {
    errors.push(invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'));
  }
  const duplicates = cidrs.flatMap((cidr, index) =>
    cidrs.indexOf(cidr) < index ? [duplicate(`spec.podCIDRs[${index}]`, cidr)] : [],
  );
  return [...errors, ...duplicates, ...validateNodeResources(status)];
}

/** ValidateNodeResources. */
function validateNodeResources(status: Node['status']): FieldError[] {
  return [
    ...validateAmounts(status?.capacity, 'status.capacity'),
    ...validateAmounts(status?.allocatable, 'status.allocatable'),
  ];
}

export function validateNodeStatusUpdate(next: Node, previous: Node): FieldError[] {
  return [...validateNodeResources(next.status), ...validateNodeUpdate(next, previous)];
}

export function validateNodeUpdate(next: Node, previous: Node): FieldError[] {
  const errors: FieldError[] = [];
  const [after, before] = [cidrsOf(next), cidrsOf(previous)];
  // They are given once; a node that has none yet may get them.
  if (before.length > 0 && (after.length !== before.length || after.some((cidr, index) => cidr !== before[index]))) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  const addresses = (next.status?.addresses ?? []).map(({ type, address }) => `${type} ${address}`);
  for (const [index, address] of addresses.entries()) {
    if (addresses.indexOf(address) === index) continue;
    errors.push(duplicate(`status.addresses[${index}]`, next.status?.addresses?.[index]));
  }
  const { providerID = '' } = previous.spec ?? {};
  if (providerID !== '' && next.spec?.providerID !== providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return errors;
}

function cidrsOf({ spec }: Node): readonly string[] {
  const { podCIDR = '', podCIDRs = [] } = spec ?? {};
  if (podCIDRs.length > 0) return podCIDRs;
  return podCIDR === '' ? [] : [podCIDR];
}

/** One taint of each key and effect. */
function validateTaints(taints: readonly Taint[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { key, value = '', effect }] of taints.entries()) {
    const path = `${field}[${index}]`;
    errors.push(
      ...invalidFor(`${path}.key`, key, labelKeyProblems(key)),
      ...invalidFor(`${path}.value`, value, labelValueProblems(value).slice(0, 1)),
      ...validateTaintEffect(effect, false, `${path}.effect`),
    );
    const pair = `${key}:${effect}`;
    if (seen.has(pair)) {
      errors.push({
        ...duplicate(path, { key, value, effect }),
        detail: 'taints must be unique by key and effect pair',
      });
    }
    seen.add(pair);
  }
  return errors;
}

function validateAmounts(amounts: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, amount]) =>
    validateResourceQuantity(name, amount, `${field}.${name}`),
  );
}
