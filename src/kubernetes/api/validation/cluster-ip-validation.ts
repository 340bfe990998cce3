/**
 * Addresses of Services: pkg/apis/core/validation/validation.go, ValidateServiceClusterIPsRelatedFields,
 * ValidateServiceUpdate. A `clusterIP` without `clusterIPs` stands for both, as the registry's strategy makes it.
 */
import type { FieldError } from '../field-error.ts';
import { ipFamily } from '../ip-address.ts';
import type { Service, ServiceSpec } from '../object.ts';
import { validateIp } from './ip-validation.ts';
import { duplicate, forbidden, invalid, notSupported } from './mistakes.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export function validateServiceAddresses(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const errors: FieldError[] = [];
  if (clusterIPs.length > 0 && clusterIP !== clusterIPs[0]) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'));
  }
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES));
  }
  for (const [index, family] of ipFamilies.entries()) {
    const path = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(path, family, FAMILIES));
    if (ipFamilies.indexOf(family) !== index) errors.push(duplicate(path, family));
  }
  return [...errors, ...validateClusterIps(addressesOf(spec), ipFamilies)];
}

function validateClusterIps(addresses: readonly string[], families: readonly string[]): FieldError[] {
  const field = 'spec.clusterIPs';
  const errors: FieldError[] = [];
  if (isHeadless(addresses)) return [];
  for (const [index, address] of addresses.entries()) {
    if (index === 0 && address === 'None') {
      errors.push(invalid(field, addresses, "'None' must be the first and only value"));
    } else errors.push(...validateIp(address, `${field}[${index}]`));
  }
  const areValid = errors.length === 0;
  if (addresses.length > 2) errors.push(invalid(field, addresses, 'may only hold up to 2 values'));
  // What is no address has no family either.
  if (!areValid) return errors;
  const [first, second] = addresses.map(ipFamily);
  if (addresses.length > 1 && (addresses.length > 2 || first === second)) {
    errors.push(invalid(field, addresses, 'may specify no more than one IP for each IP family'));
  }
  for (const [index, address] of addresses.entries()) {
    const family = families[index];
    if (family === undefined || !FAMILIES.includes(family) || family === ipFamily(address)) continue;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${field}[${index}]`, address, detail));
  }
  return errors;
}

/** Addresses and families stay, but for a second one, which may come and go; a name has none. */
export function validateServiceUpdate(next: Service, previous: Service): FieldError[] {
  const [after, before] = [next.spec ?? {}, previous.spec ?? {}];
  const errors: FieldError[] = [];
  const areBalanced = after.type === 'LoadBalancer' && before.type === 'LoadBalancer';
  if (areBalanced && after.loadBalancerClass !== before.loadBalancerClass) {
    errors.push(invalid('spec.loadBalancerClass', after.loadBalancerClass ?? null, 'may not change once set'));
  }
  const checksHealth = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
    type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  if (checksHealth(after) && checksHealth(before) && after.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  if (after.type === 'ExternalName' || before.type === 'ExternalName') return errors;
  const [addresses, known] = [addressesOf(after), addressesOf(before)];
  const headless = [isHeadless(addresses), isHeadless(known)];
  errors.push(...validateKept(addresses, known, 'clusterIP', after.ipFamilyPolicy));
  if (headless.some(Boolean)) return errors;
  return [
    ...errors,
    ...validateKept(after.ipFamilies ?? [], before.ipFamilies ?? [], 'ipFamily', after.ipFamilyPolicy),
  ];
}

/** @param what one of the list */
function validateKept(
  next: readonly string[],
  previous: readonly string[],
  what: 'clusterIP' | 'ipFamily',
  policy: string | undefined,
): FieldError[] {
  const field = what === 'clusterIP' ? 'spec.clusterIPs' : 'spec.ipFamilies';
  const changed = (index: number): FieldError => invalid(`${field}[${index}]`, next, 'may not change once set');
  if (next.length === previous.length) {
    // Upstream reports every changed family as the first one.
    return previous.flatMap((each, index) => (each === next[index] ? [] : [changed(what === 'clusterIP' ? index : 0)]));
  }
  const errors: FieldError[] = [];
  if (next.length === 0) errors.push(invalid(`${field}[0]`, next, `primary ${what} can not be unset`));
  else if (previous.length > 0 && next[0] !== previous[0]) errors.push(changed(0));
  if (previous.length > next.length && next.length === 1 && policy !== 'SingleStack') {
    const detail = `must be set to 'SingleStack' when releasing the secondary ${what}`;
    errors.push(invalid('spec.ipFamilyPolicy', policy ?? null, detail));
  }
  return errors;
}

function isHeadless(addresses: readonly string[]): boolean {
  return addresses.length === 1 && addresses[0] === 'None';
}

function addressesOf({ clusterIP = '', clusterIPs = [] }: ServiceSpec): readonly string[] {
  if (clusterIPs.length > 0) return clusterIPs;
  return clusterIP === '' ? [] : [clusterIP];
}
