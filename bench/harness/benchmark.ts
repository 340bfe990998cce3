/**
 * What a benchmark is: a list of cases, each of which measures one figure.
 *
 * A file `bench/<name>.ts` exports one as `bench`; its name is the file's. What a case compares itself with is another
 * case of the same benchmark, so that both are measured on the same machine in the same minute: a figure of another day,
 * or of another machine, is no reference.
 */

export interface Benchmark {
  /** What question the figures answer, in one sentence. */
  readonly about: string;
  readonly cases: readonly Case[];
  /** How many times each case is measured after it has warmed up. */
  readonly repetitions?: number;
  /** How many times each case runs first, unmeasured, for the compiler to settle. */
  readonly warmUps?: number;
}

export interface Case {
  /** The name of the figure, unique in its benchmark. */
  readonly metric: string;
  /** What the figure counts: `messages/s`, `µs/event`, `bytes`. */
  readonly unit: string;
  /**
   * Measures once and returns the figure: a finite number above 0. With `quick` it takes the smallest size that shows that
   * the code works, and the figure means nothing.
   */
  readonly run: (quick: boolean) => number | Promise<number>;
  /** The metric of the case that this one is divided by. */
  readonly reference?: string;
  readonly target?: Target;
}

/** The bounds, both included, that a figure is meant to keep, or its ratio to the reference. */
export interface Target {
  readonly on: 'value' | 'ratio';
  readonly min?: number;
  readonly max?: number;
}

/** Throws if a benchmark does not make sense: that is a mistake in its file. */
export function checkBenchmark(name: string, bench: Benchmark): void {
  const metrics = new Set<string>();
  const fail = (what: string): never => {
    throw new Error(`bench/${name}.ts: ${what}`);
  };
  if (bench.cases.length === 0) fail('has no cases');
  for (const { metric } of bench.cases) {
    if (metrics.has(metric)) fail(`has two cases called "${metric}"`);
    metrics.add(metric);
  }
  for (const { metric, reference, target } of bench.cases) {
    if (reference === metric) fail(`"${metric}" is its own reference`);
    if (reference !== undefined && !metrics.has(reference))
      fail(`"${metric}" refers to "${reference}", which is no case`);
    if (target?.on === 'ratio' && reference === undefined) fail(`"${metric}" has a target on a ratio but no reference`);
    if (target !== undefined && target.min === undefined && target.max === undefined) {
      fail(`"${metric}" has a target without bounds`);
    }
  }
}
