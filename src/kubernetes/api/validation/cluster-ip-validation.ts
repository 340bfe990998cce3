/**
 * Addresses of Services: pkg/apis/core/validation/validation.go, ValidateServiceClusterIPsRelatedFields,
 * ValidateServiceUpdate. A `clusterIP` without `clusterIPs` stands for both, as the registry's strategy makes it.
 */
import type { FieldError } from '../field-error.ts';
import { ipFamily } from '../ip-address.ts';
import type { Service, ServiceSpec } from '../object.ts';
import { duplicate, invalid, notSupported } from './mistakes.ts';

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
  const addresses = addressesOf(spec);
  for (const [index, address] of addresses.entries()) {
    const path = `spec.clusterIPs[${index}]`;
    const isNone = address === 'None';
    if (isNone && addresses.length > 1) {
      errors.push(invalid(path, address, "'None' must be the first and only value"));
    } else if (!isNone && ipFamily(address) === undefined) {
      const detail = "must be empty, 'None', or a valid IP address";
      errors.push(invalid(path, address, detail));
    }
  }
  if (addresses.length > 2) errors.push(invalid('spec.clusterIPs', addresses, 'may only hold up to 2 values'));
  else if (addresses.length === 2 && ipFamily(addresses[0] ?? '') === ipFamily(addresses[1] ?? '')) {
    const detail = 'may specify no more than one IP for each IP family';
    errors.push(invalid('spec.clusterIPs', addresses, detail));
  }
  return errors;
}

/** An address stays as long as the Service has one of its own. */
export function validateServiceUpdate(next: Service, previous: Service): FieldError[] {
  const [after, before] = [next.spec ?? {}, previous.spec ?? {}];
  const errors: FieldError[] = [];
  if (after.type === 'LoadBalancer' && before.type === 'LoadBalancer') {
    if (after.loadBalancerClass !== before.loadBalancerClass && before.loadBalancerClass !== undefined) {
      errors.push(invalid('spec.loadBalancerClass', after.loadBalancerClass, 'may not change once set'));
    }
  }
  if (after.type === 'ExternalName' || before.type === 'ExternalName') return errors;
  const [addresses, known] = [addressesOf(after), addressesOf(before)];
  for (const [index, address] of known.entries()) {
    if (address === addresses[index]) continue;
    const which = index === 0 ? 'primary' : 'secondary';
    if (addresses[index] !== undefined) {
      errors.push(invalid(`spec.clusterIPs[${index}]`, addresses, 'may not change once set'));
    } else if (index === 0) {
      errors.push(invalid(`spec.clusterIPs[${index}]`, addresses, `${which} clusterIP can not be unset`));
    }
  }
  return errors;
}

function addressesOf({ clusterIP = '', clusterIPs = [] }: ServiceSpec): readonly string[] {
  if (clusterIPs.length > 0) return clusterIPs;
  return clusterIP === '' ? [] : [clusterIP];
}
