/**
 * What a change of an object means to somebody who watches a cluster: a pod got a node, became ready, was restarted; a
 * Deployment was rolled out. Pure. Changes that mean nothing (heartbeats, leases, bookkeeping) give no moment.
 */
import { findCondition } from '../../kubernetes/api/conditions.ts';
import type { Deployment, Event, KubernetesObject, Node, Pod } from '../../kubernetes/api/object.ts';
import type { ObjectChange } from './cluster-mirror.ts';
import { isAvailable, isReady, missingFromRollout } from './workloads.ts';

export interface Moment {
  readonly event: number;
  /** Virtual time in microseconds. */
  readonly time: number;
  readonly kind: string;
  /** `created`, `ready`, `on node-1`: one or a few words, the same for all that it happens to. */
  readonly what: string;
  /** Whom it happened to. */
  readonly name: string;
  /** More, if there is more; '' otherwise. */
  readonly detail: string;
  readonly tone: 'plain' | 'good' | 'bad';
}

type Bare = Pick<Moment, 'what' | 'detail' | 'tone'>;

export function momentsOf(change: ObjectChange): Moment[] {
  const { object, event, time } = change;
  const { kind, metadata } = object;
  const of = kind === 'Event' ? (object as Event).involvedObject.name : metadata.name;
  return bareMoments(change).map((bare) => ({ ...bare, event, time, kind, name: of ?? '' }));
}

function bareMoments({ type, object, previous }: ObjectChange): Bare[] {
  switch (object.kind) {
    case 'Pod':
      return podMoments(type, object as Pod, previous as Pod | undefined);
    case 'Deployment':
      return deploymentMoments(type, object as Deployment, previous as Deployment | undefined);
    case 'Node':
      return nodeMoments(type, object as Node, previous as Node | undefined);
    case 'Event':
      return eventMoments(type, object as Event);
    case 'Lease':
    case 'EndpointSlice':
    case 'Endpoints':
    case 'ReplicaSet':
      return [];
    default:
      return type === 'changed' || isBootstrap(object) ? [] : [plain(type)];
  }
}

function podMoments(type: ObjectChange['type'], pod: Pod, previous: Pod | undefined): Bare[] {
  if (type === 'created') return [plain('created')];
  if (type === 'deleted') return [plain('deleted')];
  const moments: Bare[] = [];
  const node = pod.spec.nodeName ?? '';
  if (node !== '' && (previous?.spec.nodeName ?? '') === '') moments.push(plain(`on ${node}`));
  const restarts = restartsOf(pod);
  if (previous !== undefined && restarts > restartsOf(previous)) {
    const ended = pod.status?.containerStatuses?.find(({ lastState }) => lastState?.terminated !== undefined);
    const { reason = '', exitCode = 0 } = ended?.lastState?.terminated ?? {};
    moments.push({ what: 'restarted', detail: `${reason}, exit code ${exitCode}`, tone: 'bad' });
  }
  if (previous !== undefined && isReady(pod) !== isReady(previous)) {
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (isReady(pod)) moments.push({ what: 'ready', detail: '', tone: 'good' });
    else if (!isGoing) moments.push({ what: 'not ready', detail: '', tone: 'bad' });
  }
  const phase = pod.status?.phase;
  if (phase !== previous?.status?.phase && (phase === 'Failed' || phase === 'Succeeded')) {
    const { reason = '', message = '' } = pod.status ?? {};
    const detail = [reason, message].filter((text) => text !== '').join(': ');
    moments.push({ what: phase.toLowerCase(), detail, tone: phase === 'Failed' ? 'bad' : 'good' });
  }
  if (pod.metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined) {
    moments.push(plain('terminating'));
  }
  return moments;
}

function deploymentMoments(type: ObjectChange['type'], next: Deployment, previous: Deployment | undefined): Bare[] {
  if (type !== 'changed' || previous === undefined) return [plain(type)];
  const moments: Bare[] = [];
  const [before, after] = [previous.spec.replicas ?? 1, next.spec.replicas ?? 1];
  if (before !== after) moments.push(plain(`scaled from ${before} to ${after}`));
  if (JSON.stringify(previous.spec.template) !== JSON.stringify(next.spec.template))
    moments.push(plain('new template'));
  const wasDone = missingFromRollout(previous) === undefined;
  const isDone = missingFromRollout(next) === undefined;
  if (isDone && !wasDone) moments.push({ what: 'rolled out', detail: '', tone: 'good' });
  if (isAvailable(previous) && !isAvailable(next)) moments.push({ what: 'unavailable', detail: '', tone: 'bad' });
  if (!isAvailable(previous) && isAvailable(next) && !isDone) {
    moments.push({ what: 'available', detail: '', tone: 'good' });
  }
  return moments;
}

function nodeMoments(type: ObjectChange['type'], node: Node, previous: Node | undefined): Bare[] {
  if (type === 'deleted') return [{ what: 'deleted', detail: '', tone: 'bad' }];
  const ready = readiness(node);
  if (ready === readiness(previous)) return [];
  if (ready === 'True') return [{ what: 'ready', detail: '', tone: 'good' }];
  // A node that has just registered is not ready yet; that is nothing to tell.
  return previous === undefined || readiness(previous) === undefined
    ? []
    : [{ what: 'not ready', detail: '', tone: 'bad' }];
}

function eventMoments(type: ObjectChange['type'], { type: tone, reason = '', message = '' }: Event): Bare[] {
  return type === 'created' && tone === 'Warning' ? [{ what: reason, detail: message, tone: 'bad' }] : [];
}

/** What every cluster has, whatever is applied. */
function isBootstrap({ kind, metadata }: KubernetesObject): boolean {
  const { name, namespace = '' } = metadata;
  if (namespace.startsWith('kube-')) return true;
  if (kind === 'Namespace') return name === 'default' || name.startsWith('kube-');
  if (kind === 'ServiceAccount') return name === 'default';
  if (kind === 'ConfigMap') return name === 'kube-root-ca.crt';
  return kind === 'Service' && name === 'kubernetes';
}

function readiness(node: Node | undefined): string | undefined {
  return findCondition(node?.status?.conditions, 'Ready')?.status;
}

function restartsOf({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function plain(what: string): Bare {
  return { what, detail: '', tone: 'plain' };
}
