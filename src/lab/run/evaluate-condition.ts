/** Whether a condition holds of the cluster as it truly is; if not, what is missing, for people. */
import { kindNamed } from '../../kubernetes/api/kinds/registry.ts';
import { matchesLabels, parseLabelSelector } from '../../kubernetes/api/label-selector.ts';
import type { Deployment, KubernetesObject, Pod } from '../../kubernetes/api/object.ts';
import type { ObjectRef } from '../../kubernetes/protocol/kubectl.ts';
import type { Comparison, Condition } from '../scenario/condition.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import { addLoads, type LoadCounts } from './load-counts.ts';
import { isAvailable, isReady, missingFromPod, missingFromRollout } from './workloads.ts';

/** What conditions are asked of. */
export interface Situation {
  readonly mirror: ClusterMirror;
  /** What the load generator in a pod has counted, by the pod's uid. */
  loadOf(pod: Pod): LoadCounts | undefined;
}

/** Undefined: it holds. */
export function missingFrom(condition: Condition, situation: Situation): string | undefined {
  const { mirror } = situation;
  switch (condition.kind) {
    case 'available':
      return ofDeployments(condition.refs, mirror, (each) => (isAvailable(each) ? undefined : 'not available'));
    case 'complete':
      return ofDeployments(condition.refs, mirror, missingFromRollout);
    case 'ready':
      return missingPods(podsMatching(mirror, condition.selector, condition.namespace), condition);
    case 'settled':
      return missingFromSettled(mirror);
    case 'exists':
      return find(mirror, condition.ref) === undefined ? `${show(condition.ref)} is not there` : undefined;
    case 'gone':
      return find(mirror, condition.ref) === undefined ? undefined : `${show(condition.ref)} is still there`;
    case 'value': {
      const object = find(mirror, condition.ref);
      if (object === undefined) return `${show(condition.ref)} is not there`;
      return differs(`${show(condition.ref)} ${condition.path}`, valueAt(object, condition.path), condition.compare);
    }
    case 'requests': {
      const pods = podsMatching(mirror, condition.selector, condition.namespace);
      const loads = pods.flatMap((pod) => situation.loadOf(pod) ?? []);
      if (loads.length === 0) return `no load generator among the pods with ${condition.selector}`;
      const sum = addLoads(loads);
      return first(Object.entries(condition.counts), ([name, compare]) =>
        differs(`${name} requests`, sum[name as keyof LoadCounts], compare),
      );
    }
    case 'all':
      return first(condition.of, (each) => missingFrom(each, situation));
    case 'not':
      return missingFrom(condition.of, situation) === undefined ? `${condition.of.kind} holds` : undefined;
    default:
      throw new Error(`No such condition: ${JSON.stringify(condition satisfies never)}`);
  }
}

/** Every workload that has not settled, with what is missing. */
export function unsettled(mirror: ClusterMirror): { readonly object: KubernetesObject; readonly missing: string }[] {
  const deployments = mirror.ofKind<Deployment>('Deployment').flatMap((object) => {
    const missing = missingFromRollout(object);
    return missing === undefined ? [] : [{ object, missing }];
  });
  const pods = mirror.ofKind<Pod>('Pod').flatMap((object) => {
    const missing = missingFromPod(object);
    return missing === undefined ? [] : [{ object, missing }];
  });
  return [...deployments, ...pods];
}

function missingFromSettled(mirror: ClusterMirror): string | undefined {
  const [worst, ...others] = unsettled(mirror);
  if (worst === undefined) return undefined;
  const { kind, metadata } = worst.object;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `${kind.toLowerCase()}/${metadata.name}: ${worst.missing}${more}`;
}

function ofDeployments(
  refs: readonly ObjectRef[] | 'all',
  mirror: ClusterMirror,
  missing: (deployment: Deployment) => string | undefined,
): string | undefined {
  if (refs !== 'all') {
    return first(refs, (ref) => {
      const object = find(mirror, ref);
      if (object === undefined) return `${show(ref)} is not there`;
      const text = missing(object as Deployment);
      return text === undefined ? undefined : `${show(ref)}: ${text}`;
    });
  }
  const all = mirror.ofKind<Deployment>('Deployment');
  if (all.length === 0) return 'there is no Deployment';
  return first(all, (each) => {
    const text = missing(each);
    return text === undefined ? undefined : `deployment/${each.metadata.name}: ${text}`;
  });
}

function missingPods(
  pods: readonly Pod[],
  { selector, count }: { selector: string; count?: number },
): string | undefined {
  const ready = pods.filter(isReady).length;
  if (pods.length === 0 && count !== 0) return `no pod matches ${selector}`;
  const wanted = count ?? pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length;
  return ready === wanted ? undefined : `${ready} of ${wanted} pods with ${selector} are ready`;
}

function podsMatching(mirror: ClusterMirror, selector: string, namespace: string): Pod[] {
  const parsed = parseLabelSelector(selector);
  if (typeof parsed === 'string') throw new Error(`A condition's selector was not checked: ${selector}`);
  return mirror
    .ofKind<Pod>('Pod')
    .filter(({ metadata }) => metadata.namespace === namespace && matchesLabels(parsed, metadata.labels ?? {}));
}

function find(mirror: ClusterMirror, { kind, name, namespace }: ObjectRef): KubernetesObject | undefined {
  return mirror.get(kindNamed(kind)?.resource.kind ?? kind, namespace, name);
}

function show({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

/** `status.conditions[0].type`, `metadata.labels["a.b/c"]`. */
function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const [, quoted, index, name] of path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[quoted ?? index ?? name ?? ''];
  }
  return value;
}

function differs(what: string, value: unknown, { is, atLeast, atMost }: Comparison): string | undefined {
  const found = `${what} is ${value === undefined ? 'not set' : JSON.stringify(value)}`;
  if (is !== undefined && value !== is) return `${found}, expected ${JSON.stringify(is)}`;
  // A counter that is not set is 0 in upstream's objects.
  const count = value === undefined ? 0 : Number(value);
  if (atLeast !== undefined && !(count >= atLeast)) return `${found}, expected at least ${atLeast}`;
  if (atMost !== undefined && !(count <= atMost)) return `${found}, expected at most ${atMost}`;
  return undefined;
}

function first<T>(items: readonly T[], missing: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const text = missing(item);
    if (text !== undefined) return text;
  }
  return undefined;
}
