/** One line on stderr that is written over while a run goes on, if a person watches. */
import type { World } from '../sim/index.ts';
import { counted } from './render-words.ts';
import type { Terminal } from './terminal.ts';

const EVERY_MS = 100;

export class Progress {
  readonly #terminal: Terminal;
  #shownAt = performance.now();
  #events = 0;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Called at any rate; shows something ten times a second. */
  update(world: World, label: string, more = ''): void {
    if (!this.#terminal.interactive) return;
    const now = performance.now();
    const passed = now - this.#shownAt;
    if (passed < EVERY_MS) return;
    const speed = Math.max(0, Math.round((world.events - this.#events) / (passed / 1000)));
    this.#shownAt = now;
    this.#events = world.events;
    this.#shown = true;
    const text = `${label}  ${(world.nowMs / 1000).toFixed(1)} s virtual  ${counted(speed)} events/s${more === '' ? '' : `  ${more}`}`;
    this.#terminal.error(`\r\u001b[2K${this.#terminal.errorColors.dim(text)}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#terminal.error('\r\u001b[2K');
    this.#shown = false;
  }
}
