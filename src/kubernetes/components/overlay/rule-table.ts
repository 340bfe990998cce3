/** kube-proxy's rules as a node's kernel has them: found by address and port in one step, as nftables' maps are. */
import type { Packet } from '../../protocol/container.ts';
import type { RulesRequest, ServiceRule } from '../../protocol/node-network.ts';

export interface RuleTable {
  /** By name. Rules are frozen. */
  readonly rules: Map<string, ServiceRule>;
  /** From `TCP 10.96.0.10:80` to a rule's name. */
  readonly byClusterIp: Map<string, string>;
  /** From `TCP 30080` to a rule's name. */
  readonly byNodePort: Map<string, string>;
  /** From cluster IP to how many rules have it: traffic to another port of one is refused. */
  readonly clusterIps: Map<string, number>;
}

export function noRules(): RuleTable {
  return { rules: new Map(), byClusterIp: new Map(), byNodePort: new Map(), clusterIps: new Map() };
}

export function changeRules(table: RuleTable, { replace, services, removed }: RulesRequest['rules']): void {
  if (replace) for (const map of [table.rules, table.byClusterIp, table.byNodePort, table.clusterIps]) map.clear();
  for (const name of removed) remove(table, name);
  for (const rule of services) remove(table, rule.name);
  for (const rule of services) {
    table.rules.set(rule.name, rule);
    table.byClusterIp.set(`${rule.protocol} ${rule.clusterIp}:${rule.port}`, rule.name);
    if (rule.nodePort !== 0) table.byNodePort.set(`${rule.protocol} ${rule.nodePort}`, rule.name);
    table.clusterIps.set(rule.clusterIp, (table.clusterIps.get(rule.clusterIp) ?? 0) + 1);
  }
}

/** Whether a packet comes from a pod or process of this node, or from another node. */
export type Origin = 'here' | 'elsewhere';

/**
 * The rule that a packet meets, with the endpoints that are meant for it: of its cluster IP, or of its node port if it goes
 * to an address of this node. `refused`: the address is some service's, the port is not.
 */
export function ruleFor(
  table: RuleTable,
  { protocol, destination: { ip, port } }: Packet,
  nodeIp: string,
  origin: Origin = 'here',
): ServiceRule | 'refused' | undefined {
  const name = table.byClusterIp.get(`${protocol} ${ip}:${port}`);
  if (name !== undefined) return table.rules.get(name);
  if (table.clusterIps.has(ip)) return 'refused';
  const rule = ip === nodeIp ? table.rules.get(table.byNodePort.get(`${protocol} ${port}`) ?? '') : undefined;
  if (rule === undefined) return undefined;
  const { nodePortEndpoints, externalEndpoints } = rule;
  const endpoints = (origin === 'elsewhere' ? externalEndpoints : undefined) ?? nodePortEndpoints;
  return endpoints === undefined ? rule : { ...rule, endpoints };
}

function remove(table: RuleTable, name: string): void {
  const rule = table.rules.get(name);
  if (rule === undefined) return;
  table.rules.delete(name);
  // Another rule may have taken the address meanwhile.
  dropIf(table.byClusterIp, `${rule.protocol} ${rule.clusterIp}:${rule.port}`, name);
  dropIf(table.byNodePort, `${rule.protocol} ${rule.nodePort}`, name);
  const count = (table.clusterIps.get(rule.clusterIp) ?? 1) - 1;
  if (count === 0) table.clusterIps.delete(rule.clusterIp);
  else table.clusterIps.set(rule.clusterIp, count);
}

function dropIf(map: Map<string, string>, key: string, name: string): void {
  if (map.get(key) === name) map.delete(key);
}
