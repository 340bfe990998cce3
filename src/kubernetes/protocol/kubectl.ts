/**
 * What the outside asks of the `kubectl` actor (posted by `World.post`), and what it notes when it is done. One command at
 * a time: the next begins when the one before has ended.
 */
import type { NewObject } from '../api/object.ts';
import type { DeleteOptions, PatchType } from './api.ts';

/** An object by kind and name, as one types it: kind `deployment`, `Deployment`, `deploy` or `deployments.apps`. */
export interface ObjectRef {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export type KubectlAction =
  /** Creates what is not there, in order; updates what is (a merge of the manifest into the live object). */
  | { readonly do: 'apply'; readonly objects: readonly NewObject[] }
  | { readonly do: 'delete'; readonly refs: readonly ObjectRef[]; readonly options?: DeleteOptions }
  | { readonly do: 'scale'; readonly ref: ObjectRef; readonly replicas: number }
  | { readonly do: 'patch'; readonly ref: ObjectRef; readonly patchType: PatchType; readonly patch: unknown };

export interface KubectlCommand {
  /** Comes back in the note. */
  readonly id: number;
  readonly action: KubectlAction;
}

/** The data of the note `kubectl` that ends a command. */
export interface KubectlOutcome {
  readonly id: number;
  /** One line each, as kubectl prints: `deployment.apps/web created`, `… configured`, `… unchanged`. */
  readonly lines: readonly string[];
  /** What the API refused, as kubectl prints it. Empty: all went well. */
  readonly errors: readonly string[];
}
