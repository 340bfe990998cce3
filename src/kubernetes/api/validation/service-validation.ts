/**
 * Services: pkg/apis/core/validation/validation.go, ValidateService, ValidateServiceUpdate. The port of health checks is not
 * asked for: nothing checks there.
 */
import type { FieldError } from '../field-error.ts';
import { cidrFamily } from '../ip-address.ts';
import { dnsSubdomainProblems } from '../label-syntax.ts';
import type { Service, ServiceSpec } from '../object.ts';
import { validateLabels } from '../object-meta-validation.ts';
import { validateServiceAddresses } from './cluster-ip-validation.ts';
import { oneOf } from './container-validation.ts';
import { validateIp } from './ip-validation.ts';
import { forbidden, invalid, invalidFor, notSupported, required } from './mistakes.ts';
import { validateServicePorts } from './service-port-validation.ts';
import { withZeroValues } from './zero-values.ts';

export { validateServiceUpdate } from './cluster-ip-validation.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const MAX_AFFINITY_SECONDS = 86_400;

export function validateService(service: Service): FieldError[] {
  const spec = withZeroValues(service).spec ?? {};
  const { ports = [], type = '', externalIPs = [] } = spec;
  const errors: FieldError[] = [];
  const isHeadless = spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None';
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') errors.push(required('spec.ports'));
  if (isHeadless && (type === 'LoadBalancer' || type === 'NodePort')) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type === 'ExternalName') errors.push(...validateExternalName(spec));
  errors.push(
    ...validateServicePorts(spec),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateServiceAddresses(spec),
    ...externalIPs.flatMap((ip, index) => validateIp(ip, `spec.externalIPs[${index}]`)),
    ...oneOf(type, TYPES, 'spec.type'),
    ...validateLoadBalancer(spec),
    ...validateTraffic(spec),
  );
  return errors;
}

/** Another name, with no address of its own. */
function validateExternalName(spec: ServiceSpec): FieldError[] {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = spec;
  const errors: FieldError[] = [];
  const detail = 'may not be set for ExternalName services';
  if (clusterIPs.length > 0 || clusterIP !== '') errors.push(forbidden('spec.clusterIPs', detail));
  if (ipFamilies.length > 0) errors.push(forbidden('spec.ipFamilies', detail));
  if (ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', detail));
  const name = externalName.replace(/\.$/, '');
  if (name === '') return [...errors, required('spec.externalName')];
  return [...errors, ...invalidFor('spec.externalName', name, dnsSubdomainProblems(name))];
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const errors = oneOf(sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity');
  const path = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && config !== undefined) {
    errors.push(forbidden(path, 'must not be set when session affinity is None'));
  }
  if (sessionAffinity !== 'ClientIP') return errors;
  const seconds = config?.clientIP?.timeoutSeconds;
  if (seconds === undefined) return [...errors, required(path, 'when session affinity type is ClientIP')];
  if (seconds > 0 && seconds <= MAX_AFFINITY_SECONDS) return errors;
  const detail = `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`;
  return [...errors, invalid(`${path}.clientIP.timeoutSeconds`, seconds, detail)];
}

function validateLoadBalancer(spec: ServiceSpec): FieldError[] {
  const { type, loadBalancerSourceRanges: ranges = [], loadBalancerClass, allocateLoadBalancerNodePorts } = spec;
  const errors: FieldError[] = [];
  const only = "may only be used when `type` is 'LoadBalancer'";
  const isBalanced = type === 'LoadBalancer';
  if (ranges.length > 0 && !isBalanced) errors.push(forbidden('spec.loadBalancerSourceRanges', only));
  for (const [index, range] of ranges.entries()) {
    if (cidrFamily(range.trim()) !== undefined) continue;
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    errors.push(invalid(`spec.loadBalancerSourceRanges[${index}]`, range, detail));
  }
  if (isBalanced && allocateLoadBalancerNodePorts === undefined) {
    errors.push(required('spec.allocateLoadBalancerNodePorts'));
  }
  if (!isBalanced && allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', only));
  }
  if (!isBalanced && loadBalancerClass !== undefined) errors.push(forbidden('spec.loadBalancerClass', only));
  return errors;
}

function validateTraffic(spec: ServiceSpec): FieldError[] {
  const { type, externalIPs = [], externalTrafficPolicy = '', internalTrafficPolicy } = spec;
  const { trafficDistribution } = spec as { trafficDistribution?: string };
  const errors: FieldError[] = [];
  const isExternal = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);
  if (isExternal) errors.push(...oneOf(externalTrafficPolicy, ['Cluster', 'Local'], 'spec.externalTrafficPolicy'));
  else if (externalTrafficPolicy !== '') {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalid('spec.externalTrafficPolicy', externalTrafficPolicy, detail));
  }
  if (internalTrafficPolicy !== undefined || (type !== undefined && type !== 'ExternalName')) {
    errors.push(...oneOf(internalTrafficPolicy, ['Cluster', 'Local'], 'spec.internalTrafficPolicy'));
  }
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS));
  }
  return errors;
}
