/** `wavetank diff`: the first event in which two trace files differ. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { firstTraceDifference, formatDifference, TraceLineError } from '../sim/index.ts';
import { paintPart } from './render-words.ts';
import type { Terminal } from './terminal.ts';
import { UserError } from './user-error.ts';

/** Returns the exit code: 0 equal, 1 different. @throws UserError */
export async function diffCommand(fileA: string, fileB: string, terminal: Terminal): Promise<number> {
  for (const file of [fileA, fileB]) {
    if (!existsSync(file)) throw new UserError(`${file}: there is no such file.`);
    if (!statSync(file).isFile()) throw new UserError(`${file}: expected a trace file; found a folder.`);
  }
  try {
    const difference = await firstTraceDifference(linesOf(fileA), linesOf(fileB));
    const paint = paintPart(terminal.colors);
    terminal.out(`${formatDifference(difference, { names: [fileA, fileB], paint })}\n`);
    return difference.kind === 'none' ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TraceLineError)) throw error;
    const message = error.message.replace(/^[AB](?=:)/, (side) => (side === 'A' ? fileA : fileB));
    throw new UserError(`${message}.\nA trace to compare is written with: wavetank tank MODULE --trace FILE.jsonl`);
  }
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
}
