/** The sandboxes that truly run, by what the runtimes do: what two checks look at. */
import type { TraceEvent } from '../../../sim/index.ts';

export interface RunningSandbox {
  readonly host: string;
  readonly sandbox: string;
  readonly podUid: string;
  readonly pod: string;
  readonly ip: string;
  readonly hostNetwork: boolean;
}

/** By host and sandbox. Plain data: part of a check's memory. */
export type RunningSandboxes = Map<string, RunningSandbox>;

/** Follows an event; returns the sandbox that has just started, if one has. */
export function followSandboxes(running: RunningSandboxes, event: TraceEvent): RunningSandbox | undefined {
  const { kind, subject, object, detail } = event;
  if (kind === 'power') {
    // Nothing runs on a host without power.
    if (detail === 'off') for (const [key, { host }] of running) if (host === subject) running.delete(key);
    return undefined;
  }
  const host = subject.slice(0, subject.indexOf('/'));
  if (object === 'sandbox-started') {
    const started = { host, ...(detail as Omit<RunningSandbox, 'host'>) };
    running.set(`${host} ${started.sandbox}`, started);
    return started;
  }
  if (object === 'sandbox-stopped') running.delete(`${host} ${(detail as RunningSandbox).sandbox}`);
  return undefined;
}
