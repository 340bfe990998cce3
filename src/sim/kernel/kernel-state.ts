/** Hosts, processes, actors and what waits for them, as plain data and back. Part of a world's snapshot. */
import { type CodecState, StateCodec } from './codec.ts';
import type { DigestState } from './digest.ts';
import type { HostClockState } from './host-clock.ts';
import type { Kernel } from './kernel.ts';
import { assertPlain, deepFreeze } from './plain-data.ts';
import { type Delivery, Process, type ProcessCell, type ProcessFields, type ProcessStatus } from './process.ts';
import { type DeliveryState, saveDelivery } from './queueing.ts';
import type { StreamsState } from './random-streams.ts';
import type { CellFields, HostFields, Registry } from './registry.ts';

interface CellState extends CellFields {
  readonly id: number;
  readonly process: number;
  readonly parent: number;
  readonly startedAt: number;
  readonly live: boolean;
  /** As `StateCodec` writes it; null if the actor has ended. */
  readonly state: Uint8Array | null;
  /** Ids in order, those that wait for a restart among them. */
  readonly children: readonly number[];
  /** Keys in the order in which they were set; the timers themselves are on the agenda. */
  readonly timers: readonly string[];
}

interface ProcessState extends ProcessFields {
  /** Whether its host knows it; if not, it is only referred to. */
  readonly entered: boolean;
  readonly status: ProcessStatus;
  readonly incarnation: number;
  readonly restarts: number;
  readonly startedAt: number;
  readonly code: number;
  readonly paused: boolean;
  readonly queue: readonly DeliveryState[];
  readonly held: readonly DeliveryState[];
  readonly inService: number;
  readonly longestQueue: number;
  readonly delayed: number;
}

interface HostState extends HostFields {
  readonly up: boolean;
  readonly clock: HostClockState;
}

export interface KernelState {
  readonly now: number;
  readonly events: number;
  readonly delivered: number;
  readonly nextId: number;
  readonly sequence: number;
  readonly names: readonly string[];
  readonly streams: StreamsState;
  readonly digest: DigestState;
  readonly hosts: readonly HostState[];
  readonly states: CodecState;
  readonly processes: readonly ProcessState[];
  readonly cells: readonly CellState[];
  readonly ready: readonly DeliveryState[];
}

/** Cells and processes by id, for whatever refers to them. Cells include those that have ended but are referred to. */
export interface Found {
  cell(id: number): ProcessCell;
  process(id: number): Process;
  delivery(state: DeliveryState): Delivery;
}

/** @param referred what may have ended and been replaced, but is referred to by what else the snapshot holds */
export function saveKernel(
  kernel: Kernel,
  referred: { readonly cells: Iterable<ProcessCell>; readonly processes: Iterable<Process> },
): KernelState {
  const cells = new Map<number, ProcessCell>();
  const collect = (cell: ProcessCell): void => {
    if (cells.has(cell.id)) return;
    cells.set(cell.id, cell);
    if (cell.parent !== undefined) collect(cell.parent);
    for (const child of cell.children.values()) collect(child);
  };
  for (const process of kernel.processes.values()) {
    if (process.root !== undefined) collect(process.root);
    for (const delivery of [...process.queue.toArray(), ...process.held.toArray()]) collect(delivery.cell);
  }
  for (const delivery of kernel.readyDeliveries()) collect(delivery.cell);
  for (const cell of referred.cells) collect(cell);
  const processes = new Map([...kernel.processes.values()].map((process) => [process.id, process]));
  for (const process of referred.processes) processes.set(process.id, process);
  for (const { process } of cells.values()) processes.set(process.id, process);
  const byId = <T extends { id: number }>(a: T, b: T): number => a.id - b.id;
  return {
    now: kernel.now,
    events: kernel.events,
    delivered: kernel.delivered,
    nextId: kernel.nextId,
    sequence: kernel.agenda.sequence,
    names: [...kernel.names.all],
    streams: kernel.streams.save(),
    digest: kernel.digest.save(),
    hosts: [...kernel.hosts.values()].map(({ name, zone, region, labels, boot, up, clock }) => ({
      ...{ name, zone, region, labels, boot, up },
      clock: clock.save(),
    })),
    processes: [...processes.values()]
      .sort(byId)
      .map((process) => saveProcess(process, kernel.processes.get(process.address) === process)),
    cells: [...cells.values()].sort(byId).map((cell) => saveCell(cell, kernel)),
    states: kernel.states.save(),
    ready: kernel.readyDeliveries().map(saveDelivery),
  };
}

function saveProcess(process: Process, entered: boolean): ProcessState {
  const { id, host, name, address, number, program, args, restart, backoff, service, startedBy } = process;
  const { status, incarnation, restarts, startedAt, code, paused, inService, longestQueue, delayed } = process;
  return {
    ...{ id, host, name, address, number, program, args, restart, backoff, service, startedBy },
    ...{ status, incarnation, restarts, startedAt, code, paused, inService, longestQueue, delayed },
    entered,
    queue: process.queue.toArray().map(saveDelivery),
    held: process.held.toArray().map(saveDelivery),
  };
}

function saveCell(cell: ProcessCell, kernel: Kernel): CellState {
  const { id, name, args, onPanic, backoff, restarts, startedAt, live } = cell;
  const encode = (state: unknown): Uint8Array => {
    assertPlain(state, `The state of ${cell.address}`);
    return kernel.states.encode(state);
  };
  return {
    ...{ id, name, args, onPanic, backoff, restarts, startedAt, live },
    state: live ? cell.saveState(encode) : null,
    program: cell.programName,
    process: cell.process.id,
    parent: cell.parent?.id ?? 0,
    children: [...cell.children.values()].map((child) => child.id),
    timers: [...cell.timers.keys()],
  };
}

/** Fills an empty kernel. `started` is called for each process that runs, before its cells come to life. */
export function loadKernel(
  kernel: Kernel,
  registry: Registry,
  state: KernelState,
  started: (process: Process) => void,
): Found {
  kernel.names.load(state.names);
  kernel.now = state.now;
  kernel.events = state.events;
  kernel.delivered = state.delivered;
  kernel.streams.load(state.streams);
  kernel.digest.load(state.digest);
  kernel.trace.resume(state.events + 1);
  for (const saved of state.hosts) {
    const host = registry.placeHost(saved);
    host.up = saved.up;
    host.clock.load(saved.clock);
  }
  const processes = new Map<number, Process>();
  for (const saved of state.processes) {
    const process = new Process({ ...saved, args: deepFreeze(saved.args) });
    if (saved.entered) registry.placeProcess(process);
    Object.assign(process, {
      status: saved.status,
      incarnation: saved.incarnation,
      restarts: saved.restarts,
      startedAt: saved.startedAt,
      code: saved.code,
      paused: saved.paused,
      inService: saved.inService,
      longestQueue: saved.longestQueue,
      delayed: saved.delayed,
    });
    processes.set(saved.id, process);
    if (saved.status === 'running') {
      process.family = kernel.nact.spawnFamily();
      started(process);
    }
  }
  kernel.states = new StateCodec(state.states);
  const decode = (bytes: Uint8Array): unknown => kernel.states.decode(bytes);
  const cells = loadCells(registry, state.cells, processes, decode);
  const found: Found = {
    cell: (id) => known(cells, id, 'actor'),
    process: (id) => known(processes, id, 'process'),
    delivery: ({ cell, message, cause, credit }) => ({
      cell: known(cells, cell, 'actor'),
      message: deepFreeze(message),
      cause,
      credit,
    }),
  };
  for (const saved of state.processes) {
    const process = known(processes, saved.id, 'process');
    for (const delivery of saved.queue) process.queue.push(found.delivery(delivery));
    for (const delivery of saved.held) process.held.push(found.delivery(delivery));
  }
  for (const delivery of state.ready) kernel.makeReady(found.delivery(delivery));
  kernel.nextId = state.nextId;
  return found;
}

function loadCells(
  registry: Registry,
  saved: readonly CellState[],
  processes: ReadonlyMap<number, Process>,
  decode: (bytes: Uint8Array) => unknown,
): Map<number, ProcessCell> {
  const cells = new Map<number, ProcessCell>();
  for (const fields of saved) {
    const process = known(processes, fields.process, 'process');
    const parent = fields.parent === 0 ? undefined : known(cells, fields.parent, 'actor');
    const args = deepFreeze(fields.args);
    const cell = registry.newCell(process, parent, { ...fields, args }, fields.id, fields.startedAt);
    if (fields.state !== null) cell.loadState(fields.state, decode);
    cell.live = fields.live;
    // Their places; the agenda brings the timers.
    for (const key of fields.timers) cell.timers.set(key, { slot: -1 });
    cells.set(cell.id, cell);
    if (cell.live) {
      if (parent === undefined) process.root = cell;
      registry.enliven(cell);
    }
  }
  for (const { id, children } of saved) {
    const cell = known(cells, id, 'actor');
    for (const child of children) {
      const each = known(cells, child, 'actor');
      cell.children.set(each.name, each);
    }
  }
  return cells;
}

function known<T>(all: ReadonlyMap<number, T>, id: number, what: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`Snapshot: there is no ${what} number ${id}.`);
  return found;
}
