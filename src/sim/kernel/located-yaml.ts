/**
 * YAML (and JSON, its subset) with positions: values, and where each of them is written. The only file that imports
 * the `yaml` package.
 *
 * 1. All mistakes of a text are reported, each with line and column. Text that cannot be understood gives no value.
 * 2. Values are plain: objects with text keys, lists, texts, numbers, booleans and null. A key `__proto__` is a key.
 * 3. Anchors and aliases work, but not aliases of what they are in, nor so many that a small text becomes a huge value.
 * 4. `parseYaml(printYaml(value))` is `value` for plain data without -0, NaN and infinities.
 *
 * YAML 1.2, core schema: `yes`, `no`, `on` and `off` are texts, merge keys (`<<`) mean nothing, custom tags are mistakes.
 */
import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
  visit,
} from 'yaml';
import type { Path, Positions } from './problem.ts';

/** A mistake of the text itself. */
export interface YamlProblem {
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

/** One document of a text: its value, and where each part of it is. */
export interface LocatedDocument extends Positions {
  readonly value: unknown;
}

export interface LocatedYaml {
  /** Only those that can be understood. An empty text has none; a document of nothing but comments is null. */
  readonly documents: readonly LocatedDocument[];
  readonly problems: readonly YamlProblem[];
}

/** Parses all documents of a text. */
export function parseYaml(text: string): LocatedYaml {
  const lines = new LineCounter();
  const tooDeep = depthProblem(text);
  if (tooDeep !== undefined) return { documents: [], problems: [tooDeep] };
  const parsed = parseAllDocuments<Node>(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Otherwise !!set, !!timestamp and the like would give values that are not plain.
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const documents: LocatedDocument[] = [];
  const problems: YamlProblem[] = [];
  for (const document of 'empty' in parsed ? [] : parsed) {
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      problems.push(problemAt(lines, pos[0], explain(code, message, text, pos[0])));
    }
    const aliases = settleAliases(document, lines);
    problems.push(...aliases.problems);
    if (!aliases.sound || document.errors.some(({ code }) => !HARMLESS.includes(code))) continue;
    try {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      documents.push({ value, positionOf: (path, place) => positionOf(document, lines, path, place) });
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      problems.push(problemAt(lines, document.range?.[0] ?? 0, TOO_MANY_ALIASES));
    }
  }
  return { documents, problems };
}

/** How `printYaml` lays out. */
export interface YamlLayout {
  /** Collections this deep (the root is 0) or deeper are written in one line where they fit: `{ a: [b, c] }`. */
  readonly flowFromDepth?: number;
}

/** Prints plain data as one document. Equal values give equal texts; keys keep their order. */
export function printYaml(value: unknown, { flowFromDepth = Number.POSITIVE_INFINITY }: YamlLayout = {}): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_key, node, ancestors) => {
      const depth = ancestors.filter((ancestor) => isCollection(ancestor)).length;
      if (depth >= flowFromDepth) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: false, blockQuote: 'literal' });
}

/** After these mistakes the rest of a document is still what its author meant. */
const HARMLESS: readonly string[] = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS'];

const MAX_ALIASES = 1000;
const MAX_FLOW_DEPTH = 64;
const MAX_BLOCK_COLUMN = 400;

interface Explanation {
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

const TOO_MANY_ALIASES: Explanation = {
  found: 'too many aliases',
  expected: `at most ${MAX_ALIASES} aliases`,
  message: `the aliases (*name) of this document multiply into too many values; at most ${MAX_ALIASES} are allowed.`,
};

function problemAt(lines: LineCounter, offset: number, explanation: Explanation): YamlProblem {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1), ...explanation };
}

/** Says in plain words what the parser says in its own. */
function explain(code: string, message: string, text: string, offset: number): Explanation {
  const word = /^[^\s,\]}#]*/.exec(text.slice(offset))?.[0] ?? '';
  switch (code) {
    case 'TAB_AS_INDENT':
      return {
        found: 'a tab',
        expected: 'spaces',
        message: 'this line is indented with a tab; YAML allows only spaces here.',
      };
    case 'DUPLICATE_KEY': {
      const key = /^"[^"]*"|^'[^']*'|^[^:\s]*/.exec(text.slice(offset))?.[0] ?? '';
      return {
        found: key,
        expected: 'each key once',
        message: `the key ${/^["']/.test(key) ? key : `"${key}"`} is here for the second time.`,
      };
    }
    case 'NON_STRING_KEY':
      return { found: word, expected: 'a text as key', message: 'a key must be a text, not a list or an object.' };
    case 'BAD_ALIAS':
      return starInQuotes(text.slice(Math.max(0, offset - 1)).startsWith('*') ? '*' : word);
    case 'TAG_RESOLVE_FAILED':
      return { found: word, expected: 'no tag', message: `${word} is a YAML tag, and there are none here.` };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        found: 'a second ": " in one line',
        expected: 'one key in a line',
        message: 'a second "key: value" in one line; put it in a line of its own, in braces, or the text in quotes.',
      };
    case 'BLOCK_IN_FLOW':
      return {
        found: word,
        expected: 'a comma or a closing bracket',
        message: 'here, within brackets, a comma or a closing bracket is missing.',
      };
    case 'UNEXPECTED_TOKEN':
      return {
        found: word,
        expected: 'nothing',
        message: `${word} was not expected here; check what stands before it.`,
      };
    default: {
      const unclosed = /^Flow (?:map|sequence) .* end with a (.)$/.exec(message)?.[1];
      const says = unclosed === undefined ? lowerFirst(message) : `a ${unclosed} is missing before this place`;
      return { found: word === '' ? 'the end' : word, expected: unclosed ?? 'YAML', message: `${says}.` };
    }
  }
}

function starInQuotes(source: string): Explanation {
  return {
    found: source,
    expected: 'a text in quotes',
    message: `in YAML a * at the beginning refers to an anchor, and there is none; put quotes around it: '${source}'.`,
  };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/**
 * The parser recurses, and far too deep a text would end the whole process; so depth is bounded before it runs. A block
 * is never deeper than its column.
 */
function depthProblem(text: string): YamlProblem | undefined {
  let depth = 0;
  let line = 1;
  for (const token of new Lexer().lex(text)) {
    if (token === '\n' || token === '\r\n') line++;
    else if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    else if (token.includes('\n')) line += token.split('\n').length - 1;
    if (depth > MAX_FLOW_DEPTH) return tooDeep(line, `at most ${MAX_FLOW_DEPTH} brackets within each other`);
  }
  const deepLine = text.split('\n').findIndex((content) => {
    const indentation = /^(?: |[-?:] )*/.exec(content)?.[0] ?? '';
    return indentation.length > MAX_BLOCK_COLUMN;
  });
  return deepLine < 0 ? undefined : tooDeep(deepLine + 1, `an indentation of at most ${MAX_BLOCK_COLUMN} columns`);
}

function tooDeep(line: number, expected: string): YamlProblem {
  return {
    line,
    column: 1,
    found: 'deeper ones',
    expected,
    message: `this is nested too deeply; expected ${expected}.`,
  };
}

/** Checks each alias; one that refers to nothing becomes the text that it was meant to be, so that checks can go on. */
function settleAliases(document: Document<Node>, lines: LineCounter): { problems: YamlProblem[]; sound: boolean } {
  const problems: YamlProblem[] = [];
  let sound = true;
  let count = 0;
  const anchors = new Map<string, Node>();
  // Nodes are visited in the order of the text, so that the map always holds what an alias can refer to by now.
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return undefined;
      }
      const offset = node.range?.[0] ?? 0;
      const target = anchors.get(node.source);
      if (target === undefined) {
        // The parser has complained about a lone * itself.
        if (node.source !== '') problems.push(problemAt(lines, offset, starInQuotes(`*${node.source}`)));
        const text = new Scalar(`*${node.source}`);
        text.range = node.range ?? null;
        return text;
      }
      if (ancestors.includes(target)) {
        problems.push(problemAt(lines, offset, inItself(node.source)));
        sound = false;
      }
      count++;
      if (count <= MAX_ALIASES) return undefined;
      problems.push(problemAt(lines, offset, TOO_MANY_ALIASES));
      sound = false;
      return visit.BREAK;
    },
  });
  return { problems, sound };
}

function inItself(name: string): Explanation {
  return {
    found: `*${name}`,
    expected: 'an anchor that has ended',
    message: `*${name} refers to what it is part of, which would never end.`,
  };
}

function positionOf(
  document: Document<Node>,
  lines: LineCounter,
  path: Path,
  place: 'key' | 'value',
): { line: number; column: number } {
  let node: unknown = document.contents;
  let key: unknown;
  for (const step of path) {
    const target = isAlias(node) ? node.resolve(document) : node;
    let next: { key: unknown; value: unknown } | undefined;
    if (isMap(target)) {
      // Of duplicate keys the last one is the one whose value counts.
      next = target.items.findLast(({ key: name }) => (isScalar(name) ? String(name.value) : '') === String(step));
    } else if (isSeq(target) && typeof step === 'number' && step < target.items.length) {
      next = { key: target.items[step], value: target.items[step] };
    }
    if (next === undefined) return nodePosition(lines, [key, node, document.contents]);
    ({ key, value: node } = next);
  }
  return nodePosition(lines, place === 'key' ? [key, node, document.contents] : [node, key, document.contents]);
}

/** Of the first of the nodes that is written somewhere. */
function nodePosition(lines: LineCounter, nodes: readonly unknown[]): { line: number; column: number } {
  for (const node of nodes) {
    const range = isNode(node) ? node.range : undefined;
    if (range) {
      const { line, col } = lines.linePos(range[0]);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    }
  }
  return { line: 1, column: 1 };
}
