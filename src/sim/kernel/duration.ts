/**
 * Durations as people write them: `250ms`, `10s`, `1m30s`, `1.5h`, `15us`.
 *
 * 1. The grammar is one or more pairs of a decimal number and a unit (h, m, s, ms, us), largest unit first, each unit at
 *    most once, nothing between them. A duration is a whole number of microseconds, from 0 to 10^15 (32 years).
 * 2. `parseDuration(formatDuration(us))` is `us` for each of them: decimals are exact, nothing is rounded.
 *
 * Not here: days and longer units (their length is a matter of calendars), signs, exponents.
 */
import { LONGEST_MS } from './distribution-problems.ts';
import { nearestName } from './nearest-name.ts';

/** Either whole microseconds, or what is wrong with the text, as half a sentence: `there is no unit "sec"`. */
export type ParsedDuration =
  | { readonly ok: true; readonly us: number }
  | { readonly ok: false; readonly problem: string };

export function parseDuration(text: string): ParsedDuration {
  if (text.startsWith('-')) return { ok: false, problem: 'a duration cannot be negative' };
  if (/^\d+(?:\.\d+)?$/.test(text)) return { ok: false, problem: `a unit is missing; did you mean "${text}s"?` };
  if (/\s/.test(text)) return { ok: false, problem: 'there can be no spaces in it' };
  let total = 0n;
  let smallest = UNITS.length;
  let rest = text;
  while (rest !== '' || smallest === UNITS.length) {
    const pair = /^(\d+)(?:\.(\d+))?([A-Za-zµμ]+)/.exec(rest);
    if (pair === null) return { ok: false, problem: `the form is ${DURATION_FORM}` };
    const [whole, digits = '', fraction = '', written = ''] = pair;
    const unit = MICRO_SIGNS.includes(written) ? 'us' : written;
    const index = UNITS.findIndex(({ name }) => name === unit);
    const found = UNITS[index];
    if (found === undefined) return { ok: false, problem: noSuchUnit(written) };
    // The units are listed from the smallest, so that each further one has to come earlier in the list.
    if (index >= smallest) return { ok: false, problem: `"${unit}" must come before "${UNITS[smallest]?.name}", once` };
    const scaled = BigInt(digits + fraction) * BigInt(found.us);
    const divisor = 10n ** BigInt(fraction.length);
    if (scaled % divisor !== 0n) return { ok: false, problem: 'the finest duration is one microsecond' };
    total += scaled / divisor;
    smallest = index;
    rest = rest.slice(whole.length);
  }
  if (total > BigInt(LONGEST_US))
    return { ok: false, problem: `the longest duration is ${formatDuration(LONGEST_US)}` };
  return { ok: true, us: Number(total) };
}

/** The shortest form: `0s`, `15us`, `1.5ms`, `250ms`, `1m30.5s`, `1h`. @param us whole microseconds, not negative */
export function formatDuration(us: number): string {
  if (!Number.isSafeInteger(us) || us < 0)
    throw new Error(`formatDuration: ${us} is not a whole number of microseconds.`);
  if (us === 0) return '0s';
  if (us < 1000) return `${us}us`;
  if (us < 1_000_000) return `${decimal(us, 3)}ms`;
  const hours = Math.floor(us / 3_600_000_000);
  const minutes = Math.floor((us % 3_600_000_000) / 60_000_000);
  const seconds = us % 60_000_000;
  return [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds > 0 ? `${decimal(seconds, 6)}s` : '',
  ].join('');
}

/**
 * Milliseconds as whole microseconds, or undefined if they are finer than that. What floating-point arithmetic adds to
 * three decimals (0.1 + 0.2) does not count.
 */
export function microsecondsOf(ms: number): number | undefined {
  const exact = ms * 1000;
  const us = Math.round(exact);
  return Math.abs(exact - us) <= Math.max(1e-6, Math.abs(exact) * Number.EPSILON * 4) ? us : undefined;
}

/** What a duration looks like, for messages. */
export const DURATION_FORM = '250ms, 10s, 1m30s or 1.5h (units h, m, s, ms, us)';

/** The same grammar as a regular expression, for schemas; it leaves out only the bounds. */
export const DURATION_PATTERN =
  /^(?=\d)(?:\d+(?:\.\d+)?h)?(?:\d+(?:\.\d+)?m(?!s))?(?:\d+(?:\.\d+)?s)?(?:\d+(?:\.\d+)?ms)?(?:\d+(?:\.\d+)?(?:us|µs|μs))?$/;

const LONGEST_US = LONGEST_MS * 1000;

/** From the smallest to the largest. */
const UNITS: readonly { readonly name: string; readonly us: number }[] = [
  { name: 'us', us: 1 },
  { name: 'ms', us: 1000 },
  { name: 's', us: 1_000_000 },
  { name: 'm', us: 60_000_000 },
  { name: 'h', us: 3_600_000_000 },
];

/** The micro sign and the Greek letter, which look the same. */
const MICRO_SIGNS: readonly string[] = ['µs', 'μs'];

const UNIT_WORDS: Readonly<Record<string, string>> = {
  hour: 'h',
  hours: 'h',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  millis: 'ms',
  milliseconds: 'ms',
  micros: 'us',
  microseconds: 'us',
};

function noSuchUnit(written: string): string {
  const words = Object.keys(UNIT_WORDS);
  const names = UNITS.map(({ name }) => name);
  const nearest = nearestName(written, [...names, ...words]);
  const unit = nearest === undefined ? undefined : (UNIT_WORDS[nearest] ?? nearest);
  if (unit === undefined) return `there is no unit "${written}"; the units are h, m, s, ms, us`;
  return `there is no unit "${written}"; did you mean "${unit}"?`;
}

function decimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
