/** Objects as somebody wrote them, each with where it is written. */
import type { NewObject } from '../../kubernetes/api/object.ts';
import type { Problem } from '../../sim/index.ts';

/** The objects of one file, or of one place of a scenario. */
export interface Manifest {
  /** The file's name as messages show it. */
  readonly source: string;
  readonly objects: readonly WrittenObject[];
}

export interface WrittenObject {
  readonly object: NewObject;
  /** Where a field of it is written; a place that is not there has the position of what is around it. */
  problemAt(path: readonly (string | number)[], message: string, place?: 'key' | 'value'): Problem;
}
