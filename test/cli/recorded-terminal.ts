/** A terminal for tests: without colours, nobody watches, and what is written can be read. */
import picocolors from 'picocolors';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface RecordedTerminal extends Terminal {
  /** What was written so far. */
  readonly written: { readonly out: string; readonly error: string };
}

/** @param interrupted somebody presses Ctrl-C as soon as that is listened for */
export function recordedTerminal({ interrupted = false } = {}): RecordedTerminal {
  const written = { out: '', error: '' };
  const colors = picocolors.createColors(false);
  return {
    written,
    out: (text) => {
      written.out += text;
    },
    error: (text) => {
      written.error += text;
    },
    colors,
    errorColors: colors,
    interactive: false,
    onInterrupt: (callback) => {
      if (interrupted) callback();
      return () => undefined;
    },
  };
}
