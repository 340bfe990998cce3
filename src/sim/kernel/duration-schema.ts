/** The schema of a duration in a file: a text such as `10s` or a number of milliseconds; what comes out is milliseconds. */
import { LONGEST_MS } from './distribution-problems.ts';
import { DURATION_FORM, DURATION_PATTERN, formatDuration, microsecondsOf, parseDuration } from './duration.ts';
import { expected, refuse, z } from './schema.ts';

const NOUN = `a duration such as ${DURATION_FORM}, or a number of milliseconds`;

/** Whole microseconds as milliseconds, so with up to three decimals, from 0 to 10^12. */
export const durationSchema: z.ZodType<number> = z
  .union(
    [
      z.number(expected(NOUN)).meta({ minimum: 0 }),
      z.string(expected(NOUN)).meta({ pattern: DURATION_PATTERN.source, examples: ['10s'] }),
    ],
    expected(NOUN),
  )
  .transform((value, context) => {
    const read = typeof value === 'number' ? readMilliseconds(value) : readText(value);
    if (typeof read === 'number') return read;
    return refuse(context, { path: [], expected: NOUN, text: `${JSON.stringify(value)} is not a duration: ${read}` });
  })
  .meta({ id: 'Duration', description: NOUN });

/** The duration, or half a sentence about what is wrong with it. */
function readText(text: string): number | string {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.us / 1000 : parsed.problem;
}

function readMilliseconds(ms: number): number | string {
  if (ms < 0) return 'a duration cannot be negative';
  if (ms > LONGEST_MS) return `the longest duration is ${formatDuration(LONGEST_MS * 1000)}`;
  const us = microsecondsOf(ms);
  return us === undefined ? 'the finest duration is one microsecond (0.001)' : Math.abs(us) / 1000;
}
