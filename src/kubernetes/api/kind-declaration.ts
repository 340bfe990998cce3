/**
 * What the API server knows of a kind. A kind is one declaration in a file of its own (`kinds/pod.ts`), listed in
 * `kinds/registry.ts`: adding one is adding a file.
 *
 * All functions are pure. They get objects whose fields are known and well typed (structural-schema.ts has seen to that),
 * and may change the object in place where it says so: it is a private, mutable copy.
 */
import type { FieldError } from './field-error.ts';
import type { KubernetesObject, NewObject } from './object.ts';
import type { Resource } from './resource.ts';

/** What a strategy may know of its surroundings. */
export interface StrategyContext {
  /** Now, RFC 3339. */
  readonly now: string;
}

export interface KindDeclaration<T extends KubernetesObject = KubernetesObject> {
  readonly resource: Resource;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Whether status is written apart from the rest: on `update` it is kept as it was, and on `update status` only it changes. */
  readonly hasStatus: boolean;
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly hasGeneration: boolean;
  /** The paths of the scale subresource; absent: it has none. */
  readonly scale?: { readonly specReplicas: string; readonly statusReplicas: string; readonly selector: string };
  /** Whether names are DNS labels, DNS subdomains, or RFC 1035 labels (Services). */
  readonly nameRule: 'dns-label' | 'dns-subdomain' | 'dns-1035-label';
  /** Fields that a field selector may name besides `metadata.name` and `metadata.namespace`. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** Fills in what the client left out, in place. Idempotent. Upstream: pkg/apis/GROUP/VERSION/defaults.go. */
  defaults(object: NewObject): void;
  /** What is wrong with an object that is to be created; object metadata is checked elsewhere. Upstream: pkg/apis/GROUP/validation. */
  validate(object: T): FieldError[];
  /** What is wrong with a change of the spec (immutable fields, for one); `validate` is asked as well. */
  validateUpdate?(next: T, previous: T): FieldError[];
  validateStatusUpdate?(next: T, previous: T): FieldError[];
  /** Before creation, in place: sets what only the server may set. Upstream: pkg/registry/…/strategy.go. The status has been dropped. */
  prepareForCreate?(object: T, context: StrategyContext): void;
  prepareForUpdate?(next: T, previous: T, context: StrategyContext): void;
  prepareForStatusUpdate?(next: T, previous: T, context: StrategyContext): void;
  /**
   * For kinds that are deleted gracefully (pods): how many seconds of grace an object gets when `requested` were asked for
   * (undefined: nothing was said). 0 deletes at once. Absent: deletion is never graceful.
   */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;
}
