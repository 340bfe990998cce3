/** A host: a machine with an address, a clock and disks; the failure domain of power. */
import { HostClock } from './host-clock.ts';
import type { Process } from './process.ts';
import type { ProcessSpec } from './process-spec.ts';

export class Host {
  readonly name: string;
  /** Its place in the order in which hosts were added; also its name in sets of hosts. */
  readonly index: number;
  /** Its number in the name table. */
  readonly number: number;
  readonly zone: string;
  readonly region: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly clock: HostClock;
  /** What starts when the host has power. */
  readonly boot: readonly ProcessSpec[];
  /** By name, including those that have ended and not been replaced. */
  readonly processes = new Map<string, Process>();
  up = true;

  constructor(fields: {
    name: string;
    index: number;
    number: number;
    zone: string;
    region: string;
    labels: Readonly<Record<string, string>>;
    boot: readonly ProcessSpec[];
  }) {
    this.name = fields.name;
    this.index = fields.index;
    this.number = fields.number;
    this.zone = fields.zone;
    this.region = fields.region;
    this.labels = fields.labels;
    this.boot = fields.boot;
    this.clock = new HostClock();
  }
}
