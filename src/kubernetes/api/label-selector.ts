/**
 * Label selectors: the text of URLs (`app=web,tier in (a,b),!old,gen>3`) and the object of specs, both as a list of
 * requirements that must all hold. Upstream: apimachinery/pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go.
 */

import { parseInt64 } from './int64.ts';
import { byCodeUnits } from './json-value.ts';
import { labelKeyProblems, labelValueProblems } from './label-syntax.ts';
import type { LabelSelector } from './object.ts';

export type LabelOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** Of In and NotIn one at least, of Gt and Lt one, of the others none. */
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** The requirements, or what is wrong with the text. An empty text selects everything. */
export function parseLabelSelector(text: string): LabelRequirement[] | string {
  const tokens = tokensOf(text);
  const requirements: LabelRequirement[] = [];
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const next = (): string => tokens[at++] ?? '';
  if (isSeparator(peek()) && peek() !== '!' && peek() !== '') {
    return `found '${peek()}', expected: !, identifier, or 'end of string'`;
  }
  while (at < tokens.length) {
    const read = readRequirement(peek, next);
    if (typeof read === 'string') return `unable to parse requirement: ${read}`;
    const problem = requirementProblem(read);
    if (problem !== undefined) return `unable to parse requirement: ${problem}`;
    requirements.push(read);
    if (at === tokens.length) break;
    const comma = next();
    if (comma !== ',') return `found '${comma}', expected: ',' or 'end of string'`;
    if (isSeparator(peek()) && peek() !== '!') return `found '${peek()}', expected: identifier after ','`;
  }
  return requirements.sort((a, b) => byCodeUnits(a.key, b.key));
}

/** Whether labels meet every requirement. */
export function matchesLabels(requirements: readonly LabelRequirement[], labels: Labels): boolean {
  return requirements.every((requirement) => meetsRequirement(requirement, labels));
}

/** Whether labels meet a selector of a spec. An empty selector selects everything, an absent one nothing. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  return (selector.matchExpressions ?? []).every((each) => meetsRequirement(each, labels));
}

/** The text of a spec's selector, as status.selector of a scale has it. */
export function formatLabelSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const parts = Object.entries(matchLabels).map(([key, value]): [string, string] => [key, `${key}=${value}`]);
  for (const { key, operator, values = [] } of matchExpressions) {
    const list = `(${[...values].sort().join(',')})`;
    if (operator === 'In') parts.push([key, `${key} in ${list}`]);
    else if (operator === 'NotIn') parts.push([key, `${key} notin ${list}`]);
    else parts.push([key, operator === 'Exists' ? key : `!${key}`]);
  }
  return parts
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([, text]) => text)
    .join(',');
}

/** A requirement as specs have it: unchecked. */
interface WrittenRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Whether labels meet one requirement. Gt and Lt compare whole numbers of 64 bits only; anything else meets neither. */
export function meetsRequirement({ key, operator, values = [] }: WrittenRequirement, labels: Labels): boolean {
  const found = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
    case 'Gt':
    case 'Lt': {
      const [number, bound] = [parseInt64(found), parseInt64(values[0])];
      if (number === undefined || bound === undefined) return false;
      return operator === 'Gt' ? number > bound : number < bound;
    }
    default:
      return false;
  }
}

/** Separators stand alone, everything between them is a word; blanks only separate. */
function tokensOf(text: string): string[] {
  return [...text.matchAll(/==|!=|[=,()!<>]|[^ \t\r\n=,()!<>]+/g)].map(([token]) => token);
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  in: 'In',
  notin: 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
};

function readRequirement(peek: () => string, next: () => string): LabelRequirement | string {
  const negated = peek() === '!';
  if (negated) next();
  const key = next();
  if (isSeparator(key)) return `found '${key}', expected: identifier`;
  if (negated) return { key, operator: 'DoesNotExist', values: [] };
  if (peek() === '' || peek() === ',') return { key, operator: 'Exists', values: [] };
  const word = next();
  const operator = Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined;
  if (operator === undefined) return `found '${word}', expected: in, notin, =, ==, !=, >, <`;
  if (word === 'in' || word === 'notin') return readList(key, operator, next);
  const value = peek() === '' || peek() === ',' ? '' : next();
  if (isSeparator(value) && value !== '') return `found '${value}', expected: identifier`;
  return { key, operator, values: [value] };
}

function readList(key: string, operator: LabelOperator, next: () => string): LabelRequirement | string {
  const opening = next();
  if (opening !== '(') return `found '${opening}' expected: '('`;
  const values: string[] = [];
  for (let value = ''; ; ) {
    const token = next();
    if (token === ',' || token === ')') {
      values.push(value);
      value = '';
      if (token === ')') return { key, operator, values: [...new Set(values)].sort() };
    } else if (isSeparator(token)) return `found '${token}', expected: ',', ')' or identifier`;
    else if (value !== '') return `found '${token}', expected: ',' or ')'`;
    else value = token;
  }
}

function isSeparator(token: string): boolean {
  return /^(?:==|!=|[=,()!<>])?$/.test(token);
}

/** Upstream writes the path of a key as Go writes nil, and several mistakes in brackets. */
function requirementProblem({ key, operator, values }: LabelRequirement): string | undefined {
  const keyProblems = labelKeyProblems(key);
  if (keyProblems.length > 0) return `<nil>: Invalid value: ${JSON.stringify(key)}: ${keyProblems.join('; ')}`;
  const problems: string[] = [];
  const add = (path: string, value: string, what: string): void => {
    problems.push(`${path}: Invalid value: ${JSON.stringify(value)}: ${what}`);
  };
  for (const [index, value] of values.entries()) {
    if ((operator !== 'Gt' && operator !== 'Lt') || parseInt64(value) !== undefined) continue;
    add(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer");
  }
  for (const [index, value] of values.entries()) {
    const valueProblems = labelValueProblems(value);
    if (valueProblems.length > 0) add(`values[${index}][${key}]`, value, valueProblems.join('; '));
  }
  if (problems.length === 0) return undefined;
  return problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
}
