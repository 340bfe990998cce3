import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDistribution, type Distribution, describeDistribution, validateDistribution } from './distribution.ts';
import { RandomStream } from './random-stream.ts';

/** One of each, with what a person reads, the mean and deviation in ms, and the first draws of the stream 'golden'. */
const TABLE: {
  distribution: Distribution;
  reads: string;
  mean: number;
  deviation: number;
  golden: number[];
}[] = [
  {
    distribution: 2.5,
    reads: 'constant 2.5 ms',
    mean: 2.5,
    deviation: 0,
    golden: [
      2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500, 2500,
      2500,
    ],
  },
  {
    distribution: { constant: 0.001 },
    reads: 'constant 0.001 ms',
    mean: 0.001,
    deviation: 0,
    golden: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  },
  {
    distribution: { uniform: { minMs: 1, maxMs: 3 } },
    reads: 'uniform from 1 to 3 ms',
    mean: 2,
    deviation: 2 / Math.sqrt(12),
    golden: [
      1648, 2345, 1543, 2437, 1071, 1240, 1636, 2351, 2762, 1879, 1776, 2181, 1093, 1238, 1572, 2941, 2321, 1250, 1105,
      1399,
    ],
  },
  {
    distribution: { normal: { meanMs: 5, deviationMs: 1 } },
    reads: 'normal, mean 5 ms, deviation 1 ms',
    mean: 5,
    deviation: 1,
    golden: [
      4543, 5447, 4392, 5578, 3199, 3826, 4526, 5454, 6179, 4848, 4715, 5229, 3323, 3822, 4436, 6884, 5414, 3851, 3383,
      4158,
    ],
  },
  {
    // Half of a normal distribution about 0 counts as 0.
    distribution: { normal: { meanMs: 0, deviationMs: 10, maxMs: 1000 } },
    reads: 'normal, mean 0 ms, deviation 10 ms, at most 1000 ms',
    mean: 10 / Math.sqrt(2 * Math.PI),
    deviation: 10 * Math.sqrt(0.5 - 1 / (2 * Math.PI)),
    golden: [0, 4467, 0, 5775, 0, 0, 0, 4542, 11786, 0, 0, 2290, 0, 0, 0, 18840, 4139, 0, 0, 0],
  },
  {
    distribution: { lognormal: { medianMs: 2, sigma: 0.5 } },
    reads: 'lognormal, median 2 ms, sigma 0.5',
    mean: 2 * Math.exp(0.125),
    deviation: 2 * Math.exp(0.125) * Math.sqrt(Math.expm1(0.25)),
    golden: [
      1592, 2500, 1476, 2670, 813, 1112, 1578, 2510, 3605, 1853, 1735, 2243, 865, 1110, 1508, 5130, 2460, 1126, 891,
      1313,
    ],
  },
  {
    distribution: { exponential: { meanMs: 4 } },
    reads: 'exponential, mean 4 ms',
    mean: 4,
    deviation: 4,
    golden: [
      1566, 4464, 1267, 5066, 146, 512, 1530, 4498, 8505, 2316, 1964, 3572, 192, 508, 1349, 14055, 4322, 535, 217, 892,
    ],
  },
  {
    // What is above 8 counts as 8: E min(X, m) = mean (1 - e^(-m/mean)).
    distribution: { exponential: { meanMs: 4, maxMs: 8 } },
    reads: 'exponential, mean 4 ms, at most 8 ms',
    mean: 4 * (1 - Math.exp(-2)),
    deviation: 4 * Math.sqrt(1 - 4 * Math.exp(-2) - Math.exp(-4)),
    golden: [
      1566, 4464, 1267, 5066, 146, 512, 1530, 4498, 8000, 2316, 1964, 3572, 192, 508, 1349, 8000, 4322, 535, 217, 892,
    ],
  },
  {
    distribution: { pareto: { scaleMs: 2, shape: 5 } },
    reads: 'Pareto, at least 2 ms, shape 5',
    mean: 2.5,
    deviation: Math.sqrt(5 / 3) / 2,
    golden: [
      2163, 2500, 2131, 2577, 2015, 2052, 2159, 2504, 3060, 2246, 2206, 2391, 2019, 2051, 2140, 4039, 2482, 2054, 2022,
      2091,
    ],
  },
  {
    // E min(X, m) = scale (1 + ln(m / scale)) and E min(X, m)² = 2 m scale - scale² for shape 1.
    distribution: { pareto: { scaleMs: 1, shape: 1, maxMs: 100 } },
    reads: 'Pareto, at least 1 ms, shape 1, at most 100 ms',
    mean: 1 + Math.log(100),
    deviation: Math.sqrt(199 - (1 + Math.log(100)) ** 2),
    golden: [
      1479, 3053, 1373, 3549, 1037, 1137, 1466, 3079, 8383, 1784, 1634, 2442, 1049, 1136, 1401, 33575, 2946, 1143, 1056,
      1250,
    ],
  },
  {
    distribution: { empirical: { samplesMs: [6, 1, 2] } },
    reads: 'one of 3 observed, from 1 to 6 ms',
    mean: 3,
    deviation: Math.sqrt(14 / 3),
    golden: [
      1000, 6000, 1000, 6000, 1000, 1000, 1000, 6000, 6000, 2000, 2000, 2000, 1000, 1000, 1000, 6000, 2000, 1000, 1000,
      1000,
    ],
  },
  {
    // A half from 0 to 1 and a half from 1 to 9: means 0.5 and 5, variances 1/12 and 64/12.
    distribution: {
      quantiles: [
        { at: 0, valueMs: 0 },
        { at: 0.5, valueMs: 1 },
        { at: 1, valueMs: 9 },
      ],
    },
    reads: 'quantiles 0: 0 ms, 0.5: 1 ms, 1: 9 ms',
    mean: 2.75,
    deviation: Math.sqrt(65 / 24 + 2.25 ** 2),
    golden: [648, 3759, 543, 4491, 72, 240, 636, 3803, 7091, 879, 776, 2449, 94, 239, 573, 8523, 3569, 250, 106, 400],
  },
];

const milliseconds = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 0.0004, 0.0005, 1, 1e12),
);
const positive = fc.oneof(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), fc.constantFrom(1e-300, 1e12));
const cap = fc.oneof(
  fc.constant({}),
  milliseconds.map((maxMs) => ({ maxMs })),
);
const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  milliseconds,
  milliseconds.map((constant) => ({ constant })),
  fc.tuple(milliseconds, milliseconds).map(([a, b]) => ({ uniform: { minMs: Math.min(a, b), maxMs: Math.max(a, b) } })),
  fc
    .tuple(milliseconds, milliseconds, cap)
    .map(([meanMs, deviationMs, c]) => ({ normal: { meanMs, deviationMs, ...c } })),
  fc
    .tuple(positive, fc.double({ min: 0, max: 1e4, noNaN: true }), cap)
    .map(([medianMs, sigma, c]) => ({ lognormal: { medianMs, sigma, ...c } })),
  fc.tuple(milliseconds, cap).map(([meanMs, c]) => ({ exponential: { meanMs, ...c } })),
  fc.tuple(positive, positive, cap).map(([scaleMs, shape, c]) => ({ pareto: { scaleMs, shape, ...c } })),
  fc.array(milliseconds, { minLength: 1 }).map((samplesMs) => ({ empirical: { samplesMs } })),
  fc.array(milliseconds, { minLength: 2, maxLength: 9 }).map((values) => ({
    quantiles: values.sort((a, b) => a - b).map((valueMs, i) => ({ at: i / (values.length - 1), valueMs })),
  })),
);

describe('a distribution', () => {
  it.each(TABLE)('$reads: has its mean and deviation', ({ distribution, mean, deviation }) => {
    const draw = compileDistribution(distribution);
    const stream = new RandomStream('moments');
    const count = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const ms = draw(stream) / 1000;
      sum += ms;
      squares += ms * ms;
    }
    const found = sum / count;
    expect(Math.abs(found - mean)).toBeLessThan((4.5 * deviation) / Math.sqrt(count) + 1e-9);
    expect(Math.abs(Math.sqrt(Math.max(squares / count - found * found, 0)) - deviation)).toBeLessThan(
      0.03 * deviation + 1e-6,
    );
  });

  it.each(TABLE)('$reads: is how a person reads it', ({ distribution, reads }) => {
    expect(describeDistribution(distribution)).toBe(reads);
  });

  it.each(TABLE)('$reads: draws the same durations on every engine', ({ distribution, golden }) => {
    const stream = new RandomStream('golden');
    const draw = compileDistribution(distribution);
    expect(Array.from({ length: 20 }, () => draw(stream))).toEqual(golden);
  });

  it('draws whole microseconds from 0 to its cap or 10^15', () => {
    fc.assert(
      fc.property(distribution, fc.string(), (d, key) => {
        expect(validateDistribution(d, 'd')).toEqual([]);
        const draw = compileDistribution(d);
        const stream = new RandomStream(key);
        const body = (typeof d === 'number' ? {} : Object.values(d)[0]) as { maxMs?: number };
        const max = 'uniform' in Object(d) || body.maxMs === undefined ? 1e15 : Math.floor(body.maxMs * 1000 + 0.5);
        for (let i = 0; i < 50; i++) {
          const us = draw(stream);
          if (!(Number.isSafeInteger(us) && us >= 0 && us <= max && !Object.is(us, -0))) throw new Error(`drew ${us}`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('draws once from the stream, or not at all if it is constant', () => {
    fc.assert(
      fc.property(distribution, (d) => {
        const [sampled, counted] = [new RandomStream('count'), new RandomStream('count')];
        compileDistribution(d)(sampled);
        if (typeof d !== 'number' && !('constant' in d)) counted.unit();
        expect(sampled.save()).toEqual(counted.save());
        expect(sampled.drawn).toBe(counted.drawn);
      }),
    );
  });

  it.each([
    [0, 0],
    [0.0004, 0],
    [0.0005, 1],
    [0.1, 100],
    [1.0014, 1001],
    [1.0016, 1002],
    [1e12, 1e15],
  ])('of %d ms is %d µs', (ms, us) => {
    expect(compileDistribution(ms)(new RandomStream('x'))).toBe(us);
  });

  it('reaches every whole microsecond of a uniform range, the ends as often as the others', () => {
    const draw = compileDistribution({ uniform: { minMs: 0.001, maxMs: 0.004 } });
    const stream = new RandomStream('ends');
    const counts = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) {
      const us = draw(stream);
      counts.set(us, (counts.get(us) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4]);
    for (const count of counts.values()) expect(Math.abs(count - 5_000)).toBeLessThan(300);
  });

  it('draws longer durations for larger parameters from the same stream', () => {
    const short = compileDistribution({ lognormal: { medianMs: 2, sigma: 0.5 } });
    const long = compileDistribution({ lognormal: { medianMs: 4, sigma: 0.5 } });
    const [a, b] = [new RandomStream('same'), new RandomStream('same')];
    for (let i = 0; i < 1_000; i++) expect(Math.abs(long(b) - 2 * short(a))).toBeLessThanOrEqual(1);
  });
});

describe('the problems of a distribution', () => {
  const KEYS =
    'a number of milliseconds or an object with exactly one of the keys constant, empirical, exponential, lognormal, normal, pareto, quantiles, uniform';
  const MS = 'a number of milliseconds from 0 to 1000000000000';

  it.each<[unknown, string[]]>([
    [-1, [`latency: expected ${MS}; found -1.`]],
    [Number.NaN, [`latency: expected ${MS}; found NaN.`]],
    [Number.POSITIVE_INFINITY, [`latency: expected ${MS}; found Infinity.`]],
    ['5ms', [`latency: expected ${KEYS}; found "5ms".`]],
    [null, [`latency: expected ${KEYS}; found null.`]],
    [undefined, [`latency: expected ${KEYS}; found nothing.`]],
    [[1, 2], [`latency: expected ${KEYS}; found a list.`]],
    [{}, [`latency: expected ${KEYS}; found no key.`]],
    [{ constant: 1, uniform: {} }, [`latency: expected ${KEYS}; found the keys constant, uniform.`]],
    [{ gamma: {} }, [`latency.gamma: there is no such distribution; expected ${KEYS}.`]],
    [{ toString: {} }, [`latency.toString: there is no such distribution; expected ${KEYS}.`]],
    [{ constant: '1' }, [`latency.constant: expected ${MS}; found "1".`]],
    [{ uniform: 3 }, ['latency.uniform: expected an object with minMs, maxMs; found 3.']],
    [{ uniform: { minMs: 3 } }, [`latency.uniform.maxMs: expected ${MS}; found nothing.`]],
    [{ uniform: { minMs: 3, maxMs: 1 } }, ['latency.uniform: expected minMs to be at most maxMs; found 3 and 1.']],
    [
      { normal: { mean: 1, deviationMs: -1 } },
      [
        `latency.normal.meanMs: expected ${MS}; found nothing.`,
        `latency.normal.deviationMs: expected ${MS}; found -1.`,
        'latency.normal.mean: there is no such field; expected meanMs, deviationMs, maxMs.',
      ],
    ],
    [
      { lognormal: { medianMs: 1, sigma: -1 } },
      ['latency.lognormal.sigma: expected a number of at least 0; found -1.'],
    ],
    [
      { lognormal: { medianMs: 0, sigma: 1 } },
      ['latency.lognormal.medianMs: expected a number of milliseconds above 0, up to 1000000000000; found 0.'],
    ],
    [{ exponential: { meanMs: 1, maxMs: null } }, [`latency.exponential.maxMs: expected ${MS}; found null.`]],
    [{ pareto: { scaleMs: 1, shape: 0 } }, ['latency.pareto.shape: expected a number above 0; found 0.']],
    [
      { empirical: [1, 2] },
      ['latency.empirical: expected an object with samplesMs, a list of at least one number; found a list.'],
    ],
    [
      { empirical: { samplesMs: [] } },
      [
        'latency.empirical: expected an object with samplesMs, a list of at least one number; found an object with samplesMs.',
      ],
    ],
    [
      { empirical: { samplesMs: [1, 'x'], unit: 's' } },
      [
        `latency.empirical.samplesMs[1]: expected ${MS}; found "x".`,
        'latency.empirical.unit: there is no such field; expected samplesMs.',
      ],
    ],
    [
      { quantiles: [{ at: 0, valueMs: 1 }] },
      ['latency.quantiles: expected a list of at least two points { at, valueMs }; found a list.'],
    ],
    [
      {
        quantiles: [
          { at: 0.1, valueMs: 5 },
          { at: 0.1, valueMs: 4 },
        ],
      },
      [
        'latency.quantiles[0].at: expected 0, the minimum; found 0.1.',
        'latency.quantiles[1].at: expected 1, the maximum; found 0.1.',
        'latency.quantiles[1].at: expected more than 0.1, that of the point before; found 0.1.',
        'latency.quantiles[1].valueMs: expected at least 5, that of the point before; found 4.',
      ],
    ],
    [
      { quantiles: [{ at: 0, valueMs: 1 }, { at: 2 }] },
      [
        'latency.quantiles[1].at: expected a number from 0 to 1; found 2.',
        `latency.quantiles[1].valueMs: expected ${MS}; found nothing.`,
      ],
    ],
  ])('of %j are named with their place', (value, problems) => {
    expect(validateDistribution(value, 'latency')).toEqual(problems);
  });

  it('are found in anything without a crash, and whatever has none can be compiled', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        if (validateDistribution(value, 'x').length === 0) compileDistribution(value as Distribution);
      }),
    );
  });

  it('keep it from being compiled', () => {
    expect(() => compileDistribution({ uniform: { minMs: 3, maxMs: 1 } })).toThrow(
      'distribution.uniform: expected minMs',
    );
  });
});
