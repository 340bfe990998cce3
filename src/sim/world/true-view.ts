/** The world as it truly is, over the kernel's own records. */
import type { Note, WorldView } from '../check/world-view.ts';
import type { Drives } from '../disk/drives.ts';
import type { Address } from '../kernel/address.ts';
import type { Kernel } from '../kernel/kernel.ts';

export class TrueView implements WorldView {
  readonly #kernel: Kernel;
  readonly #drives: Drives;
  /** Written by the observer of notes below. */
  readonly history: Note[] = [];

  constructor(kernel: Kernel, drives: Drives) {
    this.#kernel = kernel;
    this.#drives = drives;
    kernel.observe('note', ({ id, time, subject, object, detail }) => {
      this.history.push({ event: id, time, actor: subject, name: object, data: detail });
    });
  }

  get now(): number {
    return this.#kernel.now;
  }

  get hosts() {
    return this.#kernel.hosts;
  }

  get processes() {
    return this.#kernel.processes;
  }

  get cells() {
    return this.#kernel.cells;
  }

  state(address: Address): unknown {
    return this.#kernel.cells.get(address)?.state;
  }

  isRunning(address: Address): boolean {
    return this.#kernel.processes.get(address)?.status === 'running';
  }

  file(
    hostName: string,
    file: string,
    options: { disk?: string; layer?: 'cached' | 'durable' } = {},
  ): Uint8Array | undefined {
    const host = this.#kernel.hosts.get(hostName);
    const drive = host === undefined ? undefined : this.#drives.drive(host, options.disk);
    return drive?.disk.peek(file, options.layer);
  }
}
