/**
 * Who lives and who dies: hosts, processes, actors, and their supervision.
 *
 * 1. A panic brings down what the actor's `onPanic` says: the process (`escalate`, always so for its root), the actor, or
 *    the actor and its siblings; and what comes back does so after its back-off, with a fresh state.
 * 2. A process that ends takes all its actors with it, and leaves its unsynced but written data in the page cache. Its
 *    host's supervisor starts it again as its restart policy says.
 * 3. A host without power takes everything: nobody is told, nothing restarts until it has power again, and then only
 *    what it boots.
 * 4. Whoever started a process gets an `exit` message when it ends, and a parent when a child panics; not for a child that
 *    it has stopped itself.
 */
import type { Exit, Programs } from './actor.ts';
import type { ProcessOptions, SpawnOptions } from './context.ts';
import type { Host } from './host.ts';
import type { Kernel } from './kernel.ts';
import { PRIORITY } from './occurrence.ts';
import { deepFreeze } from './plain-data.ts';
import type { Supervision } from './ports.ts';
import type { Process, ProcessCell } from './process.ts';
import { type Backoff, DEFAULT_BACKOFF, type ProcessSpec } from './process-spec.ts';
import { type CellFields, type HostFields, Registry } from './registry.ts';
import { RestartCell, RestartProcess } from './restart.ts';
import { cancelTimers } from './timer.ts';

/** A panic, for reports; the stack is not part of the run's data, since it names files. */
export interface Panic {
  readonly event: number;
  readonly time: number;
  readonly address: string;
  readonly message: string;
  readonly stack: string;
}

/** How a process ends. */
interface Ending {
  readonly reason: Exit['reason'];
  readonly code: number;
  readonly detail: string;
  /** Whether its policy may start it again. */
  readonly mayRestart: boolean;
  /** Without a word to the other ends of its connections, as when power fails. */
  readonly silent: boolean;
}

const MOST_PANICS = 100;

export class Lifecycle implements Supervision {
  readonly registry: Registry;
  readonly #kernel: Kernel;
  /** The first hundred panics. */
  readonly panics: Panic[] = [];

  constructor(kernel: Kernel, programs: Programs) {
    this.#kernel = kernel;
    this.registry = new Registry(kernel, programs);
  }

  assertProgram(program: string): void {
    this.registry.program(program);
  }

  // — Hosts —

  /** A host with the processes that it boots, none of which runs yet. */
  addHost(fields: HostFields): Host {
    const host = this.registry.placeHost(fields);
    for (const spec of fields.boot) {
      // A copy: the spec is the caller's, and what an actor is given is frozen.
      const own = { ...spec, args: deepFreeze(structuredClone(spec.args)) };
      this.registry.addProcess(this.registry.processFields(host, own, spec.restart ?? 'on-failure'));
    }
    return host;
  }

  /** Starts what the host boots, except what something keeps down. */
  boot(host: Host, isKeptDown: (process: Process) => boolean = () => false): void {
    for (const spec of host.boot) {
      const process = host.processes.get(spec.name) as Process;
      if (!isKeptDown(process)) this.#start(process);
    }
  }

  /** Power fails: everything stops, nobody is told. The disks' loss is the storage's affair. */
  powerOff(host: Host): void {
    if (!host.up) return;
    host.up = false;
    this.#kernel.emitText('power', host.number, 0, 'off');
    for (const process of host.processes.values()) {
      this.#cancelRestart(process);
      if (process.status === 'running') {
        this.#end(process, { reason: 'killed', code: 137, detail: 'power off', mayRestart: false, silent: true });
      }
      process.status = 'ended';
    }
    this.#kernel.transport.hostDown(host);
    this.#kernel.storage.powerLoss(host);
  }

  powerOn(host: Host, isKeptDown?: (process: Process) => boolean): void {
    if (host.up) return;
    host.up = true;
    this.#kernel.emitText('power', host.number, 0, 'on');
    for (const process of [...host.processes.values()]) {
      process.restarts = 0;
      if (process.startedBy !== undefined) this.registry.forget(process);
    }
    this.#kernel.transport.hostUp(host);
    this.boot(host, isKeptDown);
  }

  // — Processes —

  isTaken(host: string, name: string): boolean {
    const process = this.#kernel.hosts.get(host)?.processes.get(name);
    return process !== undefined && process.status !== 'ended';
  }

  startProcess(from: ProcessCell, name: string, program: string, options: ProcessOptions): void {
    const host = this.registry.hostOf(from.process);
    const old = host.processes.get(name);
    const boots = host.boot.some((spec) => spec.name === name);
    if (old !== undefined && boots) {
      // What the host boots keeps its own spec; starting it is what an operator does after it has ended.
      this.#start(old);
      return;
    }
    if (old !== undefined) this.registry.forget(old);
    const spec: ProcessSpec = { name, program, ...options };
    const fields = this.registry.processFields(host, spec, options.restart ?? 'never', from.address);
    this.#start(this.registry.addProcess(fields));
  }

  killProcess(from: ProcessCell, name: string, code: number): void {
    const process = this.registry.hostOf(from.process).processes.get(name);
    if (process === undefined) return;
    this.kill(process, code, `killed by ${from.address}`, false);
  }

  /** Ends a process from outside. `mayRestart`: whether its policy applies, as after a crash. */
  kill(process: Process, code: number, detail: string, mayRestart: boolean): void {
    if (process.status === 'waiting' && !mayRestart) {
      this.#cancelRestart(process);
      process.status = 'ended';
    }
    if (process.status !== 'running') return;
    this.#end(process, { reason: 'killed', code, detail, mayRestart, silent: false });
  }

  /** Starts a process that has ended or waits; its host must have power. */
  restart(process: Process): void {
    const host = this.registry.hostOf(process);
    if (process.status === 'running' || !host.up) return;
    this.#cancelRestart(process);
    this.#start(process);
  }

  exit(process: Process, code: number): void {
    if (process.status !== 'running') return;
    this.#end(process, { reason: 'exited', code, detail: `exit ${code}`, mayRestart: true, silent: false });
  }

  panic(cell: ProcessCell, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const kernel = this.#kernel;
    kernel.cause = kernel.emitText('panic', cell.number, 0, message);
    if (this.panics.length < MOST_PANICS) {
      const stack = error instanceof Error ? (error.stack ?? '') : '';
      this.panics.push({ event: kernel.cause, time: kernel.now, address: cell.address, message, stack });
    }
    const { parent, onPanic } = cell;
    if (parent === undefined || onPanic === 'escalate') {
      this.#end(cell.process, { reason: 'panic', code: 1, detail: message, mayRestart: true, silent: false });
      return;
    }
    const again = onPanic === 'restart-all' ? [...parent.children.values()].filter((child) => child.live) : [cell];
    const restarts = onPanic !== 'stop';
    for (const child of again) this.#endCell(child, restarts);
    if (restarts) {
      for (const child of again) this.#countFromNewIfStable(child);
      for (const child of again) this.#restartLater(child, cell);
    }
    this.#tell(parent, cell.address, 'panic', 1, message, restarts);
  }

  // — Actors —

  spawn(parent: ProcessCell, name: string, program: string, options: SpawnOptions): void {
    this.#spawnCell(parent.process, parent, {
      name,
      program,
      args: options.args,
      onPanic: options.onPanic ?? 'escalate',
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      restarts: 0,
    });
  }

  stopChild(parent: ProcessCell, name: string): void {
    const child = parent.children.get(name);
    if (child === undefined) return;
    if (child.live) this.#endCell(child, false);
    else parent.children.delete(name);
  }

  /** The restart of a cell is due. */
  respawn(cell: ProcessCell, incarnation: number): void {
    const { parent, process } = cell;
    if (process.incarnation !== incarnation || process.status !== 'running' || parent === undefined) return;
    if (!parent.live || parent.children.get(cell.name) !== cell) return;
    this.#spawnCell(process, parent, {
      name: cell.name,
      program: cell.programName,
      args: cell.args,
      onPanic: cell.onPanic,
      backoff: cell.backoff,
      restarts: cell.restarts + 1,
    });
  }

  /** The restart of a process is due. */
  restartDue(process: Process): void {
    process.restartSlot = -1;
    process.restarts++;
    this.#start(process);
  }

  // — How it is done —

  #start(process: Process): void {
    const kernel = this.#kernel;
    process.status = 'running';
    process.incarnation++;
    process.startedAt = kernel.now;
    process.longestQueue = 0;
    process.paused = false;
    process.family = kernel.nact.spawnFamily();
    kernel.transport.processStarted(process);
    this.#spawnCell(process, undefined, {
      name: process.name,
      program: process.program,
      args: process.args,
      onPanic: 'escalate',
      backoff: process.backoff,
      restarts: process.restarts,
    });
  }

  #spawnCell(process: Process, parent: ProcessCell | undefined, fields: CellFields): void {
    const kernel = this.#kernel;
    const cell = this.registry.newCell(process, parent, fields, kernel.nextId++, kernel.now);
    if (parent === undefined) process.root = cell;
    else parent.children.set(cell.name, cell);
    this.registry.enliven(cell);
    kernel.deliver({ cell, message: { type: 'start' }, cause: kernel.cause, credit: 0 });
  }

  #end(process: Process, ending: Ending): void {
    const kernel = this.#kernel;
    const host = this.registry.hostOf(process);
    process.code = ending.code;
    process.status = 'ended';
    kernel.cause = kernel.emitText('exit', process.number, 0, `${ending.reason} (${ending.code}): ${ending.detail}`);
    for (const cell of process.cells.values()) this.#bury(cell);
    process.cells.clear();
    if (process.family !== undefined) kernel.nact.stop(process.family);
    process.family = undefined;
    process.root = undefined;
    process.queue.clear();
    process.held.clear();
    process.inService = 0;
    process.paused = false;
    kernel.transport.processEnded(process, ending.silent);
    const restarts = ending.mayRestart && host.up && this.#wantsRestart(process, ending.code);
    if (restarts) this.#restartProcessLater(process);
    const starter = process.startedBy === undefined ? undefined : kernel.cells.get(process.startedBy);
    if (starter !== undefined && !ending.silent) {
      this.#tell(starter, process.address, ending.reason, ending.code, ending.detail, restarts);
    }
  }

  #wantsRestart(process: Process, code: number): boolean {
    return process.restart === 'always' || (process.restart === 'on-failure' && code !== 0);
  }

  #restartProcessLater(process: Process): void {
    const kernel = this.#kernel;
    const { clock } = this.registry.hostOf(process);
    if (kernel.now - process.startedAt >= process.backoff.resetAfterMs * 1000) process.restarts = 0;
    const delay = clock.trueDelay(kernel.now, backoffUs(process.backoff, process.restarts));
    process.status = 'waiting';
    const restart = new RestartProcess(this, process, kernel.cause);
    process.restartSlot = kernel.schedule(kernel.now + delay, PRIORITY.local, restart);
  }

  #cancelRestart(process: Process): void {
    if (process.restartSlot >= 0) this.#kernel.agenda.cancel(process.restartSlot);
    process.restartSlot = -1;
  }

  #countFromNewIfStable(cell: ProcessCell): void {
    if (this.#kernel.now - cell.startedAt >= cell.backoff.resetAfterMs * 1000) cell.restarts = 0;
  }

  /** After the culprit's back-off, also for its siblings, so that all come back together. */
  #restartLater(cell: ProcessCell, culprit: ProcessCell): void {
    const kernel = this.#kernel;
    const { clock } = this.registry.hostOf(cell.process);
    const delay = clock.trueDelay(kernel.now, backoffUs(culprit.backoff, culprit.restarts));
    const restart = new RestartCell(this, cell, cell.process.incarnation);
    kernel.schedule(kernel.now + delay, PRIORITY.local, restart);
  }

  /** Ends a cell and its descendants. `keepName`: its name stays taken, because it will be started again. */
  #endCell(cell: ProcessCell, keepName: boolean): void {
    for (const child of [...cell.children.values()]) if (child.live) this.#endCell(child, false);
    cell.children.clear();
    cell.process.cells.delete(cell.address);
    this.#bury(cell);
    this.#kernel.transport.cellEnded(cell);
    if (!keepName) cell.parent?.children.delete(cell.name);
  }

  #bury(cell: ProcessCell): void {
    const kernel = this.#kernel;
    cell.live = false;
    cancelTimers(kernel, cell);
    if (cell.nact !== undefined) kernel.nact.stop(cell.nact.reference);
    cell.nact = undefined;
    cell.context = undefined;
    cell.state = undefined;
    kernel.cells.delete(cell.address);
  }

  #tell(to: ProcessCell, of: string, reason: Exit['reason'], code: number, detail: string, restarts: boolean): void {
    if (!to.live) return;
    const message: Exit = { type: 'exit', of, reason, code, detail, restarts };
    this.#kernel.deliver({ cell: to, message, cause: this.#kernel.cause, credit: 0 });
  }
}

/** The wait before restart number `restarts` (from 0) in whole microseconds. */
function backoffUs(backoff: Backoff, restarts: number): number {
  let ms = backoff.initialMs;
  for (let i = 0; i < restarts && ms < backoff.maxMs; i++) ms *= backoff.factor;
  return Math.round(Math.min(ms, backoff.maxMs) * 1000);
}
