import { describe, expect, it } from 'vitest';
import type { Benchmark, Target } from './benchmark.ts';
import { report, targetsMet } from './report.ts';
import { table } from './table.ts';

const MACHINE = { node: '20.20.2', cpu: 'Abacus 1 × 2' };
const run = (): number => 1;

function compare(target?: Target): Benchmark {
  return {
    about: 'A test.',
    cases: [
      { metric: 'plain', unit: 'events/s', run },
      { metric: 'checked', unit: 'events/s', run, reference: 'plain', ...(target === undefined ? {} : { target }) },
    ],
  };
}

const SAMPLES = new Map([
  ['plain', [100, 200, 400]],
  ['checked', [150, 310, 400]],
]);

describe('report', () => {
  it('has the shape that its readers rely on', () => {
    const target: Target = { on: 'ratio', min: 1.2 };
    expect(JSON.parse(JSON.stringify(report('cost', compare(target), SAMPLES, false, MACHINE)))).toEqual({
      bench: 'cost',
      node: '20.20.2',
      cpu: 'Abacus 1 × 2',
      quick: false,
      results: [
        {
          metric: 'plain',
          value: 200,
          unit: 'events/s',
          spread: { p10: 120, p90: 360 },
          samples: 3,
          reference: null,
          ratio: null,
          ratioSpread: null,
          target: null,
          met: null,
        },
        {
          metric: 'checked',
          value: 310,
          unit: 'events/s',
          spread: { p10: 182, p90: 382 },
          samples: 3,
          reference: 'plain',
          // The median of 1.5, 1.55 and 1: of the rounds, not of the medians (1.55).
          ratio: 1.5,
          ratioSpread: { p10: 1.1, p90: 1.54 },
          target: { on: 'ratio', min: 1.2 },
          met: true,
        },
      ],
    });
  });

  it.each<[Target, boolean]>([
    [{ on: 'ratio', min: 1.5 }, true],
    [{ on: 'ratio', min: 1.51 }, false],
    [{ on: 'ratio', max: 1.5 }, true],
    [{ on: 'ratio', max: 1.49 }, false],
    [{ on: 'value', min: 310 }, true],
    [{ on: 'value', max: 309 }, false],
    [{ on: 'value', min: 300, max: 320 }, true],
  ])('judges %j: %s', (target, met) => {
    const judged = report('cost', compare(target), SAMPLES, false, MACHINE);
    expect(judged.results[1]?.met).toBe(met);
    expect(targetsMet(judged)).toBe(met);
  });

  it('judges nothing if it is quick', () => {
    const judged = report('cost', compare({ on: 'ratio', min: 99 }), SAMPLES, true, MACHINE);
    expect(judged.results[1]?.met).toBeNull();
    expect(targetsMet(judged)).toBe(true);
  });

  it('is a table for a person', () => {
    expect(table(report('cost', compare({ on: 'ratio', min: 2 }), SAMPLES, false, MACHINE))).toBe(
      [
        'cost · Node 20.20.2 · Abacus 1 × 2',
        'metric   median  unit      p10–p90  ratio  of     target',
        'plain       200  events/s  120–360',
        'checked     310  events/s  182–382   1.5×  plain  ratio ≥ 2  MISSED',
      ].join('\n'),
    );
  });
});
