/**
 * Faults of clocks.
 *
 * 1. A step moves the wall clock alone: timers, time-outs and the monotonic clock go on as if nothing had happened. Its
 *    end steps back by as much, so that steps that overlap add up in any order.
 * 2. A drift moves both clocks and the timers that wait; its end keeps the error. Drifts that overlap add up, on top of
 *    the host's own drift, and are limited together to what a clock can do (`MAX_DRIFT_PPM`).
 * 3. Time-outs of requests and back-offs of restarts that wait keep the rate of the moment in which they were set, as do
 *    those that are set during a drift when it ends.
 * 4. The witness counts hosts whose clock a step (other than by 0) or a drift (other than of 0) has touched, whether they
 *    have power or not; it does not say that anybody has looked at the clock.
 */
import type { Host } from '../kernel/host.ts';
import { MAX_DRIFT_PPM } from '../kernel/host-clock.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { retimeTimers } from '../kernel/timer.ts';
import type { FaultOf } from './fault.ts';
import type { DriftingHold, Hold, SteppedHold } from './hold.ts';
import { selectHosts } from './selector.ts';
import type { Strike, Struck } from './strike.ts';

export class ClockFaults {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  step(fault: FaultOf<'clock-step'>, { cause }: Strike): Struck {
    const byUs = Math.round(fault.byMs * 1000);
    const hosts = selectHosts(fault.hosts, [...this.#kernel.hosts.values()]);
    if (byUs === 0) return { witness: 0, hold: { type: 'stepped', hosts: [], byUs } };
    for (const host of hosts) this.#step(host, byUs, cause);
    return { witness: hosts.length, hold: { type: 'stepped', hosts: hosts.map(({ name }) => name), byUs } };
  }

  stepEnds(hold: SteppedHold, cause: number): void {
    for (const name of hold.hosts) this.#step(this.#host(name), -hold.byUs, cause);
  }

  drift(fault: FaultOf<'clock-drift'>, { cause, others }: Strike): Struck {
    const ppm = fault.partsPerMillion;
    const selected = ppm === 0 ? [] : selectHosts(fault.hosts, [...this.#kernel.hosts.values()]);
    const hosts = selected.map((host) => ({ host: host.name, naturalPpm: naturalDrift(host, others) }));
    const hold: DriftingHold = { type: 'drifting', hosts, ppm };
    for (const { host, naturalPpm } of hosts) this.#setDrift(host, naturalPpm, [...others, hold], cause);
    return { witness: hosts.length, hold };
  }

  driftEnds(hold: DriftingHold, cause: number, others: readonly Hold[]): void {
    for (const { host, naturalPpm } of hold.hosts) this.#setDrift(host, naturalPpm, others, cause);
  }

  #step(host: Host, byUs: number, cause: number): void {
    const kernel = this.#kernel;
    kernel.cause = cause;
    host.clock.step(kernel.now, byUs);
    kernel.emitText('clock', host.number, 0, `step by ${byUs} µs`);
  }

  #setDrift(name: string, naturalPpm: number, holds: readonly Hold[], cause: number): void {
    const kernel = this.#kernel;
    const host = this.#host(name);
    let sum = naturalPpm;
    for (const hold of drifts(holds)) if (hold.hosts.some((each) => each.host === name)) sum += hold.ppm;
    const ppm = Math.min(Math.max(sum, -MAX_DRIFT_PPM), MAX_DRIFT_PPM);
    kernel.cause = cause;
    host.clock.setDrift(kernel.now, ppm);
    kernel.emitText('clock', host.number, 0, `drift of ${ppm} ppm`);
    for (const process of host.processes.values())
      for (const cell of process.cells.values()) retimeTimers(kernel, cell);
  }

  #host(name: string): Host {
    const host = this.#kernel.hosts.get(name);
    if (host === undefined) throw new Error(`ClockFaults: there is no host "${name}".`);
    return host;
  }
}

/** While a fault makes it drift, a clock's own drift is known only to the faults that do. */
function naturalDrift(host: Host, holds: readonly Hold[]): number {
  for (const hold of drifts(holds)) {
    const known = hold.hosts.find((each) => each.host === host.name);
    if (known !== undefined) return known.naturalPpm;
  }
  return host.clock.driftPpm;
}

function drifts(holds: readonly Hold[]): DriftingHold[] {
  return holds.filter((hold) => hold.type === 'drifting');
}
