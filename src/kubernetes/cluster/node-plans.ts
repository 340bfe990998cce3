/** The nodes that a spec's groups come to: names, zones, addresses, labels. */
import { formatIp } from '../api/ip-address.ts';
import {
  type ClusterSpec,
  DEFAULT_CAPACITY,
  DEFAULT_REGION,
  DEFAULT_RESERVED,
  DEFAULT_ZONE,
  type NodePlan,
} from './cluster-spec.ts';

/** Nodes have addresses of 172.18.0.0/16, from this one on. */
const FIRST_NODE_IP = ((172 * 256 + 18) * 256 + 0) * 256 + 10;

/** A name that two nodes of the spec would have; undefined: there is none. */
export function nodeNamedTwice({ nodes }: ClusterSpec): string | undefined {
  const names = new Set<string>();
  for (const { name, count } of nodes) {
    for (let index = 0; index < (count ?? 1); index++) {
      const node = nameOf(name, count, index);
      if (names.has(node)) return node;
      names.add(node);
    }
  }
  return undefined;
}

/** In the order of the spec. @throws Error if two nodes have one name */
export function nodePlans(spec: ClusterSpec): NodePlan[] {
  const twice = nodeNamedTwice(spec);
  if (twice !== undefined) throw new Error(`Two nodes of the cluster are called "${twice}".`);
  const plans: NodePlan[] = [];
  for (const group of spec.nodes) {
    const { count, zones = [DEFAULT_ZONE], region = DEFAULT_REGION, clock, disks } = group;
    for (let index = 0; index < (count ?? 1); index++) {
      const name = nameOf(group.name, count, index);
      const zone = zones[index % zones.length] ?? DEFAULT_ZONE;
      plans.push({
        name,
        group: group.name,
        zone,
        region,
        ip: formatIp(FIRST_NODE_IP + plans.length),
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'topology.kubernetes.io/zone': zone,
          'topology.kubernetes.io/region': region,
          ...group.labels,
        },
        taints: group.taints ?? [],
        capacity: { ...DEFAULT_CAPACITY, ...group.capacity },
        reserved: group.reserved ?? DEFAULT_RESERVED,
        ...(clock === undefined ? {} : { clock }),
        ...(disks === undefined ? {} : { disks }),
      });
    }
  }
  return plans;
}

/** A group without a count is one node of its own name. */
function nameOf(group: string, count: number | undefined, index: number): string {
  return count === undefined ? group : `${group}-${index + 1}`;
}
