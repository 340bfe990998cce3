/** What mattered in a run, collected while it goes on: faults, checks, panics, phases, and who went up or down. */
import type { EventKind, TraceEvent, World } from '../sim/index.ts';

const KINDS: readonly EventKind[] = ['fault', 'heal', 'phase', 'power', 'pause', 'clock', 'panic', 'exit', 'check'];

/** How many events are kept from the beginning, and how many from the end. */
const FIRST = 60;
const LAST = 20;

/** How many causes of a check's event are kept, the nearest ones. */
const CAUSES = 8;

/** What led to an event, as far as it was kept. */
export interface Chain {
  /** The first cause first. */
  readonly events: readonly TraceEvent[];
  /** How many came before these. */
  readonly earlier: number;
}

export class Highlights {
  readonly #first: TraceEvent[] = [];
  readonly #last: TraceEvent[] = [];
  /** What led to the event of each check that said something, by the check's name. */
  readonly causes = new Map<string, Chain>();
  #count = 0;

  constructor(world: World) {
    // What building the world has caused is in its trace already.
    for (const event of world.trace()) if (KINDS.includes(event.kind)) this.#add(event);
    for (const kind of KINDS) world.observe(kind, (event) => this.#add(event));
    // Later, the ring may have lost it.
    world.observe('check', ({ object, cause }) => {
      const chain = world.causes(cause);
      const events = chain.slice(-CAUSES);
      if (!this.causes.has(object)) this.causes.set(object, { events, earlier: chain.length - events.length });
    });
  }

  /** In the order of the run; where some are missing stands how many. */
  get entries(): readonly (TraceEvent | { readonly missing: number })[] {
    const missing = this.#count - this.#first.length - this.#last.length;
    return missing === 0 ? [...this.#first, ...this.#last] : [...this.#first, { missing }, ...this.#last];
  }

  #add(event: TraceEvent): void {
    this.#count++;
    if (this.#first.length < FIRST) {
      this.#first.push(event);
      return;
    }
    this.#last.push(event);
    if (this.#last.length > LAST) this.#last.shift();
  }
}
