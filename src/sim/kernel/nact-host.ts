/**
 * nact on virtual time: the only file that knows nact.
 *
 * nact gives each message a `setImmediate`, and so hands the order of a run to Node's event loop. Its modules are
 * therefore loaded unmodified, but with their free names (`setImmediate`, `setTimeout`, `Math`, `console`, `Date` …)
 * bound to this host's. An immediate then runs at once, inside `dispatch`; nothing global is patched.
 *
 * 1. `dispatch` runs the actor's step synchronously. nact's bookkeeping after it waits for one microtask; until then
 *    the actor counts as busy and must not be dispatched to: `isBusy` says so, and `drained` is called after a
 *    microtask has passed.
 * 2. One host has its own copy of nact's module state: nothing leaks between simulations.
 * 3. A step that throws is stopped by nact's supervision (`onCrash` → stop); what happens next is the kernel's policy.
 *
 * Left out: nact's queries, persistence, logging and time-outs. nact 7.6.2 does not stop grandchildren (its `stop` is
 * handed the concrete actor where it expects a reference), so the kernel stops each actor by itself; and it copies an
 * actor's table of children for each message, so all actors of a process are children of one that gets no messages.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';

/** Opaque: nact's reference to one actor. */
export interface NactReference {
  readonly path: { readonly parts: readonly string[] };
}

/** One actor as the host keeps it. */
export interface NactActor {
  readonly reference: NactReference;
  /** The drain in whose time it last stepped. */
  drain: number;
}

interface Nact {
  start(options: { name: string }): NactReference;
  spawn(
    parent: NactReference,
    step: (state: unknown, message: unknown) => unknown,
    name: string,
    options: { onCrash: (message: unknown, error: unknown, ctx: { stop: unknown }) => unknown; initialState: unknown },
  ): NactReference;
  dispatch(to: NactReference, message: unknown, sender: unknown): void;
  stop(actor: NactReference): void;
}

// biome-ignore lint/complexity/noBannedTypes: a compiled module body takes whatever names its file may use
type ModuleBody = Function;

const require = createRequire(import.meta.url);
const FREE_NAMES = ['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'Math', 'Date', 'console'];
const bodies = new Map<string, ModuleBody>();

/** nact's modules are read and compiled once in a process; each host runs them with names of its own. */
function moduleBody(file: string): ModuleBody {
  let body = bodies.get(file);
  if (body === undefined) {
    body = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require', ...FREE_NAMES], {
      filename: file,
    });
    bodies.set(file, body);
  }
  return body;
}

function loadNact(freeNames: readonly unknown[]): Nact {
  const modules = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const requireFrom = createRequire(file);
    const resolve = (name: string): unknown =>
      name.startsWith('.') ? load(requireFrom.resolve(join(dirname(file), name))) : requireFrom(name);
    moduleBody(file)(module, module.exports, resolve, ...freeNames);
    return module.exports;
  };
  return load(require.resolve('nact')) as Nact;
}

const NOBODY = Object.freeze({ type: 'nobody' });

export class NactHost {
  readonly #nact: Nact;
  readonly #system: NactReference;
  #immediate: (() => void) | undefined;
  #names = 0;
  /** Counts drains; an actor that stepped since the last one is busy. */
  #drain = 1;

  constructor() {
    const setImmediate = (run: () => void): number => {
      this.#immediate = run;
      return 1;
    };
    const nothing = (): void => {};
    const refuse = (name: string) => (): never => {
      throw new Error(`nact called ${name}, which the host does not support.`);
    };
    const math = Object.create(Math, { random: { value: refuse('Math.random') } }) as unknown;
    const silent = { log: nothing, warn: nothing, error: nothing, info: nothing };
    this.#nact = loadNact([setImmediate, nothing, refuse('setTimeout'), nothing, math, refuse('Date'), silent]);
    this.#system = this.#nact.start({ name: 'wavetank' });
  }

  /** A family: the nact actor whose children are the actors of one process. */
  spawnFamily(): NactReference {
    return this.#spawn(this.#system, () => undefined);
  }

  /** An actor; `step` runs synchronously inside `dispatch`. */
  spawn(family: NactReference, step: (message: unknown) => void): NactActor {
    return { reference: this.#spawn(family, step), drain: 0 };
  }

  isBusy(actor: NactActor): boolean {
    return actor.drain === this.#drain;
  }

  /** Runs one step of an actor that is not busy. */
  dispatch(actor: NactActor, message: unknown): void {
    actor.drain = this.#drain;
    this.#nact.dispatch(actor.reference, message, NOBODY);
    const run = this.#immediate;
    if (run === undefined) throw new Error('nact did not schedule a step: the actor was busy or has stopped.');
    this.#immediate = undefined;
    run();
  }

  stop(actor: NactReference): void {
    this.#nact.stop(actor);
    // nact schedules the (empty) afterStop as an immediate.
    this.#immediate = undefined;
  }

  /** To be called when a microtask has passed since the last dispatch. */
  drained(): void {
    this.#drain++;
    // A step that threw was stopped in the meantime, which leaves an immediate of no interest.
    this.#immediate = undefined;
  }

  #spawn(parent: NactReference, step: (message: unknown) => void): NactReference {
    return this.#nact.spawn(
      parent,
      (state, message) => {
        step(message);
        return state;
      },
      `a${this.#names++}`,
      { onCrash: (_message, _error, ctx) => ctx.stop, initialState: null },
    );
  }
}
