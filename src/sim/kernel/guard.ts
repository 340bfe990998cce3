/**
 * The guard: while an actor steps, the globals that would make a run depend on anything but its seed throw.
 *
 * 1. Only while an actor steps, and only in the thread that simulates: between steps, and in code that has nothing to do
 *    with a simulation, every global does what it always does.
 * 2. The error names the actor and the call.
 * 3. Swallowing the error does not help: the kernel asks for it after the step.
 * 4. It is installed when a world first runs and stays, as pass-through functions; nothing else global is touched.
 *
 * Left out: Promise (patching it would slow down every await in the process; the kernel refuses a step that returns one),
 * and modules such as node:fs, whose functions are bound when they are imported; the architecture test and the
 * linter keep those out of actors.
 */

/** An actor touched something that is not a function of the seed. */
export class NondeterminismError extends Error {
  override readonly name = 'NondeterminismError';

  constructor(actor: string, call: string, instead: string) {
    super(`${actor} called ${call}, which is not deterministic; use ${instead}.`);
  }
}

/** The address of the actor that steps now. */
let stepping: string | undefined;
let violation: NondeterminismError | undefined;
let installed = false;

/** From here on the globals throw, in the name of this actor. */
export function enterStep(actor: string): void {
  stepping = actor;
}

/** From here on they work again. Returns the error that was thrown in between, also when the actor swallowed it. */
export function leaveStep(): NondeterminismError | undefined {
  stepping = undefined;
  const found = violation;
  violation = undefined;
  return found;
}

/** The globals that are guarded, by the name under which the error reports them, and what to use instead. */
export const GUARDED_GLOBALS: Readonly<Record<string, string>> = {
  'new Date()': 'ctx.now',
  'Date()': 'ctx.now',
  'Date.now': 'ctx.now',
  'Math.random': 'ctx.random',
  'performance.now': 'ctx.monotonic',
  'process.hrtime': 'ctx.monotonic',
  'process.hrtime.bigint': 'ctx.monotonic',
  'process.uptime': 'ctx.monotonic',
  'process.nextTick': 'ctx.setTimer',
  'process.cpuUsage': 'ctx.monotonic',
  'process.memoryUsage': 'state of your own',
  setTimeout: 'ctx.setTimer',
  setInterval: 'ctx.setTimer',
  setImmediate: 'ctx.setTimer',
  queueMicrotask: 'ctx.setTimer',
  'AbortSignal.timeout': 'ctx.setTimer',
  fetch: 'ctx.request',
  'crypto.getRandomValues': 'ctx.random',
  'crypto.randomUUID': 'ctx.random',
  'String.prototype.localeCompare': 'comparison with < and >',
  'String.prototype.toLocaleLowerCase': 'toLowerCase',
  'String.prototype.toLocaleUpperCase': 'toUpperCase',
  'Number.prototype.toLocaleString': 'toString',
  'Array.prototype.toLocaleString': 'join',
  'Date.prototype.toLocaleString': 'toISOString',
  'Date.prototype.toLocaleDateString': 'toISOString',
  'Date.prototype.toLocaleTimeString': 'toISOString',
  'Date.prototype.getTimezoneOffset': 'times in UTC',
  'Intl.Collator': 'comparison with < and >',
  'Intl.DateTimeFormat': 'toISOString',
  'Intl.NumberFormat': 'toString',
  'Intl.PluralRules': 'text of your own',
  'Intl.RelativeTimeFormat': 'text of your own',
  'Intl.ListFormat': 'join',
  'Intl.Segmenter': 'the characters of a string',
  'new WeakRef()': 'a strong reference',
  'new FinalizationRegistry()': 'an explicit end',
};

function check(call: string): void {
  if (stepping === undefined) return;
  violation = new NondeterminismError(stepping, call, GUARDED_GLOBALS[call] ?? 'the context');
  throw violation;
}

/** Puts the guard into this realm's globals. Idempotent. */
export function installGuard(): void {
  if (installed) return;
  installed = true;
  for (const call of Object.keys(GUARDED_GLOBALS)) install(call);
}

type Bag = Record<string, unknown>;

function install(call: string): void {
  const path = call.replace(/^new /, '').replace(/\(\)$/, '').split('.');
  const last = path.pop() as string; // split always yields one part at least
  let owner: unknown = globalThis;
  for (const part of path) owner = (owner as Bag | undefined)?.[part];
  if (owner === undefined || owner === null) return;
  const original = (owner as Bag)[last];
  if (typeof original !== 'function') return;
  // `new Date()` and `Date()` are one constructor, guarded once.
  if (call === 'Date()') return;
  const guarded = call === 'new Date()' ? guardDate(original as DateConstructor) : guardFunction(call, original);
  const descriptor = Object.getOwnPropertyDescriptor(owner, last);
  Object.defineProperty(owner, last, {
    value: guarded,
    writable: true,
    configurable: true,
    enumerable: descriptor?.enumerable ?? false,
  });
}

// biome-ignore lint/complexity/noBannedTypes: any global function whatever its signature
function guardFunction(call: string, original: Function): unknown {
  return new Proxy(original, {
    apply(target, self, args) {
      check(call);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      check(call);
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}

/** `new Date(value)` is a pure function and stays; without arguments it reads the clock. */
function guardDate(original: DateConstructor): DateConstructor {
  const guarded = new Proxy(original, {
    apply(target, self, args) {
      check('Date()');
      return Reflect.apply(target, self, args) as string;
    },
    construct(target, args, newTarget) {
      if (args.length === 0) check('new Date()');
      return Reflect.construct(target, args, newTarget) as Date;
    },
  });
  // Or any date would lead back to the clock: `new date.constructor()`.
  Object.defineProperty(original.prototype, 'constructor', { value: guarded, writable: true, configurable: true });
  return guarded;
}
