/**
 * A trace file, written while the run goes on: JSON Lines or text, by its name's ending.
 *
 * It gets its name when it is complete: until then, and after an error, there is no file of that name, or the old one.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileProblem } from '../lab/file-problem.ts';
import { TraceColumns, type TraceEvent, traceLine } from '../sim/index.ts';
import { UserError } from './user-error.ts';

/** How many events are written at once. */
const PAGE = 512;

export class TraceFile {
  readonly #file: string;
  readonly #temporary: string;
  readonly #lines: (events: readonly TraceEvent[]) => string[];
  #descriptor: number | undefined;
  #page: TraceEvent[] = [];

  /** @throws UserError if the name has another ending, or the file cannot be written */
  constructor(file: string) {
    this.#file = file;
    this.#temporary = `${file}.${process.pid}.partial`;
    if (file.endsWith('.jsonl')) {
      this.#lines = (events) => events.map(traceLine);
    } else if (file.endsWith('.txt')) {
      const columns = new TraceColumns({ detailWidth: 160 });
      this.#lines = (events) => columns.lines(events);
    } else {
      throw new UserError(`--trace: expected a file that ends in .jsonl or .txt; found "${file}".`);
    }
    try {
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (error) {
      const where = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      const problem = where ? `there is no folder "${dirname(file)}"` : fileProblem(error);
      throw new UserError(`--trace: ${file} cannot be written: ${problem}.`);
    }
  }

  add(event: TraceEvent): void {
    this.#page.push(event);
    if (this.#page.length >= PAGE) this.#flush();
  }

  /** Gives the file its name. */
  complete(): void {
    if (this.#descriptor === undefined) return;
    this.#flush();
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    try {
      renameSync(this.#temporary, this.#file);
    } catch (error) {
      rmSync(this.#temporary, { force: true });
      throw new UserError(`--trace: ${this.#file} cannot be written: ${fileProblem(error)}.`);
    }
  }

  /** Takes back what was written, unless it is complete. */
  discard(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    if (this.#descriptor === undefined || this.#page.length === 0) return;
    const text = `${this.#lines(this.#page).join('\n')}\n`;
    this.#page = [];
    try {
      const bytes = Buffer.from(text);
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#descriptor, bytes, from);
    } catch (error) {
      throw new UserError(`--trace: ${this.#file} cannot be written: ${fileProblem(error)}.`);
    }
  }
}
