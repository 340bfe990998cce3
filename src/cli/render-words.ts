/** Words, marks and colours that all commands share. */
import type { TracePart, WorldReport } from '../sim/index.ts';
import type { Terminal } from './terminal.ts';

export type Paint = Terminal['colors'];

type CheckStatus = WorldReport['checks'][number]['status'];

/** `1 event`, `12,345 events`; without a noun only the number. */
export function counted(count: number, noun?: string): string {
  const digits = String(count).replace(/\B(?=(\d{3})+$)/g, ',');
  return noun === undefined ? digits : `${digits} ${noun}${count === 1 ? '' : 's'}`;
}

const MARKS: Readonly<Record<CheckStatus, readonly [sign: string, color: 'green' | 'red' | 'yellow', words: string]>> =
  {
    held: ['✔', 'green', 'held'],
    reached: ['✔', 'green', 'reached'],
    violated: ['✘', 'red', 'violated'],
    'not-reached': ['○', 'yellow', 'not reached'],
    pending: ['…', 'yellow', 'pending'],
    undecided: ['?', 'yellow', 'undecided'],
  };

const STATUS_WIDTH = Math.max(...Object.values(MARKS).map(([, , words]) => words.length)) + 1;

/** A sign and a word, of one width for all statuses. */
export function mark(status: CheckStatus, colors: Paint): string {
  const [sign, color, words] = MARKS[status];
  return colors[color](`${sign} ${words.padEnd(STATUS_WIDTH)}`);
}

export function wordsOf(status: CheckStatus): string {
  return MARKS[status][2];
}

/** How the parts of an event's line are painted. */
export function paintPart(colors: Paint): (part: TracePart, text: string, event?: { readonly kind: string }) => string {
  return (part, text, event) => {
    if (part === 'time' || part === 'id' || part === 'cause' || part === 'arrow' || part === 'heading') {
      return colors.dim(text);
    }
    if (part !== 'kind') return text;
    switch (event?.kind) {
      case 'fault':
      case 'power':
      case 'exit':
      case 'drop':
      case 'disconnect':
        return colors.yellow(text);
      case 'heal':
      case 'phase':
        return colors.green(text);
      case 'panic':
        return colors.red(text);
      default:
        return colors.cyan(text);
    }
  };
}

/** A command's argument as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
