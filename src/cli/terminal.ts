/** Where a command writes and what it may do there: the only file that knows colours. */
import picocolors from 'picocolors';

type Colors = ReturnType<typeof picocolors.createColors>;

export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Errors and progress. */
  error(text: string): void;
  /** Colours for results; they do nothing if nobody would see them. */
  readonly colors: Colors;
  /** Colours for errors. */
  readonly errorColors: Colors;
  /** Whether a line on stderr can be written over: a person watches. */
  readonly interactive: boolean;
  /** Calls back at the first Ctrl-C; a second one kills, as it would without. Returns how to stop listening. */
  onInterrupt(callback: () => void): () => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that has seen enough (`| head`) is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const colorful = (stream: { readonly isTTY?: boolean }): boolean => {
    if (isSet(env.NO_COLOR)) return false;
    if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0';
    return stream.isTTY === true && env.TERM !== 'dumb' && !isSet(env.CI);
  };
  return {
    out: (text) => {
      stdout.write(text);
    },
    error: (text) => {
      stderr.write(text);
    },
    colors: picocolors.createColors(colorful(stdout)),
    errorColors: picocolors.createColors(colorful(stderr)),
    interactive: stderr.isTTY === true && env.TERM !== 'dumb' && !isSet(env.CI),
    onInterrupt: (callback) => {
      process.once('SIGINT', callback);
      return () => {
        process.off('SIGINT', callback);
      };
    },
  };
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '';
}
