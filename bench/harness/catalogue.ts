/** The benchmarks that there are: one for each file of a folder. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { type Benchmark, checkBenchmark } from './benchmark.ts';

/** The command itself stands in the folder too. */
const NO_BENCHMARK = new Set(['run']);

/** Nobody has a benchmark of this name. The message lists those that exist, the nearest one first. */
export class UnknownBenchmarkError extends Error {
  override readonly name = 'UnknownBenchmarkError';

  constructor(name: string, names: readonly string[]) {
    const nearest = [...names].sort((a, b) => distance(a, name) - distance(b, name))[0];
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    super(`There is no benchmark "${name}".${hint} There are: ${names.join(', ') || 'none'}.`);
  }
}

/** In alphabetical order. */
export function benchmarkNames(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[^.]+\.ts$/.test(entry.name))
    .map((entry) => entry.name.slice(0, -'.ts'.length))
    .filter((name) => !NO_BENCHMARK.has(name))
    .sort();
}

/** The wanted names, or all of them if none is wanted. Throws an UnknownBenchmarkError. */
export function chooseBenchmarks(names: readonly string[], wanted: readonly string[]): readonly string[] {
  for (const name of wanted) if (!names.includes(name)) throw new UnknownBenchmarkError(name, names);
  return wanted.length === 0 ? names : [...new Set(wanted)];
}

/** Throws if the file exports no benchmark that makes sense. */
export async function loadBenchmark(folder: string, name: string): Promise<Benchmark> {
  const module = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { readonly bench?: Benchmark };
  if (module.bench === undefined) throw new Error(`bench/${name}.ts does not export "bench".`);
  checkBenchmark(name, module.bench);
  return module.bench;
}
