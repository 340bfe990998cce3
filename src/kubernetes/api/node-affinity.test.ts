/** How node selector terms select (component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go, v1.34). */
import { describe, expect, it } from 'vitest';
import { matchesTerm, type NodeSelectorTerm } from './node-affinity.ts';
import type { Node } from './object.ts';

const node = (labels: Record<string, string>): Pick<Node, 'metadata'> => ({
  metadata: { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z', labels },
});

type Operator = NonNullable<NodeSelectorTerm['matchExpressions']>[number]['operator'];

describe('a term of a node selector', () => {
  it.each<[string, Operator, string[], Record<string, string>, boolean]>([
    ['takes one of its values', 'In', ['1', '2'], { x: '2' }, true],
    ['takes nothing for none of them', 'In', ['1'], {}, false],
    ['takes what is absent for another value', 'NotIn', ['1'], {}, true],
    ['compares numbers, not texts', 'Gt', ['9'], { x: '10' }, true],
    ['compares numbers beyond 2^53', 'Gt', ['9007199254740992'], { x: '9007199254740993' }, true],
    ['compares downwards as well', 'Lt', ['10'], { x: '9' }, true],
    ['compares whole numbers only', 'Gt', ['1'], { x: '1.5' }, false],
    ['compares numbers of 64 bits only', 'Gt', ['1'], { x: '9223372036854775808' }, false],
  ])('%s', (_, operator, values, labels, expected) => {
    expect(matchesTerm({ matchExpressions: [{ key: 'x', operator, values }] }, node(labels))).toBe(expected);
  });

  it('takes what every object inherits for no label', () => {
    const term = { matchExpressions: [{ key: 'constructor', operator: 'Exists' as const }] };
    expect(matchesTerm(term, node({}))).toBe(false);
    expect(matchesTerm(term, node({ constructor: 'x' }))).toBe(true);
  });

  it('that is empty selects nothing', () => {
    expect(matchesTerm({}, node({}))).toBe(false);
  });
});
