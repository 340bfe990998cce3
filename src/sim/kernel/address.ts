/** A host, process or actor by its path: `host/process` is the process' root actor, `host/process/child` its child. */
export type Address = string;

/** A number that `ctx.reply` takes; valid once, while the requester's connection lives. */
export type RequestId = number;

/** One end of a stream, valid within its process. */
export type StreamId = number;

/** The `host/process` part of an address; undefined if there is none. */
export function processOf(address: Address): Address | undefined {
  const first = address.indexOf('/');
  if (first <= 0) return undefined;
  const second = address.indexOf('/', first + 1);
  return second === -1 ? address : address.slice(0, second);
}

/** The host part of an address. */
export function hostOf(address: Address): string {
  const first = address.indexOf('/');
  return first === -1 ? address : address.slice(0, first);
}

const NAME = /^[A-Za-z0-9_.:@+=-]+$/;

/** Whether a host, process or actor may bear this name: letters, digits and `_ . : @ + = -`, so that `/` separates. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** Throws unless `name` may be used; `what` names the thing for the error. */
export function assertName(name: string, what: string): void {
  if (typeof name !== 'string' || !isName(name)) {
    throw new Error(`${what} "${String(name)}" is not a name: expected letters, digits and _ . : @ + = - only.`);
  }
}
