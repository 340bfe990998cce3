/** The books: which programs there are, and how hosts, processes and actors are made and entered. */
import type { Actor, Programs } from './actor.ts';
import { assertName } from './address.ts';
import { Cell } from './cell.ts';
import { Host } from './host.ts';
import type { Kernel } from './kernel.ts';
import { nearestName } from './nearest-name.ts';
import { Process, type ProcessCell, type ProcessFields } from './process.ts';
import { type Backoff, DEFAULT_BACKOFF, type OnPanic, type ProcessSpec } from './process-spec.ts';

/** What a world says of a host. */
export interface HostFields {
  readonly name: string;
  readonly zone: string;
  readonly region: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly boot: readonly ProcessSpec[];
}

/** The parts of a cell that its spawn decides. */
export interface CellFields {
  readonly name: string;
  readonly program: string;
  readonly args: unknown;
  readonly onPanic: OnPanic;
  readonly backoff: Backoff;
  readonly restarts: number;
}

export class Registry {
  readonly #kernel: Kernel;
  readonly #programs: ReadonlyMap<string, Actor<unknown, unknown, unknown>>;

  constructor(kernel: Kernel, programs: Programs) {
    this.#kernel = kernel;
    this.#programs = new Map(Object.entries(programs));
  }

  /** Throws unless there is a program of this name. */
  program(name: string): Actor<unknown, unknown, unknown> {
    const program = this.#programs.get(name);
    if (program !== undefined) return program;
    const near = nearestName(name, [...this.#programs.keys()]);
    throw new Error(`There is no program "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`);
  }

  /** A host without processes. */
  placeHost(fields: HostFields): Host {
    const { name, zone, region, labels, boot } = fields;
    assertName(name, 'Host name');
    const { hosts, names } = this.#kernel;
    if (hosts.has(name)) throw new Error(`There is a host named "${name}" already.`);
    const host = new Host({ name, zone, region, labels, boot, index: hosts.size, number: names.number(name) });
    hosts.set(name, host);
    return host;
  }

  /** What a spec makes of a process. */
  processFields(host: Host, spec: ProcessSpec, restart: Process['restart'], startedBy?: string): ProcessFields {
    assertName(spec.name, 'Process name');
    this.program(spec.program);
    const kernel = this.#kernel;
    const address = `${host.name}/${spec.name}`;
    return {
      id: kernel.nextId++,
      host: host.name,
      name: spec.name,
      address,
      number: kernel.names.number(address),
      program: spec.program,
      args: spec.args,
      restart,
      backoff: spec.backoff ?? DEFAULT_BACKOFF,
      service: spec.service,
      startedBy,
    };
  }

  /** A process that does not run, entered in its host's books. */
  addProcess(fields: ProcessFields): Process {
    const process = new Process(fields);
    this.placeProcess(process);
    return process;
  }

  placeProcess(process: Process): void {
    const host = this.hostOf(process);
    if (host.processes.has(process.name)) throw new Error(`Host ${host.name} has a process "${process.name}" already.`);
    host.processes.set(process.name, process);
    this.#kernel.processes.set(process.address, process);
  }

  forget(process: Process): void {
    this.hostOf(process).processes.delete(process.name);
    this.#kernel.processes.delete(process.address);
  }

  /** A cell, not in its place yet and not live. */
  newCell(
    process: Process,
    parent: ProcessCell | undefined,
    fields: CellFields,
    id: number,
    startedAt: number,
  ): ProcessCell {
    const address = parent === undefined ? process.address : `${parent.address}/${fields.name}`;
    return new Cell({
      name: fields.name,
      args: fields.args,
      onPanic: fields.onPanic,
      backoff: fields.backoff,
      restarts: fields.restarts,
      id,
      process,
      address,
      number: this.#kernel.names.number(address),
      programName: fields.program,
      program: this.program(fields.program),
      parent,
      startedAt,
    });
  }

  /** Makes a cell live. */
  enliven(cell: ProcessCell): void {
    const kernel = this.#kernel;
    cell.process.cells.set(cell.address, cell);
    kernel.cells.set(cell.address, cell);
    kernel.hatch(cell, this.hostOf(cell.process).clock);
  }

  hostOf(process: Process): Host {
    const host = this.#kernel.hosts.get(process.host);
    if (host === undefined) throw new Error(`${process.address}: there is no such host.`);
    return host;
  }
}
