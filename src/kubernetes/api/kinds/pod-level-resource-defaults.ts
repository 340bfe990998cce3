/**
 * What a pod asks for as a whole where it says so in part (KEP-2837): pkg/apis/core/v1/defaults.go, defaultHugePagePodLimits and
 * defaultPodRequests. The sums are those of AggregateContainerRequests in component-helpers/resource/helpers.go, exact.
 */
import type { Container, PodSpec } from '../object.ts';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../quantity.ts';
import type { ResourceList } from './resource-list-defaults.ts';

interface Resources {
  limits?: ResourceList;
  requests?: ResourceList;
}

/** In place. The containers' own requests have been filled in before. */
export function defaultPodLevelResources(spec: PodSpec): void {
  const { resources } = spec as { resources?: Resources };
  if (resources === undefined) return;
  defaultHugePageLimits(spec, resources);
  defaultRequests(spec, resources);
}

function defaultHugePageLimits(spec: PodSpec, resources: Resources): void {
  const { limits = {}, requests = {} } = resources;
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return;
  for (const [name, sum] of aggregated(spec, 'limits')) {
    if (isHugePages(name) && requests[name] === undefined) limits[name] ??= formatQuantity(sum);
  }
  if (Object.keys(limits).length > 0) resources.limits = limits;
}

/** What the containers ask for together; where they ask for nothing, the pod's limit. */
function defaultRequests(spec: PodSpec, resources: Resources): void {
  const { limits = {}, requests = {} } = resources;
  if (Object.keys(limits).length === 0) return;
  for (const [name, sum] of aggregated(spec, 'requests')) {
    if (name === 'cpu' || name === 'memory') requests[name] ??= formatQuantity(sum);
  }
  for (const [name, limit] of Object.entries(limits)) {
    if (name === 'cpu' || name === 'memory' || isHugePages(name)) requests[name] ??= limit;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

type Sums = Map<string, Quantity>;

/** Containers and sidecars together, or the largest step of initialization. */
function aggregated(spec: PodSpec, which: 'limits' | 'requests'): Sums {
  const total: Sums = new Map();
  const sidecars: Sums = new Map();
  const largest: Sums = new Map();
  for (const container of spec.containers ?? []) add(total, container, which);
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      add(total, container, which);
      add(sidecars, container, which);
      raise(largest, sidecars);
    } else {
      const step: Sums = new Map(sidecars);
      add(step, container, which);
      raise(largest, step);
    }
  }
  raise(total, largest);
  return total;
}

function add(sums: Sums, { resources }: Container, which: 'limits' | 'requests'): void {
  for (const [name, amount] of Object.entries(resources?.[which] ?? {})) {
    const quantity = parseQuantity(String(amount));
    if (quantity === undefined) continue;
    const before = sums.get(name);
    sums.set(name, before === undefined ? quantity : addQuantities(before, quantity));
  }
}

function raise(sums: Sums, others: Sums): void {
  for (const [name, quantity] of others) {
    const before = sums.get(name);
    if (before === undefined || compareQuantities(before, quantity) < 0) sums.set(name, quantity);
  }
}
