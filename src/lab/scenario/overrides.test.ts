import { describe, expect, it } from 'vitest';
import { parseOverride } from './overrides.ts';

describe('--set', () => {
  it.each<[text: string, path: (string | number)[], value: unknown]>([
    ['seed=7', ['seed'], 7],
    ['cluster.nodes[0].count=5', ['cluster', 'nodes', 0, 'count'], 5],
    ['cluster.nodes[0].zones=[a, b]', ['cluster', 'nodes', 0, 'zones'], ['a', 'b']],
    ['name=a=b', ['name'], 'a=b'],
    ['steps[2].fault={ crash: { processes: "*/etcd" } }', ['steps', 2, 'fault'], { crash: { processes: '*/etcd' } }],
    ['description=', ['description'], ''],
  ])('%s', (text, path, value) => {
    expect(parseOverride(text)).toEqual({ ok: true, override: { text, path, value } });
  });

  it.each(['seed', '=5', 'a..b=1', 'a[x]=1', 'name=[a'])('%s is refused, with what was expected', (text) => {
    expect(parseOverride(text)).toMatchObject({ ok: false });
  });
});
