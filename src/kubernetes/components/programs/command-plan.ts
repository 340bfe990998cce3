/**
 * What a command line comes to, as far as time and exit codes go: `sleep 30`, `sh -c "sleep 5; exit 1"`, `false`. Other
 * commands take no time and succeed, if a sleep or an exit stands beside them; alone they mean a server, which runs on.
 *
 * Left out: everything else about shells.
 */
export interface CommandPlan {
  readonly afterMs: number;
  readonly exitCode: number;
}

const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|ash|dash)$/;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Undefined if it never ends by itself. */
export function commandPlan(words: readonly string[]): CommandPlan | undefined {
  const [first = '', option = '', ...rest] = words;
  const script = SHELL.test(first) && /^-[a-z]*c$/.test(option) ? (rest[0] ?? '') : words.join(' ');
  let afterMs = 0;
  let exitCode = 0;
  let ends = false;
  for (const command of script.split(/&&|\|\||;|\n/)) {
    const [name = '', argument = ''] = command.trim().split(/\s+/);
    if (name === 'sleep') {
      const ms = sleepMs(argument);
      if (ms === undefined) return undefined;
      afterMs += ms;
      exitCode = 0;
      ends = true;
    } else if (name === 'exit') return { afterMs, exitCode: argument === '' ? exitCode : Number(argument) & 255 };
    else if (name === 'true' || name === 'false') {
      exitCode = name === 'true' ? 0 : 1;
      ends = true;
    } else if (name === 'while' || name === 'until') return undefined;
  }
  return ends ? { afterMs, exitCode } : undefined;
}

/** Undefined for `infinity`, and for what is not a time. */
function sleepMs(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)([smhd]?)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Math.round(Number(digits) * (UNITS[unit === '' ? 's' : unit] ?? 1000));
}
