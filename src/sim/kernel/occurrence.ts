/** Something that waits in the agenda. It is data and a verb: snapshots save the data under the type's name. */
export interface Occurrence {
  readonly type: string;
  /** Makes it happen; the kernel's `now` is its time. */
  occur(): void;
  /** Itself as plain data, from which the restorer of its type makes an equal one. */
  save(): unknown;
}

/** Priorities among equal times: what arrives is handled before what is planned, and deadlines come last. */
export const PRIORITY = {
  fault: 0,
  arrival: 1,
  local: 2,
  timer: 3,
  deadline: 4,
  check: 5,
} as const;
