/** What the runtime knows: sandboxes, containers and images, which its disk remembers, and what is under way, which it does not. */
import type { RequestId, StreamId } from '../../../sim/index.ts';
import type { CriRequest } from '../../protocol/cri.ts';
import type { MetaLog } from './meta-log.ts';
import type { ContainerRecord, ImageRecord, SandboxRecord } from './records.ts';

/** What is under way for a container. */
export interface ContainerOperation {
  /** Who waits for its start: `delay` before the shim is asked, `asked` until it has answered. */
  start?: { readonly request: RequestId; phase: 'delay' | 'asked' };
  /** Who wait for its end. */
  readonly stoppers: RequestId[];
  /** Who wait for its removal. */
  readonly removers: RequestId[];
  /** When it is to be killed, on the monotonic clock in microseconds, if it has been asked to stop. */
  killAt?: number;
}

/** A sandbox on its way down: its containers end, then its network goes. */
export interface Teardown {
  phase: 'killing' | 'network';
  readonly stoppers: RequestId[];
  readonly removers: RequestId[];
}

/** A pull that everybody who wants the image waits for. */
export interface Pull {
  readonly waiting: RequestId[];
  /** What will be there once the bytes are; undefined until the registry has answered. */
  image: ImageRecord | undefined;
  durationMs: number;
  downloading: boolean;
}

export interface RuntimeState {
  readonly sandboxes: Map<string, SandboxRecord>;
  readonly containers: Map<string, ContainerRecord>;
  /** By full name. */
  readonly images: Map<string, ImageRecord>;
  /** From the name of a process to its container's id. */
  readonly processes: Map<string, string>;
  readonly log: MetaLog;
  /** Sandboxes that nobody has been told of yet. */
  readonly settingUp: Set<string>;
  readonly operations: Map<string, ContainerOperation>;
  readonly teardowns: Map<string, Teardown>;
  /** By full name, in the order in which they were asked for. */
  readonly pulls: Map<string, Pull>;
  /** Streams of GetContainerEvents. */
  readonly watchers: Set<StreamId>;
  readonly shim: {
    stream: StreamId | undefined;
    /** Whether it has said what it has, so that it can be told to start something. */
    attached: boolean;
    /** Whether this runtime had to start it: what it has forgotten must be found out. */
    startedHere: boolean;
  };
  /** Containers of which it is not known whether their process runs. */
  readonly unresolved: Set<string>;
  /** Requests that came before the runtime knew what it has; undefined once it does. */
  waiting: { readonly id: RequestId; readonly body: CriRequest }[] | undefined;
}

/** Enters a container in all books. */
export function enterContainer(state: RuntimeState, container: ContainerRecord): void {
  state.containers.set(container.id, container);
  state.processes.set(container.process, container.id);
  state.sandboxes.get(container.sandboxId)?.containers.push(container.id);
}

/** Takes a container out of all books. */
export function forgetContainer(state: RuntimeState, container: ContainerRecord): void {
  state.containers.delete(container.id);
  state.processes.delete(container.process);
  state.operations.delete(container.id);
  state.unresolved.delete(container.id);
  const siblings = state.sandboxes.get(container.sandboxId)?.containers;
  const at = siblings?.indexOf(container.id) ?? -1;
  if (at >= 0) siblings?.splice(at, 1);
}

export function operationOf(state: RuntimeState, id: string): ContainerOperation {
  let operation = state.operations.get(id);
  if (operation === undefined) {
    operation = { stoppers: [], removers: [] };
    state.operations.set(id, operation);
  }
  return operation;
}
