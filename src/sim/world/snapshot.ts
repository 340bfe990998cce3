/**
 * A world as plain data and back: everything but programs and checks, which are code.
 *
 * 1. A restored world goes on exactly as the original would: same events, same digest.
 * 2. States and what actors hold are saved as plain data. What was frozen in them is not frozen after a restore, and what
 *    was one mutable object reachable by two ways is two; plain states without such aliases do not notice (the paranoid
 *    mode finds those that would).
 *
 * Not saved: the kept trace (event numbers go on), panics' stacks, and observers of the outside.
 */
import type { Check } from '../check/check.ts';
import { CheckDeadline } from '../check/check-deadline.ts';
import type { CheckRunner } from '../check/check-runner.ts';
import type { Note } from '../check/world-view.ts';
import { DiskDone, type DiskDoneState, type DrivesState } from '../disk/drives.ts';
import type { FaultExecutor } from '../faults/fault-executor.ts';
import { FaultEnd, FaultStart } from '../faults/planned-occurrence.ts';
import type { Programs } from '../kernel/actor.ts';
import type { CodecState } from '../kernel/codec.ts';
import { type Found, type KernelState, loadKernel, saveKernel } from '../kernel/kernel-state.ts';
import type { Occurrence } from '../kernel/occurrence.ts';
import { deepFreeze } from '../kernel/plain-data.ts';
import type { ProcessCell } from '../kernel/process.ts';
import { type DeliveryState, ServiceDone } from '../kernel/queueing.ts';
import { RestartCell, RestartProcess } from '../kernel/restart.ts';
import { Timer, type TimerState } from '../kernel/timer.ts';
import { BreakDue, ResetDue, Retry } from '../network/connection-occurrence.ts';
import {
  type DatagramState,
  endOf,
  loadDatagram,
  loadNetwork,
  loadPacket,
  loadSegment,
  type NetworkState,
  type PacketState,
  referredCells,
  type SegmentState,
  saveNetwork,
} from '../network/network-state.ts';
import { PendingRequest } from '../network/pending-request.ts';
import { networkOf } from '../network/process-network.ts';
import { Assembly, type Fixed, type Phase } from './assembly.ts';
import { Post } from './post.ts';

/** Raised when the layout of snapshots changes: older ones are refused. */
const FORMAT = 1;

export interface WorldState {
  readonly format: number;
  readonly fixed: Fixed;
  readonly codec: CodecState;
  readonly phase: Phase;
  readonly kernel: KernelState;
  readonly network: NetworkState;
  readonly drives: DrivesState;
  readonly faults: ReturnType<FaultExecutor['save']>;
  readonly checks: ReturnType<CheckRunner['save']>;
  readonly history: readonly Note[];
  readonly agenda: readonly (readonly [time: number, order: number, type: string, saved: unknown])[];
}

/** @throws NotPlainDataError if an actor's state is not plain data */
export function saveWorld(parts: Assembly): WorldState {
  const { kernel, network, drives, faults, checks, view, fixed, phase } = parts;
  const entries = kernel.agenda.entries();
  const referred = {
    cells: [...referredCells(network), ...entries.flatMap(({ payload }) => cellsOf(payload))],
    processes: Array.from(network.connections.ends.values(), (end) => end.process),
  };
  const agenda: WorldState['agenda'][number][] = [];
  for (const { time, order, payload } of entries) {
    // A reset for an end that is gone comes to nothing.
    if (payload instanceof ResetDue && !network.connections.ends.has(payload.end.id)) continue;
    agenda.push([time, order, payload.type, payload.save()]);
  }
  return {
    format: FORMAT,
    fixed,
    codec: kernel.codec.save(),
    phase,
    kernel: saveKernel(kernel, referred),
    network: saveNetwork(network),
    drives: drives.save(),
    faults: faults.save(),
    checks: checks.save(),
    history: view.history,
    agenda,
  };
}

/** @throws Error if the snapshot has another format, or names a program or a check that is not given */
export function loadWorld(state: WorldState, programs: Programs, checks: readonly Check[]): Assembly {
  if (state.format !== FORMAT) {
    throw new Error(`Snapshot: its format is ${String(state.format)}, expected ${FORMAT}.`);
  }
  const parts = new Assembly(state.fixed, programs, checks, state.codec);
  const { kernel, lifecycle, network, drives, faults, view } = parts;
  const found = loadKernel(kernel, lifecycle.registry, state.kernel, (process) => network.processStarted(process));
  loadNetwork(network, state.network, found);
  drives.load(state.drives);
  faults.load(state.faults);
  parts.checks.load(state.checks);
  parts.phase = state.phase;
  for (const note of state.history) view.history.push(deepFreeze(note));
  const pending: PendingRequest[] = [];
  for (const [time, order, type, saved] of state.agenda) {
    const payload = revive(parts, found, type, saved);
    const slot = kernel.agenda.restore({ time, order, payload });
    settleIn(payload, slot);
    if (payload instanceof PendingRequest) pending.push(payload);
  }
  // The agenda has them by their time-outs; their process has them in the order in which they were asked.
  pending.sort((a, b) => a.id - b.id);
  for (const each of pending) network.requests.restorePending(networkOf(each.cell.process), each);
  kernel.agenda.resume(state.kernel.sequence);
  return parts;
}

function cellsOf(payload: Occurrence): ProcessCell[] {
  if (payload instanceof ServiceDone) return [payload.delivery.cell];
  if (payload instanceof DiskDone || payload instanceof RestartCell || payload instanceof PendingRequest) {
    return [payload.cell];
  }
  return [];
}

/** Makes an occurrence of its type's saved form. */
function revive(parts: Assembly, found: Found, type: string, saved: unknown): Occurrence {
  const { kernel, lifecycle, network, drives, faults, checks } = parts;
  switch (type) {
    case 'timer': {
      const { cell, key, then, deadline, cause } = saved as TimerState;
      return new Timer(kernel, found.cell(cell), key, deepFreeze(then), deadline, cause);
    }
    case 'service-done': {
      const { process, incarnation, delivery } = saved as {
        process: number;
        incarnation: number;
        delivery: DeliveryState;
      };
      return new ServiceDone(kernel, found.process(process), incarnation, found.delivery(delivery));
    }
    case 'restart-process': {
      const { process, cause } = saved as { process: number; cause: number };
      return new RestartProcess(lifecycle, found.process(process), cause);
    }
    case 'restart-cell': {
      const { cell, incarnation } = saved as { cell: number; incarnation: number };
      return new RestartCell(lifecycle, found.cell(cell), incarnation);
    }
    case 'segment':
      return loadSegment(network, saved as SegmentState);
    case 'datagram':
      return loadDatagram(network, saved as DatagramState);
    case 'request-timeout': {
      const { id, cell, to, then, end, cause } = saved as {
        id: number;
        cell: number;
        to: string;
        then: unknown;
        end: number;
        cause: number;
      };
      const over = end === 0 ? undefined : endOf(network, end);
      return new PendingRequest(network.requests, id, found.cell(cell), to, deepFreeze(then), over, cause);
    }
    case 'retry':
      return new Retry(network.connections, endOf(network, (saved as { end: number }).end));
    case 'break':
      return new BreakDue(network.connections, endOf(network, (saved as { end: number }).end));
    case 'reset': {
      const { end, detail } = saved as { end: number; detail: string };
      return new ResetDue(network.connections, endOf(network, end), detail);
    }
    case 'disk-done': {
      const { host, disk, cell, operation, then, ticket, cause } = saved as DiskDoneState;
      const on = kernel.hosts.get(host);
      const drive = on === undefined ? undefined : drives.drive(on, disk);
      if (drive === undefined) throw new Error(`Snapshot: there is no disk ${host}/${disk}.`);
      return new DiskDone(drives, drive, found.cell(cell), operation, deepFreeze(then), ticket, cause);
    }
    case 'post': {
      const { to, ...packet } = saved as { to: string } & PacketState;
      return new Post(kernel, to, loadPacket(packet));
    }
    default: {
      const [kind, plain] = [type, saved] as Parameters<FaultExecutor['occurrence']>;
      const revived = type.startsWith('check-') ? checks.occurrence(type, saved) : faults.occurrence(kind, plain);
      if (revived === undefined) throw new Error(`Snapshot: nothing on an agenda is of type ${type}.`);
      return revived;
    }
  }
}

/** Tells whoever must be able to find the occurrence on the agenda. */
function settleIn(payload: Occurrence, slot: number): void {
  if (payload instanceof Timer) {
    payload.slot = slot;
    payload.cell.timers.set(payload.key, payload);
  } else if (payload instanceof PendingRequest) {
    payload.slot = slot;
  } else if (payload instanceof RestartProcess) {
    payload.process.restartSlot = slot;
  } else if (payload instanceof Retry) {
    payload.end.retrySlot = slot;
  } else if (payload instanceof BreakDue) {
    payload.end.breakSlot = slot;
  } else if (payload instanceof FaultStart || payload instanceof FaultEnd) {
    payload.slot = slot;
  } else if (payload instanceof CheckDeadline) {
    payload.slot = slot;
  } else if (payload instanceof DiskDone) {
    payload.slot = slot;
    payload.drive.pending.push(payload);
  } else if (payload.type === 'segment') {
    const segment = payload as ReturnType<typeof loadSegment>;
    segment.slot = slot;
    segment.end.inFlight.push(segment);
  }
}
