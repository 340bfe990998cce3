/** One line about a fault, for timelines: `partition a,b | zone z2`, `slow-link a -> b, ×10`. */
import { describeDistribution } from '../kernel/distribution.ts';
import type { DiskFault, Fault } from './fault.ts';
import { describeHosts, describeProcesses, type HostSelector } from './selector.ts';

export function describeFault(fault: Fault): string {
  const details = detailsOf(fault);
  return details === '' ? fault.kind : `${fault.kind} ${details}`;
}

function detailsOf(fault: Fault): string {
  switch (fault.kind) {
    case 'partition':
      return fault.sides.map(describeHosts).join(' | ');
    case 'isolate':
    case 'power-off':
      return describeHosts(fault.hosts);
    case 'partition-zones':
      return fault.zones.map((zone) => `zone ${zone}`).join(' | ');
    case 'random-halves':
      return '';
    case 'partition-one-way':
    case 'clog':
    case 'reset':
    case 'half-open':
      return link(fault);
    case 'slow-link': {
      const extra = fault.extra === undefined ? undefined : `plus ${describeDistribution(fault.extra)}`;
      return list(link(fault), times(fault.factor), extra);
    }
    case 'lose':
    case 'duplicate':
      return list(link(fault), percent(fault.probability));
    case 'reorder':
      return list(link(fault), percent(fault.probability), `within ${fault.windowMs} ms`);
    case 'crash':
    case 'pause':
      return describeProcesses(fault.processes);
    case 'restart':
      return list(
        fault.processes === undefined ? undefined : describeProcesses(fault.processes),
        fault.hosts === undefined ? undefined : `hosts ${describeHosts(fault.hosts)}`,
      );
    case 'clock-step':
      return list(describeHosts(fault.hosts), `${signed(fault.byMs)} ms`);
    case 'clock-drift':
      return list(describeHosts(fault.hosts), `${signed(fault.partsPerMillion)} ppm`);
    case 'disk-slow':
      return list(
        disks(fault),
        times(fault.factor),
        fault.extraMs === undefined ? undefined : `plus ${fault.extraMs} ms`,
      );
    case 'disk-full':
    case 'disk-torn-write':
      return disks(fault);
    case 'disk-error':
      return list(disks(fault), fault.operations.join(','), percent(fault.probability));
    case 'disk-bit-rot':
      return list(disks(fault), fault.file, `${fault.bits} ${fault.bits === 1 ? 'bit' : 'bits'}`);
    case 'disk-misdirected-write':
      return list(disks(fault), percent(fault.probability));
    case 'disk-lying-fsync':
      return list(disks(fault), fault.probability === undefined ? undefined : percent(fault.probability));
    default:
      return fault satisfies never;
  }
}

function link({ from, to }: { readonly from: HostSelector; readonly to: HostSelector }): string {
  return `${describeHosts(from)} -> ${describeHosts(to)}`;
}

function disks({ hosts, disk }: DiskFault): string {
  return disk === undefined ? describeHosts(hosts) : `${describeHosts(hosts)} disk ${disk}`;
}

function list(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(', ');
}

function times(factor: number | undefined): string | undefined {
  return factor === undefined ? undefined : `×${factor}`;
}

/** Six digits, so that 0.07 is 7% and not 7.000000000000001%. */
function percent(probability: number): string {
  return `${Number((probability * 100).toPrecision(6))}%`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
