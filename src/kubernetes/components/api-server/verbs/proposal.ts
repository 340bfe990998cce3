/** What a change comes to, given the object as it is: computed purely, carried out by change-object.ts. */
import type { KubernetesObject } from '../../../api/object.ts';
import type { Status } from '../../../api/status.ts';

export type Proposal =
  /** Writes this in its place. */
  | { readonly do: 'put'; readonly object: KubernetesObject }
  /** Writes this and deletes it next: what watches sees both. */
  | { readonly do: 'mark'; readonly object: KubernetesObject }
  /** Removes it; this is what is answered. */
  | { readonly do: 'delete'; readonly object: KubernetesObject }
  /** Nothing is to be done; this is what is answered. */
  | { readonly do: 'keep'; readonly object: KubernetesObject }
  | { readonly do: 'refuse'; readonly status: Status };

/** What strategies know besides the object. */
export interface Moment {
  /** The host's clock, in microseconds. */
  readonly nowUs: number;
}
