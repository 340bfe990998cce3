/** A `deletecollection` under way: its objects go one after the other, as upstream's one worker has it. */
import type { KubernetesObject } from '../../../api/object.ts';
import type { DeleteCollectionRequest } from '../../../protocol/api.ts';
import type { Call } from '../continuation.ts';

export interface CollectionDeletion {
  readonly call: Call<DeleteCollectionRequest>;
  /** All that are to be deleted; frozen. */
  readonly objects: readonly KubernetesObject[];
  readonly resourceVersion: string;
  /** Which is deleted now. */
  next: number;
}
