/**
 * Crashes, power failures and restarts.
 *
 * 1. A process that a crash keeps down stays so until the last crash that holds it has ended, also if its host gets
 *    power meanwhile, and a host without power until the last power failure that holds it has ended. No `restart` overrules this.
 * 2. A crash whose end is known to come stops the restart policy and starts the process at its end, whatever the policy
 *    is. A crash without an end leaves all to the policy; a heal starts what has not come back by then.
 * 3. A process that an actor has started, and that its policy would not start again, is that actor's own to start: it is
 *    told of the exit, and the fault neither keeps down nor starts what it supervises.
 * 4. What does not run, and is not about to, cannot crash: it is neither held nor counted.
 */
import type { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Lifecycle } from '../kernel/lifecycle.ts';
import type { Process } from '../kernel/process.ts';
import type { FaultOf } from './fault.ts';
import { type DownHold, findLife, type Hold, isLifeOf, type Life, lifeOf, type OffHold } from './hold.ts';
import { type ProcessSelector, selectHosts, selectProcesses } from './selector.ts';
import type { Strike, Struck } from './strike.ts';

/** As the shell reports what a signal has ended: 128 + SIGKILL, 128 + SIGTERM. */
const KILLED = 137;
const TERMINATED = 143;

export class ProcessFaults {
  readonly #kernel: Kernel;
  readonly #lifecycle: Lifecycle;

  constructor(kernel: Kernel, lifecycle: Lifecycle) {
    this.#kernel = kernel;
    this.#lifecycle = lifecycle;
  }

  /** Counts processes that it ended, or whose restart it held up. */
  crash(fault: FaultOf<'crash'>, strike: Strike): Struck {
    let witness = 0;
    const lives: Life[] = [];
    for (const process of this.#select(fault.processes)) {
      const { status } = process;
      if (status === 'ended' || (status === 'waiting' && !strike.lasts)) continue;
      if (!isDown(process, strike.others)) witness++;
      this.#kernel.cause = strike.cause;
      this.#lifecycle.kill(process, KILLED, 'crash', true);
      if (!strike.lasts || this.#park(process)) lives.push(lifeOf(process));
    }
    return strike.lasts ? { witness, hold: { type: 'down', lives } } : { witness, crashed: lives };
  }

  crashEnds(hold: DownHold, cause: number, others: readonly Hold[]): void {
    for (const life of hold.lives) {
      const process = findLife(this.#kernel, life);
      if (process === undefined || !isParked(process) || isDown(process, others)) continue;
      this.#kernel.cause = cause;
      this.#lifecycle.restart(process);
    }
  }

  /** Starts what crashed without an end and has not come back. */
  revive(crashed: readonly Life[], cause: number): void {
    for (const life of crashed) {
      const process = findLife(this.#kernel, life);
      if (process === undefined || !isOursToStart(process)) continue;
      this.#kernel.cause = cause;
      this.#lifecycle.restart(process);
    }
  }

  /** Counts hosts that had power. */
  powerOff(fault: FaultOf<'power-off'>, strike: Strike): Struck {
    let witness = 0;
    const hosts: string[] = [];
    for (const host of this.#selectHosts(fault.hosts)) {
      if (host.up) {
        witness++;
        this.#kernel.cause = strike.cause;
        this.#lifecycle.powerOff(host);
      } else if (!isOff(host, strike.others)) continue;
      hosts.push(host.name);
    }
    return { witness, hold: { type: 'off', hosts } };
  }

  powerReturns(hold: OffHold, cause: number, others: readonly Hold[]): void {
    for (const name of hold.hosts) {
      const host = this.#kernel.hosts.get(name);
      if (host !== undefined && !isOff(host, others)) this.#powerOn(host, cause, others);
    }
  }

  /** Counts hosts that it cycled and processes that it ended or started, other than those of these hosts. */
  restart(fault: FaultOf<'restart'>, strike: Strike): Struck {
    let witness = 0;
    const cycled = new Set<string>();
    for (const host of fault.hosts === undefined ? [] : this.#selectHosts(fault.hosts)) {
      if (isOff(host, strike.others)) continue;
      witness++;
      cycled.add(host.name);
      this.#kernel.cause = strike.cause;
      this.#lifecycle.powerOff(host);
      this.#powerOn(host, strike.cause, strike.others);
    }
    for (const process of fault.processes === undefined ? [] : this.#select(fault.processes)) {
      if (cycled.has(process.host) || isDown(process, strike.others)) continue;
      const ran = process.status === 'running';
      this.#kernel.cause = strike.cause;
      this.#lifecycle.kill(process, TERMINATED, 'restart', true);
      this.#kernel.cause = strike.cause;
      if (isOursToStart(process)) this.#lifecycle.restart(process);
      if (ran || process.status === 'running') witness++;
    }
    return { witness };
  }

  #powerOn(host: Host, cause: number, others: readonly Hold[]): void {
    this.#kernel.cause = cause;
    this.#lifecycle.powerOn(host, (process) => isDown(process, others));
    for (const process of host.processes.values()) if (isDown(process, others)) this.#park(process);
  }

  /**
   * Lets a process that has ended wait for a start that only this fault will give it. False if that is its starter's
   * affair.
   */
  #park(process: Process): boolean {
    if (process.status === 'ended' && process.startedBy !== undefined) return false;
    if (process.restartSlot >= 0) this.#kernel.agenda.cancel(process.restartSlot);
    process.restartSlot = -1;
    process.status = 'waiting';
    return true;
  }

  #select(selector: ProcessSelector): Process[] {
    const { processes } = this.#kernel;
    return selectProcesses(selector, [...processes.keys()]).map((address) => processes.get(address) as Process);
  }

  #selectHosts(selector: FaultOf<'power-off'>['hosts']): Host[] {
    return selectHosts(selector, [...this.#kernel.hosts.values()]);
  }
}

/** Waiting for a start that is not on the agenda. */
function isParked(process: Process): boolean {
  return process.status === 'waiting' && process.restartSlot < 0;
}

function isOursToStart(process: Process): boolean {
  return process.startedBy === undefined || process.status === 'waiting';
}

function isDown(process: Process, holds: readonly Hold[]): boolean {
  return holds.some((hold) => hold.type === 'down' && hold.lives.some((life) => isLifeOf(life, process)));
}

function isOff(host: Host, holds: readonly Hold[]): boolean {
  return holds.some((hold) => hold.type === 'off' && hold.hosts.includes(host.name));
}
