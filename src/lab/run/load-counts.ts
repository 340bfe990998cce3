/** What load generators have counted: requests sent, answered well, and failed. Read from their true states. */
import type { Pod } from '../../kubernetes/api/object.ts';
import type { LoadGeneratorState } from '../../kubernetes/components/programs/load-generator.ts';
import type { TraceEvent, World } from '../../sim/index.ts';

export interface LoadCounts {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
}

/**
 * The load generators of a world, by the uid of their pod: the counts of containers that have ended, from their last note,
 * and of those that run, from their state.
 */
export class Loads {
  readonly #world: World;
  /** From a process to its pod's uid: of every container that has started. */
  readonly #started = new Map<string, string>();
  /** The same of those that are load generators. */
  readonly #processes = new Map<string, string>();
  readonly #noted = new Map<string, LoadCounts>();
  /** Grows with each note: whoever has seen this number has seen all. */
  version = 0;

  constructor(world: World) {
    this.#world = world;
    world.observe('note', (event) => this.#follow(event));
  }

  ofPod({ metadata }: Pod): LoadCounts | undefined {
    const counts = [...this.#processes].flatMap(([process, uid]) => {
      const count = uid === metadata.uid ? this.#ofProcess(process) : undefined;
      return count ?? [];
    });
    return counts.length === 0 ? undefined : addLoads(counts);
  }

  /** Of all load generators there were, in sum; undefined if there was none. */
  total(): LoadCounts | undefined {
    const counts = [...this.#processes.keys()].flatMap((process) => this.#ofProcess(process) ?? []);
    return counts.length === 0 ? undefined : addLoads(counts);
  }

  #ofProcess(process: string): LoadCounts | undefined {
    const state = this.#world.view.state(process) as Partial<LoadGeneratorState> | undefined;
    const { counts } = state ?? {};
    return counts === undefined
      ? this.#noted.get(process)
      : { sent: counts.sent, ok: counts.ok, failed: counts.failed };
  }

  #follow({ object, subject, detail }: TraceEvent): void {
    if (object === 'container-started') {
      const { podUid, process } = detail as { readonly podUid: string; readonly process: string };
      const state = this.#world.view.state(process) as Partial<LoadGeneratorState> | undefined;
      if (state?.counts !== undefined) this.#processes.set(process, podUid);
      this.#started.set(process, podUid);
    }
    if (object !== 'load') return;
    const uid = this.#started.get(subject);
    if (uid !== undefined) this.#processes.set(subject, uid);
    const { sent, ok, failed } = detail as LoadCounts;
    this.#noted.set(subject, { sent, ok, failed });
    this.version++;
  }
}

export function addLoads(loads: readonly LoadCounts[]): LoadCounts {
  const sum = { sent: 0, ok: 0, failed: 0 };
  for (const { sent, ok, failed } of loads) {
    sum.sent += sent;
    sum.ok += ok;
    sum.failed += failed;
  }
  return sum;
}
