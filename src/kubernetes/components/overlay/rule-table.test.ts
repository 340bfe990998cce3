import { describe, expect, it } from 'vitest';
import type { RulesRequest, ServiceRule } from '../../protocol/node-network.ts';
import { changeRules, noRules, ruleFor } from './rule-table.ts';

const rule = (name: string, fields: Partial<ServiceRule> = {}): ServiceRule => ({
  name,
  protocol: 'TCP',
  clusterIp: '10.96.0.10',
  port: 80,
  nodePort: 0,
  affinitySeconds: 0,
  endpoints: [{ ip: '10.244.1.2', port: 8080 }],
  ...fields,
});

const to = (ip: string, port: number) =>
  ({ protocol: 'TCP', source: { ip: '10.244.1.9', port: 40_000 }, destination: { ip, port }, payload: null }) as const;

function tableOf(...changes: Partial<RulesRequest['rules']>[]) {
  const table = noRules();
  for (const change of changes) changeRules(table, { replace: false, services: [], removed: [], ...change });
  return table;
}

const nameFor = (table: ReturnType<typeof noRules>, ip: string, port: number) => {
  const found = ruleFor(table, to(ip, port), '172.18.0.10');
  return typeof found === 'object' ? found.name : found;
};

describe('rules', () => {
  it.each<
    [what: string, changes: Partial<RulesRequest['rules']>[], ip: string, port: number, found: string | undefined]
  >([
    ['a cluster IP and its port', [{ services: [rule('a')] }], '10.96.0.10', 80, 'a'],
    ['another port of a cluster IP is refused', [{ services: [rule('a')] }], '10.96.0.10', 81, 'refused'],
    ['an address of no service', [{ services: [rule('a')] }], '10.244.1.2', 80, undefined],
    ['a node port of this node', [{ services: [rule('a', { nodePort: 30_080 })] }], '172.18.0.10', 30_080, 'a'],
    [
      'a node port of another node',
      [{ services: [rule('a', { nodePort: 30_080 })] }],
      '172.18.0.11',
      30_080,
      undefined,
    ],
    ['a removed rule', [{ services: [rule('a')] }, { removed: ['a'] }], '10.96.0.10', 80, undefined],
    [
      'what is left of a service after one of its ports has gone',
      [{ services: [rule('a'), rule('b', { port: 81 })] }, { removed: ['a'] }],
      '10.96.0.10',
      80,
      'refused',
    ],
    [
      'an address that passes from one service to another',
      [{ services: [rule('a')] }, { services: [rule('b')], removed: ['a'] }],
      '10.96.0.10',
      80,
      'b',
    ],
    ['a replacement', [{ services: [rule('a')] }, { replace: true, services: [] }], '10.96.0.10', 80, undefined],
  ])('%s', (_, changes, ip, port, found) => {
    expect(nameFor(tableOf(...changes), ip, port)).toBe(found);
  });
});
