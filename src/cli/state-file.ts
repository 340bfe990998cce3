/** Every object of a cluster as one `List`, YAML or JSON by the file's ending. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileProblem } from '../lab/file-problem.ts';
import { printYaml } from '../sim/index.ts';
import { UserError } from './user-error.ts';

export class StateFile {
  readonly #file: string;
  readonly #print: (value: unknown) => string;

  /** @throws UserError if the name has another ending, or its folder is not there */
  constructor(file: string) {
    this.#file = file;
    if (/\.ya?ml$/.test(file)) this.#print = printYaml;
    else if (file.endsWith('.json')) this.#print = (value) => `${JSON.stringify(value, undefined, 2)}\n`;
    else throw new UserError(`--state: expected a file that ends in .yaml, .yml or .json; found "${file}".`);
    if (!existsSync(dirname(file))) {
      throw new UserError(`--state: ${file} cannot be written: there is no folder "${dirname(file)}".`);
    }
  }

  /** The file has all of it or stays as it was. @throws UserError */
  write(items: readonly unknown[]): void {
    const temporary = `${this.#file}.${process.pid}.partial`;
    try {
      writeFileSync(temporary, this.#print({ apiVersion: 'v1', kind: 'List', metadata: {}, items }));
      renameSync(temporary, this.#file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw new UserError(`--state: ${this.#file} cannot be written: ${fileProblem(error)}.`);
    }
  }
}
