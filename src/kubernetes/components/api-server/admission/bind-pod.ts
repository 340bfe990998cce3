/**
 * The binding of a pod to a node, once and for all (pkg/registry/core/pod/storage/storage.go, setPodNodeAndMetadata).
 */
import { withCondition } from '../../../api/conditions.ts';
import { cloneJson } from '../../../api/json-value.ts';
import type { NewObject, Pod } from '../../../api/object.ts';
import { PODS } from '../../../api/resource.ts';
import { formatTime } from '../../../api/time.ts';
import { badRequest, conflict } from '../refusal.ts';
import type { Moment, Proposal } from '../verbs/proposal.ts';

/** A Binding says in `target` which node; with `metadata.uid`, it means no other pod of the same name. */
interface Binding extends NewObject {
  target?: { kind?: string; name?: string };
}

/** @param once whether a pod that has a node, or is being deleted, is refused */
export function proposeBinding(existing: Pod, binding: NewObject, { nowUs }: Moment, once: boolean): Proposal {
  const { target, metadata: said } = binding as Binding;
  const { name } = existing.metadata;
  if (target?.name === undefined || target.name === '') {
    return { do: 'refuse', status: badRequest('target.name: Required value') };
  }
  if (target.kind !== undefined && target.kind !== '' && target.kind !== 'Node') {
    const message = `target.kind: Unsupported value: "${target.kind}": supported values: "Node"`;
    return { do: 'refuse', status: badRequest(message) };
  }
  const why = once ? whyNot(existing, said.uid) : undefined;
  if (why !== undefined) {
    return { do: 'refuse', status: conflict({ group: '', plural: `${PODS.plural}/binding` }, name, why) };
  }
  const next = cloneJson(existing);
  next.spec.nodeName = target.name;
  if (said.annotations !== undefined) next.metadata.annotations = { ...next.metadata.annotations, ...said.annotations };
  if (said.labels !== undefined) next.metadata.labels = { ...next.metadata.labels, ...said.labels };
  setScheduled(next, formatTime(nowUs));
  return { do: 'put', object: next };
}

function whyNot({ metadata, spec }: Pod, uid: string | undefined): string | undefined {
  const { name } = metadata;
  if (uid !== undefined && uid !== '' && uid !== metadata.uid) {
    return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
  }
  if (metadata.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (spec.nodeName !== undefined && spec.nodeName !== '') {
    return `pod ${name} is already assigned to node "${spec.nodeName}"`;
  }
  const { schedulingGates = [] } = spec as { schedulingGates?: unknown[] };
  return schedulingGates.length > 0 ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

function setScheduled(pod: Pod, now: string): void {
  const conditions = withCondition(pod.status?.conditions, { type: 'PodScheduled', status: 'True' }, now);
  pod.status = { ...pod.status, conditions: [...conditions] };
}
