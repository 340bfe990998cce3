/**
 * Gives a Service its address and its ports on nodes, or says why what it asks for cannot be had.
 *
 * What is chosen here is free as far as this server knows; the store has the last word (see taken.ts). As upstream, free ones are
 * drawn from the upper band of the range, so that the lower is left for those who choose for themselves.
 *
 * Upstream: pkg/registry/core/service/storage/alloc.go, ipallocator/ipallocator.go, portallocator/allocator.go. Left out: IPv6 and two
 * families, health check ports.
 */
import type { Context } from '../../../../sim/index.ts';
import type { FieldError } from '../../../api/field-error.ts';
import { type Cidr, cidrContains, formatIp, parseCidr, parseIp } from '../../../api/ip-address.ts';
import type { KubernetesObject, NewObject, Service } from '../../../api/object.ts';
import type { ApiServerState } from '../server-state.ts';
import type { Taken } from './taken.ts';

const NODE_PORT_BASE = 30_000;
const NODE_PORT_COUNT = 2768;

type Fillable = Partial<Service['spec']>;

/** For a new object; other kinds need nothing. Changes it in place. */
export function allocateForCreate(state: ApiServerState, ctx: Context, object: NewObject): FieldError[] {
  // By its kind; what the server has yet to give is not read.
  return object.kind === 'Service' ? allocate(state, ctx, object as unknown as Service, undefined) : [];
}

/** For an object in place of another, which keeps what it had (keep-allocated.ts). */
export function allocateForUpdate(
  state: ApiServerState,
  ctx: Context,
  object: KubernetesObject,
  existing: KubernetesObject,
): FieldError[] {
  return object.kind === 'Service' ? allocate(state, ctx, object as Service, existing as Service) : [];
}

function allocate(state: ApiServerState, ctx: Context, service: Service, before: Service | undefined): FieldError[] {
  const spec = service.spec as Fillable;
  if (spec.type === 'ExternalName') return [];
  return [...allocateAddress(state, ctx, spec, before), ...allocatePorts(state.taken, ctx, spec, before)];
}

function allocateAddress(
  { options, taken }: ApiServerState,
  ctx: Context,
  spec: Fillable,
  before: Service | undefined,
): FieldError[] {
  const range = parseCidr(options.serviceCidr);
  if (range === undefined)
    throw new Error(`The API server's serviceCidr ${options.serviceCidr} is no block of addresses.`);
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  const asked = spec.clusterIP ?? spec.clusterIPs?.[0] ?? '';
  if (asked === '') {
    const address = freeAddress(range, taken, ctx);
    if (address === undefined) return [cannotAllocate(spec, undefined, 'range is full')];
    setAddress(spec, address);
    return [];
  }
  setAddress(spec, asked);
  if (asked === 'None' || asked === before?.spec?.clusterIP) return [];
  const address = parseIp(asked);
  if (address === undefined || !isUsable(range, address)) {
    const why = `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${options.serviceCidr}`;
    return [cannotAllocate(spec, asked, why)];
  }
  return taken.addresses.has(asked) ? [cannotAllocate(spec, asked, 'provided IP is already allocated')] : [];
}

function setAddress(spec: Fillable, address: string): void {
  spec.clusterIP = address;
  spec.clusterIPs = [address];
}

function cannotAllocate({ clusterIPs = [] }: Fillable, address: string | undefined, why: string): FieldError {
  const what = address === undefined ? 'failed to allocate a serviceIP' : `failed to allocate IP ${address}`;
  return { type: 'FieldValueInvalid', field: 'spec.clusterIPs', detail: `${what}: ${why}`, value: clusterIPs };
}

/** Neither the network's own address nor its broadcast address. */
function isUsable(range: Cidr, address: number): boolean {
  return cidrContains(range, address) && address !== range.base && address !== range.base + range.size - 1;
}

function freeAddress(range: Cidr, taken: Taken, ctx: Context): string | undefined {
  const usable = range.size - 2;
  if (usable < 1) return undefined;
  const lower = bandOf(usable, 16, 16, 256);
  const number = drawFree(usable, lower, ctx, (i) => !taken.addresses.has(formatIp(range.base + 1 + i)));
  return number === undefined ? undefined : formatIp(range.base + 1 + number);
}

function allocatePorts(taken: Taken, ctx: Context, spec: Fillable, before: Service | undefined): FieldError[] {
  const { ports = [], type } = spec;
  if (type !== 'NodePort' && type !== 'LoadBalancer') {
    for (const port of ports) delete port.nodePort;
    return [];
  }
  const had = new Set((before?.spec?.ports ?? []).map(({ nodePort }) => nodePort));
  const here = new Set<number>();
  const errors: FieldError[] = [];
  ports.forEach((port, i) => {
    const { nodePort = 0 } = port;
    if (nodePort === 0) return;
    const refuse = (detail: string): void => {
      errors.push({ type: 'FieldValueInvalid', field: `spec.ports[${i}].nodePort`, detail, value: nodePort });
    };
    const inRange = nodePort >= NODE_PORT_BASE && nodePort < NODE_PORT_BASE + NODE_PORT_COUNT;
    if (!inRange) {
      refuse(
        `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_BASE}-${NODE_PORT_BASE + NODE_PORT_COUNT - 1}`,
      );
    } else if (taken.nodePorts.has(nodePort) && !had.has(nodePort) && !here.has(nodePort)) {
      refuse('provided port is already allocated');
    }
    here.add(nodePort);
  });
  if (errors.length > 0) return errors;
  const lower = bandOf(NODE_PORT_COUNT, 32, 16, 128);
  for (const port of ports) {
    if ((port.nodePort ?? 0) !== 0) continue;
    const isFree = (i: number): boolean => !taken.nodePorts.has(NODE_PORT_BASE + i) && !here.has(NODE_PORT_BASE + i);
    const number = drawFree(NODE_PORT_COUNT, lower, ctx, isFree);
    if (number === undefined) {
      const detail = 'failed to allocate a nodePort: range is full';
      return [{ type: 'FieldValueInvalid', field: 'spec.ports', detail }];
    }
    port.nodePort = NODE_PORT_BASE + number;
    here.add(port.nodePort);
  }
  return [];
}

/** How many at the beginning of a range are left for explicit use: a fraction, between two bounds. */
function bandOf(size: number, fraction: number, min: number, max: number): number {
  return size <= min ? 0 : Math.min(Math.max(min, Math.floor(size / fraction)), max);
}

/** A free number below `size`: from the upper band if there is one, otherwise from the lower. */
function drawFree(size: number, lower: number, ctx: Context, isFree: (i: number) => boolean): number | undefined {
  return firstFree(lower, size, ctx, isFree) ?? firstFree(0, lower, ctx, isFree);
}

function firstFree(from: number, to: number, ctx: Context, isFree: (i: number) => boolean): number | undefined {
  const count = to - from;
  if (count <= 0) return undefined;
  const first = ctx.random.integer(0, count - 1);
  for (let i = 0; i < count; i++) {
    const number = from + ((first + i) % count);
    if (isFree(number)) return number;
  }
  return undefined;
}
