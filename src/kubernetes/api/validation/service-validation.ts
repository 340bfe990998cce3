/**
 * Services: pkg/apis/core/validation/validation.go, ValidateService, ValidateServiceUpdate. The port of health checks is not
 * asked for: nothing checks there.
 */
import type { FieldError } from '../field-error.ts';
import { cidrFamily } from '../ip-address.ts';
import { dnsSubdomainProblems, labelKeyProblems, portNumberProblems } from '../label-syntax.ts';
import type { Service, ServiceSpec } from '../object.ts';
import { validateLabels } from '../object-meta-validation.ts';
import { validateServiceAddresses } from './cluster-ip-validation.ts';
import { oneOf } from './container-validation.ts';
import { validateEndpointIp } from './ip-validation.ts';
import { forbidden, invalid, invalidFor, notSupported, required } from './mistakes.ts';
import { validateServicePorts } from './service-port-validation.ts';
import { withZeroValues } from './zero-values.ts';

export { validateServiceUpdate } from './cluster-ip-validation.ts';

type Annotations = Readonly<Record<string, string>>;

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const MAX_AFFINITY_SECONDS = 86_400;

export function validateService(service: Service): FieldError[] {
  const spec = withZeroValues(service).spec ?? {};
  const { annotations = {} } = service.metadata;
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
    ...externalIPs.flatMap((ip, index) => validateEndpointIp(ip, `spec.externalIPs[${index}]`)),
    ...oneOf(type, TYPES, 'spec.type'),
    ...validateSourceRanges(spec, annotations),
    ...validateLoadBalancer(spec),
    ...validateTraffic(spec),
    ...validateHealthCheckPort(spec),
    ...validateTopologyMode(annotations),
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
  if (seconds === undefined) {
    const missing =
      config === undefined ? '' : config.clientIP === undefined ? '.clientIP' : '.clientIP.timeoutSeconds';
    return [...errors, required(`${path}${missing}`, 'when session affinity type is ClientIP')];
  }
  if (seconds > 0 && seconds <= MAX_AFFINITY_SECONDS) return errors;
  const detail = `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`;
  return [...errors, invalid(`${path}.clientIP.timeoutSeconds`, seconds, detail)];
}

function validateLoadBalancer(spec: ServiceSpec): FieldError[] {
  const { type, loadBalancerClass, allocateLoadBalancerNodePorts } = spec;
  const errors: FieldError[] = [];
  const isBalanced = type === 'LoadBalancer';
  // Upstream leaves `spec` out where it is required.
  if (isBalanced && allocateLoadBalancerNodePorts === undefined) errors.push(required('allocateLoadBalancerNodePorts'));
  if (!isBalanced && allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED));
  }
  if (loadBalancerClass === undefined) return errors;
  if (!isBalanced) return [...errors, forbidden('spec.loadBalancerClass', ONLY_BALANCED)];
  return [...errors, ...invalidFor('spec.loadBalancerClass', loadBalancerClass, labelKeyProblems(loadBalancerClass))];
}

const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** In the field, whose name upstream writes with a capital, or else in the annotation of old. */
function validateSourceRanges(
  { type, loadBalancerSourceRanges: ranges = [] }: ServiceSpec,
  annotations: Annotations,
): FieldError[] {
  const isField = ranges.length > 0;
  const annotation = annotations[SOURCE_RANGES];
  if (!isField && annotation === undefined) return [];
  const path = isField ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${SOURCE_RANGES}]`;
  const errors: FieldError[] = type === 'LoadBalancer' ? [] : [forbidden(path, ONLY_BALANCED)];
  const texts = isField ? ranges : (annotation ?? '').trim() === '' ? [] : (annotation ?? '').split(',');
  for (const [index, range] of texts.entries()) {
    if (cidrFamily(range.trim()) !== undefined) continue;
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    errors.push(invalid(isField ? `${path}[${index}]` : path, range.trim(), detail));
  }
  return errors;
}

/** Only balancers that keep to local endpoints check the health of nodes; which port that is, nobody has to say here. */
function validateHealthCheckPort({
  type,
  externalTrafficPolicy,
  healthCheckNodePort: port = 0,
}: ServiceSpec): FieldError[] {
  const field = 'spec.healthCheckNodePort';
  if (port === 0) return [];
  if (type === 'LoadBalancer' && externalTrafficPolicy === 'Local') {
    return invalidFor(field, port, portNumberProblems(port));
  }
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return [invalid(field, port, detail)];
}

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/** The old annotation and the new one say the same if both are there. */
function validateTopologyMode(annotations: Annotations): FieldError[] {
  const [hints, mode] = [annotations[TOPOLOGY_HINTS], annotations[TOPOLOGY_MODE]];
  if (hints === undefined || mode === undefined || hints === mode) return [];
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, detail)];
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
