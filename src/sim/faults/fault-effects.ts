/** What faults do, by kind: whom the executor tells that one strikes or ends, and whom it asks what that has touched. */
import type { Drives } from '../disk/drives.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Lifecycle } from '../kernel/lifecycle.ts';
import type { Network } from '../network/network.ts';
import { ClockFaults } from './clock-faults.ts';
import { DiskFaults } from './disk-faults.ts';
import type { Fault } from './fault.ts';
import type { Hold, Life } from './hold.ts';
import { NetworkFaults } from './network-faults.ts';
import { PauseFaults } from './pause-faults.ts';
import { ProcessFaults } from './process-faults.ts';
import type { Strike, Struck } from './strike.ts';

export class FaultEffects {
  readonly #network: NetworkFaults;
  readonly #processes: ProcessFaults;
  readonly #pauses: PauseFaults;
  readonly #clocks: ClockFaults;
  readonly #disks: DiskFaults;

  constructor(kernel: Kernel, lifecycle: Lifecycle, network: Network, drives: Drives) {
    this.#network = new NetworkFaults(kernel, network);
    this.#processes = new ProcessFaults(kernel, lifecycle);
    this.#pauses = new PauseFaults(kernel);
    this.#clocks = new ClockFaults(kernel);
    this.#disks = new DiskFaults(kernel, drives);
  }

  strike(fault: Fault, strike: Strike): Struck {
    switch (fault.kind) {
      case 'partition':
      case 'partition-one-way':
      case 'isolate':
      case 'partition-zones':
      case 'random-halves':
      case 'slow-link':
      case 'lose':
      case 'duplicate':
      case 'reorder':
      case 'clog':
      case 'reset':
      case 'half-open':
        return this.#network.strike(fault, strike);
      case 'crash':
        return this.#processes.crash(fault, strike);
      case 'power-off':
        return this.#processes.powerOff(fault, strike);
      case 'restart':
        return this.#processes.restart(fault, strike);
      case 'pause':
        return this.#pauses.strike(fault, strike);
      case 'clock-step':
        return this.#clocks.step(fault, strike);
      case 'clock-drift':
        return this.#clocks.drift(fault, strike);
      case 'disk-slow':
      case 'disk-full':
      case 'disk-error':
      case 'disk-torn-write':
      case 'disk-bit-rot':
      case 'disk-misdirected-write':
      case 'disk-lying-fsync':
        return this.#disks.strike(fault, strike);
      default:
        return fault satisfies never;
    }
  }

  /** Takes back what was done. `others`: what other faults still hold, oldest first. */
  release(hold: Hold, cause: number, others: readonly Hold[]): void {
    switch (hold.type) {
      case 'rules':
        this.#network.end(hold);
        return;
      case 'down':
        this.#processes.crashEnds(hold, cause, others);
        return;
      case 'off':
        this.#processes.powerReturns(hold, cause, others);
        return;
      case 'paused':
        this.#pauses.end(hold, cause, others);
        return;
      case 'stepped':
        this.#clocks.stepEnds(hold, cause);
        return;
      case 'drifting':
        this.#clocks.driftEnds(hold, cause, others);
        return;
      case 'disks':
        this.#disks.end(hold);
        return;
      default:
        hold satisfies never;
    }
  }

  /** How much was touched since the stroke. */
  witness(hold: Hold, active: boolean): number {
    switch (hold.type) {
      case 'rules':
        // Also after the end: what was lost in flight is counted when it would have arrived.
        return this.#network.witness(hold);
      case 'paused':
        return active ? this.#pauses.witness(hold) : hold.lives.reduce((sum, life) => sum + life.counted, 0);
      case 'disks':
        return this.#disks.witness(hold);
      default:
        return 0;
    }
  }

  /** Starts what crashed without an end and has not come back. */
  revive(crashed: readonly Life[], cause: number): void {
    this.#processes.revive(crashed, cause);
  }

  /** The world has been restored: what was kept of its objects is worth nothing. */
  forget(): void {
    this.#network.forget();
    this.#pauses.forget();
  }
}
