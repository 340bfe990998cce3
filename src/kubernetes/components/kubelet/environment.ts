/**
 * A container's environment (makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go): services, then `envFrom`, then
 * `env`, later ones over earlier ones.
 *
 * Secrets are not modelled: a key of one that is not optional is an error, as if the secret did not exist.
 */
import type { ConfigMap, Container, Pod } from '../../api/object.ts';
import { fieldValue, type PodPlace, resourceValue } from './downward-api.ts';
import { expandVariables } from './expand-variables.ts';

/** A config map of the pod's namespace by name; undefined: there is none. */
export type FindConfigMap = (name: string) => ConfigMap | undefined;

export type Environment =
  | { readonly ok: true; readonly variables: Record<string, string> }
  /** `CreateContainerConfigError` with this message. */
  | { readonly ok: false; readonly message: string };

export function makeEnvironment(
  pod: Pod,
  container: Container,
  services: Readonly<Record<string, string>>,
  place: PodPlace,
  find: FindConfigMap,
): Environment {
  const variables: Record<string, string> = {};
  for (const source of container.envFrom ?? []) {
    const { configMapRef, secretRef, prefix = '' } = source;
    if (secretRef !== undefined && secretRef.optional !== true) return missing('secret', secretRef.name);
    if (configMapRef === undefined) continue;
    const map = find(configMapRef.name ?? '');
    if (map === undefined) {
      if (configMapRef.optional === true) continue;
      return missing('configmap', configMapRef.name);
    }
    for (const [key, value] of Object.entries(map.data ?? {})) variables[`${prefix}${key}`] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) {
      variables[name] = expandVariables(value ?? '', { ...services, ...variables });
      continue;
    }
    const found = lookUp(valueFrom, pod, container, place, find);
    if (typeof found === 'object') return found;
    if (found !== undefined) variables[name] = found;
  }
  return { ok: true, variables: { ...services, ...variables } };
}

/** Which config maps a pod's containers and volumes name. */
export function configMapsOf({ spec }: Pod): string[] {
  const names = new Set<string>();
  for (const { env = [], envFrom = [] } of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { configMapRef } of envFrom) if (configMapRef?.name !== undefined) names.add(configMapRef.name);
    for (const { valueFrom } of env) {
      if (valueFrom?.configMapKeyRef?.name !== undefined) names.add(valueFrom.configMapKeyRef.name);
    }
  }
  for (const { configMap, projected } of spec.volumes ?? []) {
    if (configMap?.name !== undefined) names.add(configMap.name);
    for (const source of projected?.sources ?? []) {
      if (source.configMap?.name !== undefined) names.add(source.configMap.name);
    }
  }
  return [...names];
}

type Source = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;
type Failure = Extract<Environment, { ok: false }>;

/** A value, nothing (an optional key that is not there), or a failure. */
function lookUp(
  { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: Source,
  pod: Pod,
  container: Container,
  place: PodPlace,
  find: FindConfigMap,
): string | undefined | Failure {
  if (fieldRef !== undefined) {
    const value = fieldValue(fieldRef.fieldPath, pod, place);
    return value ?? { ok: false, message: `unsupported fieldPath: ${fieldRef.fieldPath}` };
  }
  if (resourceFieldRef !== undefined) {
    const { resource, divisor, containerName } = resourceFieldRef;
    const of = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === containerName);
    const value = resourceValue(resource, divisor, of ?? container, place);
    return value ?? { ok: false, message: `unsupported container resource : ${resource}` };
  }
  if (configMapKeyRef !== undefined) {
    const { name = '', key, optional = false } = configMapKeyRef;
    const map = find(name);
    if (map === undefined) return optional ? undefined : missing('configmap', name);
    const value = map.data?.[key];
    if (value !== undefined || optional) return value;
    const { namespace } = pod.metadata;
    return { ok: false, message: `couldn't find key ${key} in ConfigMap ${namespace}/${name}` };
  }
  return secretKeyRef === undefined || secretKeyRef.optional === true
    ? undefined
    : missing('secret', secretKeyRef.name);
}

function missing(what: string, name: string | undefined): Failure {
  return { ok: false, message: `${what} "${name ?? ''}" not found` };
}
