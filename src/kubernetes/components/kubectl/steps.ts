/** A command as a list of requests, each with what follows from its answer: pure functions. */
import { applyManifest, withLastApplied } from '../../api/apply-manifest.ts';
import { kindNamed, kindOf } from '../../api/kinds/registry.ts';
import type { NewObject } from '../../api/object.ts';
import type { Resource } from '../../api/resource.ts';
import type { ApiOutcome } from '../../client/api-client.ts';
import type { ApiRequest, DeleteOptions, PatchType } from '../../protocol/api.ts';
import type { KubectlAction, ObjectRef } from '../../protocol/kubectl.ts';

interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

export type Step =
  /** Looks whether it is there. */
  | { readonly kind: 'look'; readonly target: Target; readonly object: NewObject }
  | { readonly kind: 'create'; readonly target: Target; readonly object: NewObject }
  | {
      readonly kind: 'patch';
      readonly target: Target;
      readonly patchType: PatchType;
      readonly patch: unknown;
      readonly subresource?: 'scale';
      /** What the line says was done: `configured`, `patched`, `scaled`. */
      readonly verb: string;
    }
  | { readonly kind: 'delete'; readonly target: Target; readonly options?: DeleteOptions }
  /** Nothing can be asked: this is wrong. */
  | { readonly kind: 'refuse'; readonly error: string };

type WithoutUser<T> = T extends unknown ? Omit<T, 'user'> : never;

export function stepsOf(action: KubectlAction): Step[] {
  switch (action.do) {
    case 'apply':
      return action.objects.map(applyStep);
    case 'delete':
      return action.refs.map((ref) => {
        const target = targetOf(ref);
        if (target === undefined) return unknownKind(ref.kind);
        const { options } = action;
        return { kind: 'delete', target, ...(options === undefined ? {} : { options }) };
      });
    case 'scale': {
      const target = targetOf(action.ref);
      if (target === undefined) return [unknownKind(action.ref.kind)];
      const patch = { spec: { replicas: action.replicas } };
      return [{ kind: 'patch', target, patchType: 'merge', patch, subresource: 'scale', verb: 'scaled' }];
    }
    case 'patch': {
      const target = targetOf(action.ref);
      if (target === undefined) return [unknownKind(action.ref.kind)];
      return [{ kind: 'patch', target, patchType: action.patchType, patch: action.patch, verb: 'patched' }];
    }
    default:
      throw new Error(`kubectl: no such action: ${JSON.stringify(action satisfies never)}`);
  }
}

export function stepRequest(step: Exclude<Step, { kind: 'refuse' }>): WithoutUser<ApiRequest> {
  const { target } = step;
  switch (step.kind) {
    case 'look':
      return { verb: 'get', ...target };
    case 'create': {
      const { name: _, ...collection } = target;
      return { verb: 'create', ...collection, object: withLastApplied(step.object) as NewObject };
    }
    case 'patch': {
      const { patchType, patch, subresource } = step;
      return { verb: 'patch', ...target, patchType, patch, ...(subresource === undefined ? {} : { subresource }) };
    }
    case 'delete':
      return { verb: 'delete', ...target, ...(step.options === undefined ? {} : { options: step.options }) };
    default:
      throw new Error(`kubectl: no such step: ${JSON.stringify(step satisfies never)}`);
  }
}

/**
 * What an answer means: what is to be done next instead of the step, and what to say.
 *
 * @param mayHaveHappened whether an earlier try of the step may have worked
 */
export function stepDone(
  step: Exclude<Step, { kind: 'refuse' }>,
  outcome: ApiOutcome,
  mayHaveHappened = false,
): { next: Step[]; line?: string; error?: string } {
  const { target } = step;
  if (!outcome.ok) {
    if (step.kind === 'look' && outcome.reason === 'NotFound') {
      return { next: [{ kind: 'create', target, object: step.object }] };
    }
    if (step.kind === 'create' && outcome.reason === 'AlreadyExists' && mayHaveHappened) {
      return { next: [{ kind: 'look', target, object: step.object }] };
    }
    if (step.kind === 'delete' && outcome.reason === 'NotFound' && mayHaveHappened) {
      return { next: [], line: deleted(step) };
    }
    return { next: [], error: refusal(outcome) };
  }
  switch (step.kind) {
    case 'look': {
      // Patches see an object as mere JSON.
      const applied = applyManifest(step.object, outcome.object as unknown as Record<string, unknown>);
      if (applied.action === 'refused') return { next: [], error: `error: ${applied.error.message}` };
      if (applied.action !== 'patch') return { next: [], line: `${shown(target)} unchanged` };
      const { patchType, patch } = applied;
      return { next: [{ kind: 'patch', target, patchType, patch, verb: 'configured' }] };
    }
    case 'create':
      return { next: [], line: `${shown(target)} created` };
    case 'patch':
      return { next: [], line: `${shown(target)} ${step.verb}` };
    case 'delete':
      return { next: [], line: deleted(step) };
    default:
      throw new Error(`kubectl: no such step: ${JSON.stringify(step satisfies never)}`);
  }
}

/** As kubectl says it (kubectl/pkg/cmd/util/helpers.go, checkErr and StandardErrorMessage). */
function refusal({ reason, message }: Extract<ApiOutcome, { ok: false }>): string {
  if (reason === 'Unreachable') {
    return message.startsWith('refused')
      ? 'The connection to the server was refused - did you specify the right host or port?'
      : `Unable to connect to the server: ${message}`;
  }
  // The server says `Deployment.apps "web" is invalid: …`, kubectl `The Deployment "web" is invalid: …`.
  const [, kind, rest] = /^(\w+)[\w.-]*( "[^"]*" is invalid.*)$/s.exec(reason === 'Invalid' ? message : '') ?? [];
  return kind === undefined ? `Error from server (${reason}): ${message}` : `The ${kind}${rest}`;
}

function applyStep(object: NewObject): Step {
  const declaration = kindOf(object.apiVersion, object.kind);
  const { name, namespace = 'default' } = object.metadata;
  if (declaration === undefined) return { kind: 'refuse', error: noMatch(object) };
  if (name === undefined && object.metadata.generateName !== undefined) {
    const error = `error: from ${object.metadata.generateName}: cannot use generate name with apply`;
    return { kind: 'refuse', error };
  }
  if (name === undefined) return { kind: 'refuse', error: `error: ${object.kind}: metadata.name: Required value` };
  const { resource } = declaration;
  if (!resource.namespaced) return { kind: 'look', target: { resource, name }, object };
  const placed = { ...object, metadata: { ...object.metadata, namespace } };
  return { kind: 'look', target: { resource, name, namespace }, object: placed };
}

function noMatch({ apiVersion, kind }: NewObject): string {
  return `error: resource mapping not found: no matches for kind "${kind}" in version "${apiVersion}"`;
}

function unknownKind(kind: string): Step {
  return { kind: 'refuse', error: `error: the server doesn't have a resource type "${kind}"` };
}

function targetOf({ kind, name, namespace }: ObjectRef): Target | undefined {
  const resource = kindNamed(kind)?.resource;
  return resource === undefined ? undefined : { resource, name, ...(resource.namespaced ? { namespace } : {}) };
}

/** `deployment.apps/web`. */
function shown({ resource, name }: Target): string {
  return `${kindOfTarget(resource)}/${name}`;
}

/** `deployment.apps "web" deleted from default namespace` (kubectl/pkg/cmd/delete/delete.go, PrintObj). */
function deleted({ target, options }: Extract<Step, { kind: 'delete' }>): string {
  const { resource, name, namespace } = target;
  const done = options?.gracePeriodSeconds === 0 ? 'force deleted' : 'deleted';
  const from = namespace === undefined ? '' : ` from ${namespace} namespace`;
  return `${kindOfTarget(resource)} "${name}" ${done}${from}`;
}

function kindOfTarget({ kind, group }: Resource): string {
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}
