/**
 * The command line: commands, options, help, and exit codes. The only file that knows commander.
 *
 * 0: all is well. 1: a check failed, or two traces differ. 2: a mistake in the command or in a file that it names.
 * 3: a bug in wavetank. 130: interrupted.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { diffCommand } from './diff-command.ts';
import { runCommand } from './run-command.ts';
import type { RunOptions } from './run-options.ts';
import { type TankOptions, tankCommand } from './tank-command.ts';
import type { Terminal } from './terminal.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  wavetank run scenarios/first-pod.yaml --seed 7               a scenario on a simulated Kubernetes cluster
  wavetank run my-manifests.yaml                               plain manifests, on a cluster of three nodes
  wavetank tank ping-pong/world.js --seed 7                    one run, and what came of it
  wavetank tank ping-pong/world.js --seeds 1..100              many runs, and which of them failed
  wavetank tank ping-pong/world.js --seed 7 --trace a.jsonl    every event of a run
  wavetank diff a.jsonl b.jsonl                                the first event in which two runs differ

Exit codes: 0 all is well, 1 a check failed or two traces differ, 2 a mistake in the command or in a file,
3 a bug in wavetank, 130 interrupted.`;

const RUN_EXAMPLES = `
Examples:
  wavetank run scenarios/first-pod.yaml                        the scenario under its own seed
  wavetank run scenarios/shop.yaml --seed 8                    another seed: other latencies, names, choices
  wavetank run shop.yaml --set cluster.nodes[0].count=5        with a field of the scenario replaced
  wavetank run my-manifests.yaml                               plain manifests on three nodes, until they settle
  wavetank run my-manifests.yaml --state after.yaml            what kubectl get -o yaml would show at the end`;

const TANK_EXAMPLES = `
MODULE is a JavaScript module that exports \`tank\`: { name, about, forMs, world(seed, plan) }.

Examples:
  wavetank tank ping-pong/world.js                             seed 1, as long as the tank says
  wavetank tank ping-pong/world.js --seed 7 --for 2m           another seed, two minutes of virtual time
  wavetank tank ping-pong/world.js --plan faults.yaml          with the faults of a file
  wavetank tank ping-pong/world.js --seeds 1..100 --json       for programs`;

/** Runs one command. Returns the exit code; never throws. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = new Command('wavetank')
    .description('A wave tank for distributed systems: deterministic worlds under faults, with checks on every run.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
      outputError: (text, write) => write(text.replace(/^error: /, `${terminal.errorColors.red('error')}: `)),
    })
    .showHelpAfterError('(wavetank --help lists what there is)')
    .exitOverride();
  program
    .command('run')
    .summary('run a scenario, or plain Kubernetes manifests, on a simulated cluster')
    .description(
      'Runs a scenario on a simulated Kubernetes cluster, and prints what mattered, how its checks stand, and how to replay ' +
        'it. A file of plain manifests runs on a cluster of three nodes until it settles.',
    )
    .argument('<file>', 'a scenario, or Kubernetes manifests; YAML or JSON')
    .option('--seed <n>', "the run's seed (default: the scenario's, or 1)")
    .option('--set <path=value>', 'replaces a field of the scenario; may be repeated', collect, [])
    .option('--until <duration>', 'ends the run at this virtual time, like 90s or 1m30s')
    .option('--trace <file>', 'writes every event to FILE.jsonl or FILE.txt')
    .option('--state <file>', 'writes every object at the end to FILE.yaml or FILE.json')
    .option('--json', 'prints the result as JSON')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (file: string, options: RunOptions) => {
      code = await runCommand(file, options, terminal);
    });
  program
    .command('tank')
    .summary('run a tank and say what came of it')
    .description('Runs a tank under a seed, and prints what mattered, how its checks stand, and how to replay it.')
    .argument('<module>', 'the module that exports the tank')
    .option('--seed <n>', "the run's seed (default: the plan's, or 1)")
    .option('--seeds <a..b>', 'runs each of these seeds and prints one line per failure')
    .option('--for <duration>', "virtual time, like 90s or 1m30s (default: the plan's, or the tank's)")
    .option('--plan <file>', 'faults and their times, as YAML or JSON')
    .option('--trace <file>', 'writes every event to FILE.jsonl or FILE.txt')
    .option('--json', 'prints the result as JSON')
    .addHelpText('after', TANK_EXAMPLES)
    .action(async (module: string, options: TankOptions) => {
      code = await tankCommand(module, options, terminal);
    });
  program
    .command('diff')
    .summary('name the first event in which two traces differ')
    .description('Compares two traces that were written with --trace FILE.jsonl. Exit code 0: equal; 1: different.')
    .argument('<a>', 'a trace, FILE.jsonl')
    .argument('<b>', 'another')
    .action(async (a: string, b: string) => {
      code = await diffCommand(a, b, terminal);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, terminal);
  }
}

function report(error: unknown, { error: write, errorColors }: Terminal): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    write(`${errorColors.red('error')}: ${error.message}\n`);
    return 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(
    `${errorColors.red('error')}: this is a bug in wavetank; please report it with the command and what follows.\n${stack}\n`,
  );
  return 3;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function version(): string {
  // By the package's own name, since the compiled file lies deeper than its source.
  const { version } = createRequire(import.meta.url)('wavetank/package.json') as { version: string };
  return version;
}
