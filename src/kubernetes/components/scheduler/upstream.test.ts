/** Cases of upstream's own test tables, restated as data; each names its source. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Node, objectKey, type Pod } from '../../api/object.ts';
import { assumePod, cacheNode, cachePod, emptyCache, nodesInOrder } from './cache.ts';
import { PLUGINS } from './plugins/plugins.ts';

interface Case {
  readonly id: string;
  readonly source: string;
  readonly plugin: string;
  readonly nodes: Node[];
  readonly existingPods: Pod[];
  readonly pod: Pod;
  readonly feasibleNodes?: string[];
  readonly codes?: Record<string, string>;
  readonly expectedScores?: Record<string, number>;
}

const load = (file: string): Case[] =>
  JSON.parse(readFileSync(new URL(`./upstream/${file}.json`, import.meta.url), 'utf8'));

function cacheOf({ nodes, existingPods }: Case) {
  const cache = emptyCache();
  for (const node of nodes) cacheNode(cache, node);
  for (const [index, pod] of existingPods.entries()) {
    // Some cases give their pods no name.
    const metadata = { ...pod.metadata, name: pod.metadata.name ?? `existing-${index}` };
    if (pod.spec.nodeName !== undefined) cachePod(cache, { ...pod, metadata });
  }
  return cache;
}

describe('filters', () => {
  it.each(load('filter'))('$id: $source', (each) => {
    const feasible = nodesInOrder(cacheOf(each)).filter((info) =>
      PLUGINS.every(({ filter }) => (filter?.(each.pod, info).code ?? 'Success') === 'Success'),
    );
    expect(feasible.map(({ name }) => name).sort()).toEqual([...(each.feasibleNodes ?? [])].sort());
    const plugin = PLUGINS.find(({ name }) => name === each.plugin);
    for (const [node, code] of Object.entries(each.codes ?? {})) {
      const info = nodesInOrder(cacheOf(each)).find(({ name }) => name === node);
      expect(info && plugin?.filter?.(each.pod, info).code, node).toBe(code);
    }
  });
});

describe('scores', () => {
  it.each(load('score'))('$id: $source', (each) => {
    const plugin = PLUGINS.find(({ name }) => name === each.plugin);
    const infos = nodesInOrder(cacheOf(each));
    const raw = infos.map((info) => plugin?.score?.(each.pod, info) ?? 0);
    const scores = plugin?.normalize?.(raw) ?? raw;
    expect(Object.fromEntries(infos.map(({ name }, index) => [name, scores[index]]))).toEqual(each.expectedScores);
  });
});

describe('the cache', () => {
  it('counts an assumed pod once, also after the API server has confirmed it on another node', () => {
    const [each] = load('score');
    if (each === undefined) throw new Error('a case');
    const cache = cacheOf(each);
    const pod = { ...each.pod, spec: { ...each.pod.spec, nodeName: 'node2' } };
    assumePod(cache, each.pod, 'node1');
    cachePod(cache, pod);
    const on = nodesInOrder(cache).filter(({ pods }) => pods.has(objectKey(pod)));
    expect(on.map(({ name }) => name)).toEqual(['node2']);
    expect(nodesInOrder(cache)[0]?.requested).toEqual({ cpu: 0, memory: 0 });
  });
});
