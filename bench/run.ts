/**
 * `npm run bench -- [NAME…] [--quick] [--json FILE]`: runs the benchmarks of this folder.
 *
 * Tables go to stdout, progress to stderr. Exit codes: 0 all targets met, 1 a target missed, 2 a mistake in the command
 * line, 3 a benchmark that did not run.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Command, CommanderError } from 'commander';
import { benchmarkNames, chooseBenchmarks, loadBenchmark, UnknownBenchmarkError } from './harness/catalogue.ts';
import { measure } from './harness/measure.ts';
import { type Machine, type Report, report, targetsMet } from './harness/report.ts';
import { table } from './harness/table.ts';

const FOLDER = import.meta.dirname;

interface Options {
  readonly quick?: boolean;
  readonly json?: string;
}

async function runBenchmarks(wanted: readonly string[], { quick = false, json }: Options): Promise<void> {
  const reports: Report[] = [];
  for (const name of chooseBenchmarks(benchmarkNames(FOLDER), wanted)) {
    const bench = await loadBenchmark(FOLDER, name);
    const samples = await measure(bench, quick, (round) => console.error(`${name}: ${round}`));
    const finished = report(name, bench, samples, quick, machine());
    console.log(`${table(finished)}\n`);
    reports.push(finished);
    // Written after each benchmark, so that a later one that fails does not take the figures with it.
    if (json !== undefined) writeFileSync(json, reports.map((one) => `${JSON.stringify(one)}\n`).join(''));
  }
  if (!reports.every(targetsMet)) process.exitCode = 1;
}

function machine(): Machine {
  const cores = cpus();
  return { node: process.versions.node, cpu: `${cores[0]?.model.trim() ?? 'unknown processor'} × ${cores.length}` };
}

const command = new Command('npm run bench --')
  .description('Measures what Wavetank costs.')
  .argument('[names...]', `which benchmarks to run; all if none is named: ${benchmarkNames(FOLDER).join(', ')}`)
  .option('--quick', 'use tiny sizes and judge nothing: this only shows that the benchmarks work')
  .option('--json <file>', 'write the results to a file, one line of JSON for each benchmark')
  .exitOverride()
  .action(runBenchmarks);

try {
  await command.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has said what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UnknownBenchmarkError) {
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 3;
  }
}
