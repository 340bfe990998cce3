/**
 * References of environment variables and downward API files to fields and resources of their own pod:
 * pkg/apis/core/validation/validation.go, validateObjectFieldSelector, validateContainerResourceFieldSelector.
 */
import type { FieldError } from '../field-error.ts';
import { labelKeyProblems } from '../label-syntax.ts';
import { formatQuantity, parseQuantity } from '../quantity.ts';
import { invalid, invalidFor, notSupported, required } from './mistakes.ts';

/** The labels of a Pod that can be referred to at all (pkg/apis/core/pods/helpers.go, ConvertDownwardAPIFieldLabel). */
const KNOWN_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

export interface FieldRef {
  readonly apiVersion?: string;
  readonly fieldPath: string;
}

/** @param allowed the fields that may be referred to here; labels and annotations may be by key besides */
export function validateFieldRef(
  { apiVersion = '', fieldPath }: FieldRef,
  field: string,
  allowed: readonly string[],
): FieldError[] {
  const path = `${field}.fieldPath`;
  if (apiVersion === '') return [required(`${field}.apiVersion`)];
  if (fieldPath === '') return [required(path)];
  const converting = (problem: string): FieldError[] => [
    invalid(path, fieldPath, `error converting fieldPath: ${problem}`),
  ];
  if (apiVersion !== 'v1') return converting(`unsupported pod version: ${apiVersion}`);
  const subscripted = /^(.*?)\['(.*)'\]$/s.exec(fieldPath);
  if (subscripted !== null) {
    const [, map = '', key = ''] = subscripted;
    if (map === 'metadata.annotations') return invalidFor(field, key, labelKeyProblems(key.toLowerCase()));
    if (map === 'metadata.labels') return invalidFor(field, key, labelKeyProblems(key));
    return converting(`field label does not support subscript: ${fieldPath}`);
  }
  const label = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!KNOWN_FIELDS.includes(label)) return converting(`field label not supported: ${fieldPath}`);
  return allowed.includes(label) ? [] : [notSupported(path, label, allowed)];
}

export interface ResourceFieldRef {
  readonly containerName?: string;
  readonly divisor?: string | number;
  readonly resource: string;
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(?:limits|requests)\.hugepages-/;

/** @param inVolume in a volume the container must be named */
export function validateResourceFieldRef(
  { containerName = '', resource, divisor = '0' }: ResourceFieldRef,
  field: string,
  inVolume: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (inVolume && containerName === '') errors.push(required(`${field}.containerName`));
  else if (resource === '') errors.push(required(`${field}.resource`));
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, RESOURCES));
  }
  return [...errors, ...validateDivisor(resource, String(divisor), `${field}.divisor`)];
}

const CPU_DIVISORS = ['1', '1m'];
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor(resource: string, divisor: string, field: string): FieldError[] {
  const quantity = parseQuantity(divisor);
  // Zero stands for one that was left out.
  if (quantity === undefined || quantity.nano === 0n) return [];
  const [, name = ''] = resource.split('.');
  const allowed = name === 'cpu' ? CPU_DIVISORS : BYTE_DIVISORS;
  if (allowed.includes(formatQuantity(quantity))) return [];
  const known = ['cpu', 'memory', 'ephemeral-storage'].includes(name) || HUGE_PAGES.test(resource);
  if (!known) return [];
  const what = HUGE_PAGES.test(resource) ? 'hugepages' : name.replace('ephemeral', 'local ephemeral').replace('-', ' ');
  const list = name === 'cpu' ? '1m and 1' : BYTE_DIVISORS.join(', ');
  return [invalid(field, resource, `only divisor's values ${list} are supported with the ${what} resource`)];
}
