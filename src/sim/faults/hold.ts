/**
 * What a fault that lasts holds on to, as plain data: enough to end it, to count what it has touched, and to see what
 * other faults hold of the same.
 */
import type { FaultHandle } from '../disk/active-faults.ts';
import type { Address } from '../kernel/address.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';

export type Hold = RulesHold | DownHold | OffHold | PausedHold | SteppedHold | DriftingHold | DisksHold;

/** Rules of the network, by id; `touched` is kept for those that the network has forgotten. */
export interface RulesHold {
  readonly type: 'rules';
  readonly rules: readonly { readonly id: number; touched: number }[];
}

/** Processes that stay down. */
export interface DownHold {
  readonly type: 'down';
  readonly lives: readonly Life[];
}

/** Hosts that stay without power. */
export interface OffHold {
  readonly type: 'off';
  readonly hosts: readonly string[];
}

export interface PausedHold {
  readonly type: 'paused';
  readonly lives: readonly PausedLife[];
}

export interface SteppedHold {
  readonly type: 'stepped';
  readonly hosts: readonly string[];
  readonly byUs: number;
}

export interface DriftingHold {
  readonly type: 'drifting';
  /** `naturalPpm`: the drift that a host has without any fault. */
  readonly hosts: readonly { readonly host: string; readonly naturalPpm: number }[];
  readonly ppm: number;
}

export interface DisksHold {
  readonly type: 'disks';
  readonly disks: readonly { readonly host: string; readonly disk: string; readonly handle: FaultHandle }[];
}

/** One life of a process: after a restart it is another one. */
export interface Life {
  readonly process: Address;
  /** A process that an actor starts afresh has the address of its predecessor, but another id. */
  readonly id: number;
  readonly incarnation: number;
}

export interface PausedLife extends Life {
  /** How many deliveries pauses had made late before this one. */
  readonly before: number;
  /** How many it has made late since, as of the last time somebody counted. */
  counted: number;
  /** Whether another pause has struck a later life, so that the process' number says nothing of this one any more. */
  settled: boolean;
}

export function lifeOf({ address, id, incarnation }: Process): Life {
  return { process: address, id, incarnation };
}

export function isLifeOf(life: Life, process: Process): boolean {
  return life.id === process.id && life.incarnation === process.incarnation;
}

/** The process, if it has not started again since. */
export function findLife(kernel: Kernel, life: Life): Process | undefined {
  const process = kernel.processes.get(life.process);
  return process !== undefined && isLifeOf(life, process) ? process : undefined;
}
