/**
 * What a pod asks of its node, as numbers by resource: cpu in thousandths, everything else in whole units.
 *
 * Containers and sidecars (restartable init containers) together, or the largest step of initialization if that is more;
 * plus the overhead; what the pod asks for as a whole replaces cpu, memory and huge pages. Upstream:
 * component-helpers/resource/helpers.go PodRequests, pkg/apis/core/v1/helper/qos/qos.go.
 */
import type { Container, Pod } from './object.ts';
import { parseQuantity, quantityMilli, quantityValue } from './quantity.ts';

export type ResourceAmounts = Record<string, number>;

type Quantities = Readonly<Record<string, string | number>>;

/** Which of a container's two lists is meant. */
type Which = 'requests' | 'limits';

export function podRequests(pod: Pod): ResourceAmounts {
  return podAmounts(pod, (container) => amountsOf(container.resources?.requests), 'requests');
}

export function podLimits(pod: Pod): ResourceAmounts {
  return podAmounts(pod, (container) => amountsOf(container.resources?.limits), 'limits');
}

/** Small amounts for containers that name none, in scores only (pkg/scheduler/util/pod_resources.go). */
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** As `podRequests`, where each container without a request of cpu or memory counts as a small one. */
export function nonZeroPodRequests(pod: Pod): ResourceAmounts {
  const fill = (container: Container): ResourceAmounts => {
    return { cpu: DEFAULT_MILLI_CPU, memory: DEFAULT_MEMORY, ...amountsOf(container.resources?.requests) };
  };
  return podAmounts(pod, fill, 'requests');
}

/** cpu in thousandths, everything else in whole units. */
export function amountsOf(quantities: Quantities | undefined): ResourceAmounts {
  const amounts: ResourceAmounts = {};
  for (const [resource, quantity] of Object.entries(quantities ?? {})) {
    amounts[resource] = resource === 'cpu' ? quantityMilli(quantity) : quantityValue(quantity);
  }
  return amounts;
}

function podAmounts({ spec }: Pod, amounts: (container: Container) => ResourceAmounts, which: Which): ResourceAmounts {
  const total: ResourceAmounts = {};
  for (const container of spec.containers) add(total, amounts(container));
  const sidecars: ResourceAmounts = {};
  const largest: ResourceAmounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = amounts(container);
    if (container.restartPolicy === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(largest, sidecars);
    } else {
      const step = { ...sidecars };
      add(step, own);
      raise(largest, step);
    }
  }
  raise(total, largest);
  const podLevel = (spec as { resources?: Partial<Record<Which, Quantities>> }).resources?.[which];
  for (const [resource, amount] of Object.entries(amountsOf(podLevel))) {
    if (resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-')) total[resource] = amount;
  }
  // A limit that is not there stays unlimited, whatever the overhead.
  for (const [resource, amount] of Object.entries(amountsOf(spec.overhead))) {
    if (which === 'requests' || total[resource] !== undefined) total[resource] = (total[resource] ?? 0) + amount;
  }
  return total;
}

function add(sum: ResourceAmounts, amounts: ResourceAmounts): void {
  for (const [resource, amount] of Object.entries(amounts)) sum[resource] = (sum[resource] ?? 0) + amount;
}

function raise(sum: ResourceAmounts, amounts: ResourceAmounts): void {
  for (const [resource, amount] of Object.entries(amounts)) sum[resource] = Math.max(sum[resource] ?? 0, amount);
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The quality of service that a pod's cpu and memory come to (ComputePodQOS). */
export function podQosClass({ spec }: Pod): QosClass {
  const podLevel = (spec as { resources?: Partial<Record<Which, Quantities>> }).resources;
  const holders =
    podLevel?.requests !== undefined || podLevel?.limits !== undefined
      ? [podLevel]
      : [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
  let named = false;
  let guaranteed = true;
  const sums = { requests: new Map<string, bigint>(), limits: new Map<string, bigint>() };
  for (const holder of holders) {
    for (const which of ['requests', 'limits'] as const) {
      for (const [resource, quantity] of Object.entries(holder?.[which] ?? {})) {
        const { nano = 0n } = parseQuantity(String(quantity)) ?? {};
        if ((resource !== 'cpu' && resource !== 'memory') || nano <= 0n) continue;
        named = true;
        sums[which].set(resource, (sums[which].get(resource) ?? 0n) + nano);
      }
    }
    const { cpu, memory } = holder?.limits ?? {};
    if (quantityMilli(cpu) === 0 || quantityValue(memory) === 0) guaranteed = false;
  }
  if (!named) return 'BestEffort';
  for (const [resource, amount] of sums.requests) if (sums.limits.get(resource) !== amount) guaranteed = false;
  return guaranteed && sums.requests.size === sums.limits.size ? 'Guaranteed' : 'Burstable';
}
