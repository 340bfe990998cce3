/**
 * A verdict as text for people: the longest prefix in its order, with the state after each operation; then the operation
 * that cannot be placed; then everything else that might have come next, and what the model says to it.
 */

import type { Operation } from './history.ts';
import type { LinearizabilityResult, PartitionResult } from './linearizable.ts';
import { describeState, type Model } from './model.ts';
import type { Blocked } from './search.ts';

/** Lines without a newline at the end. Times are virtual milliseconds. */
export function explainHistory<State, Input, Output>(result: LinearizabilityResult<State, Input, Output>): string {
  const { model, partitions, verdict, steps } = result;
  const title = `${model.name}: ${VERDICTS[verdict]} (${counted(partitions.length, 'partition')}, ${counted(steps, 'step')})`;
  const sections = partitions
    .filter((partition) => partition.verdict === verdict)
    .map((partition) => explainPartition(model, partition));
  return [title, ...sections].join('\n\n');
}

const VERDICTS = {
  linearizable: 'linearizable',
  'not-linearizable': 'NOT linearizable',
  undecided: 'undecided, the search ran out of steps',
};

function explainPartition<State, Input, Output>(
  model: Model<State, Input, Output>,
  result: PartitionResult<State, Input, Output>,
): string {
  const of = result.partition === '' ? '' : ` of partition ${result.partition}`;
  switch (result.verdict) {
    case 'linearizable':
      return `A linearization${of}:\n${prefixTable(model, result.partition, result.order)}`;
    case 'undecided':
      return `The longest prefix${of} so far:\n${prefixTable(model, result.partition, result.longestPrefix)}`;
    case 'not-linearizable':
      return [
        `The longest prefix${of} that can be put in order:`,
        prefixTable(model, result.partition, result.longestPrefix),
        '',
        blockedSentence(model, result.longestPrefix, result.blocked),
        candidateTable(model, result.blocked),
      ].join('\n');
    default:
      return result satisfies never;
  }
}

function prefixTable<State, Input, Output>(
  model: Model<State, Input, Output>,
  partition: string,
  order: readonly Operation<Input, Output>[],
): string {
  let state = model.init(partition);
  const rows = [['0', '', 'initially', '', describeState(model, state)]];
  order.forEach((operation, index) => {
    const next = model.step(state, operation.input, operation.output);
    if (next === undefined)
      throw new Error(`The model ${model.name} is not pure: operation ${operation.id} fitted before.`);
    state = next;
    rows.push([`${index + 1}`, ...columns(model, operation), describeState(model, state)]);
  });
  return aligned(rows);
}

/** The short form: one sentence that names the operation that cannot be placed, and the state that it contradicts. */
export function blockedSentence<State, Input, Output>(
  model: Model<State, Input, Output>,
  prefix: readonly Operation<Input, Output>[],
  { operation, state }: Blocked<State, Input, Output>,
): string {
  const last = prefix.at(-1);
  const after = last === undefined ? 'initially' : `after ${sentence(model, last)}`;
  return `Cannot be placed: client ${sentence(model, operation)}, but ${describeState(model, state)} ${after}.`;
}

function candidateTable<State, Input, Output>(
  model: Model<State, Input, Output>,
  { candidates }: Blocked<State, Input, Output>,
): string {
  const rows = candidates.map(({ operation, next }) => [
    '',
    ...columns(model, operation),
    next === undefined
      ? 'impossible here'
      : `possible, then ${describeState(model, next)}, but nothing that returned fits`,
  ]);
  return `What could take effect next:\n${aligned(rows)}`;
}

function columns<State, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
): [client: string, what: string, when: string] {
  return [operation.client, model.describe(operation.input, operation.output), span(operation)];
}

function sentence<State, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
): string {
  const when = operation.returnedAt === undefined ? `invoked at ${span(operation)}` : `at ${span(operation)}`;
  return `${operation.client} ${model.describe(operation.input, operation.output)} ${when}`;
}

function span({ invokedAt, returnedAt }: Operation<unknown, unknown>): string {
  if (returnedAt === undefined) return `${milliseconds(invokedAt)} ms, outcome unknown`;
  return `${milliseconds(invokedAt)}–${milliseconds(returnedAt)} ms`;
}

function milliseconds(micros: number): string {
  return (micros / 1000).toFixed(3);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
