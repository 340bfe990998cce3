/**
 * Times as the API writes them, from a clock's microseconds. The world begins at `EPOCH`; nothing but a label hangs on it.
 *
 * Upstream: apimachinery/pkg/apis/meta/v1/{time,micro_time}.go. Own arithmetic, since a simulation may not touch Date; the
 * calendar is Howard Hinnant's days_from_civil (https://howardhinnant.github.io/date_algorithms.html).
 */

/** When a world begins: 2025-01-01T00:00:00Z, in seconds since 1970. */
const EPOCH_SECONDS = 1_735_689_600;
const SECOND_US = 1_000_000;
const DAY_SECONDS = 86_400;

/** `metav1.Time`: whole seconds, `2025-01-01T00:00:07Z`. */
export function formatTime(us: number): string {
  return `${dateAndTime(Math.floor(us / SECOND_US))}Z`;
}

/** `metav1.MicroTime`: `2025-01-01T00:00:07.123456Z`. */
export function formatMicroTime(us: number): string {
  const seconds = Math.floor(us / SECOND_US);
  return `${dateAndTime(seconds)}.${pad(us - seconds * SECOND_US, 6)}Z`;
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** Microseconds on the world's clock; undefined unless `text` is RFC 3339. */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  let seconds = days * DAY_SECONDS + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (zone !== 'Z') {
    const offset = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60;
    seconds -= zone.startsWith('-') ? -offset : offset;
  }
  return (seconds - EPOCH_SECONDS) * SECOND_US + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function dateAndTime(secondsFromEpoch: number): string {
  const seconds = EPOCH_SECONDS + secondsFromEpoch;
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  const { year, month, day } = civilFromDays(days);
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor((rest % 3600) / 60);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(rest % 60, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
