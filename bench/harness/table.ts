/** A report as a person reads it: a table of plain text, figures to three significant digits. */
import type { Target } from './benchmark.ts';
import type { Report, Result } from './report.ts';

const HEADINGS = ['metric', 'median', 'unit', 'p10–p90', 'ratio', 'of', 'target', ''];
/** These columns hold numbers, which stand to the right. */
const RIGHT = new Set(['median', 'p10–p90', 'ratio']);

export function table(report: Report): string {
  const rows = [HEADINGS, ...report.results.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return RIGHT.has(HEADINGS[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const quick = report.quick ? ' · quick: the figures mean nothing' : '';
  return [`${report.bench} · Node ${report.node} · ${report.cpu}${quick}`, ...lines].join('\n');
}

function cells({ metric, value, unit, spread, reference, ratio, target, met }: Result): string[] {
  return [
    metric,
    figure(value),
    unit,
    `${figure(spread.p10)}–${figure(spread.p90)}`,
    ratio === null ? '' : `${figure(ratio)}×`,
    reference ?? '',
    target === null ? '' : bounds(target),
    met === null ? '' : met ? 'met' : 'MISSED',
  ];
}

function bounds({ on, min, max }: Target): string {
  const limits = [...(min === undefined ? [] : [`≥ ${min}`]), ...(max === undefined ? [] : [`≤ ${max}`])];
  return `${on} ${limits.join(', ')}`;
}

/** 1234567 as `1,230,000`, 0.0012345 as `0.00123`. */
function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
