import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateDistribution } from './distribution.ts';
import { distributionSchema } from './distribution-schema.ts';
import { checkSchema } from './schema.ts';

describe('distributionSchema', () => {
  it('accepts exactly what validateDistribution accepts', () => {
    const scalar = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<unknown>(0, 1, 2, 0.5, 5) },
      fc.constantFrom<unknown>(-1, 1e12, 1.1e12, Number.NaN, Number.POSITIVE_INFINITY, 'x', null, true, [], {}),
    );
    const fields = fc.constantFrom(
      'minMs',
      'maxMs',
      'meanMs',
      'deviationMs',
      'medianMs',
      'sigma',
      'scaleMs',
      'shape',
      'samplesMs',
    );
    const shapes: Readonly<Record<string, readonly string[]>> = {
      uniform: ['minMs', 'maxMs'],
      normal: ['meanMs', 'deviationMs'],
      lognormal: ['medianMs', 'sigma'],
      exponential: ['meanMs'],
      pareto: ['scaleMs', 'shape'],
    };
    const rightShape = fc
      .constantFrom(...Object.keys(shapes))
      .chain((kind) =>
        fc
          .tuple(fc.record(Object.fromEntries((shapes[kind] ?? []).map((name) => [name, scalar]))), fc.option(scalar))
          .map(([body, cap]) => ({ [kind]: cap === null ? body : { ...body, maxMs: cap } })),
      );
    const points = fc.array(fc.record({ at: fc.constantFrom<unknown>(0, 0.5, 1, 2, 'x'), valueMs: scalar }), {
      maxLength: 3,
    });
    const kind = fc.constantFrom(...Object.keys(shapes), 'constant', 'empirical', 'quantiles', 'zipf');
    const anything = fc.oneof(
      scalar,
      rightShape,
      fc.record({ constant: scalar }),
      fc.record({ empirical: fc.record({ samplesMs: fc.array(scalar, { maxLength: 3 }) }) }),
      fc.record({ quantiles: points }),
      fc.dictionary(kind, fc.oneof(scalar, fc.dictionary(fields, scalar)), { maxKeys: 2, noNullPrototype: true }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(anything, (value) => {
        const fits = validateDistribution(value, 'x').length === 0;
        if (fits) accepted++;
        expect(checkSchema(distributionSchema, value).ok).toBe(fits);
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  it.each([
    [
      'fast',
      'expected a number of milliseconds or a distribution such as { exponential: { meanMs: 5 } }; found "fast".',
    ],
    [{ lognorml: {} }, 'lognorml: there is no such field; did you mean "lognormal"?'],
    [{ lognormal: { medianMs: 1 } }, 'lognormal.sigma: this field is missing; expected a number of at least 0.'],
    [{ uniform: { minMs: 5, maxMs: 1 } }, 'uniform: expected minMs to be at most maxMs; found 5 and 1.'],
    [
      {
        quantiles: [
          { at: 0, valueMs: 1 },
          { at: 0.5, valueMs: 2 },
        ],
      },
      'quantiles[1].at: expected 1, the maximum; found 0.5.',
    ],
  ])('says of %j what is wrong', (value, message) => {
    const checked = checkSchema(distributionSchema, value);
    expect(checked.ok ? [] : checked.problems.map((problem) => problem.message)).toEqual([message]);
  });
});
