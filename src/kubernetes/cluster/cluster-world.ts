/**
 * A cluster as a world: which hosts there are, which processes run on them, and what each is told at its start.
 *
 * `control-plane` has etcd, the API server, the scheduler and the controller manager; `registry` the images;
 * `workstation` kubectl; each node a kubelet, a container runtime, kube-proxy, its network, and the containers.
 */
import { type Address, type Check, type HostSpec, type Programs, World, type WorldSpec } from '../../sim/index.ts';
import type { ApiAccess } from '../client/api-client.ts';
import { controllerManager } from '../client/controller/controller-actor.ts';
import { type ApiServerArgs, apiServer } from '../components/api-server/api-server.ts';
import { CONTROLLERS } from '../components/controllers/controllers.ts';
import { type EtcdArgs, etcd } from '../components/etcd/etcd.ts';
import { type KubectlArgs, kubectl } from '../components/kubectl/kubectl.ts';
import { type KubeletArgs, kubelet } from '../components/kubelet/kubelet.ts';
import { overlay } from '../components/overlay/overlay.ts';
import type { OverlayArgs } from '../components/overlay/overlay-state.ts';
import { PROGRAM_IMAGES, PROGRAMS } from '../components/programs/programs.ts';
import { kubeProxy, type ProxyArgs } from '../components/proxy/proxy.ts';
import { type RegistryArgs, registry } from '../components/registry/registry.ts';
import { containerRuntime, type RuntimeArgs } from '../components/runtime/container-runtime.ts';
import { containerShim } from '../components/runtime/shim.ts';
import { scheduler } from '../components/scheduler/scheduler.ts';
import type { SchedulerArgs } from '../components/scheduler/scheduler-state.ts';
import {
  API_SERVER,
  CONTROLLER_MANAGER,
  ETCD,
  KUBECTL,
  KUBELET,
  OVERLAY,
  PROXY,
  REGISTRY,
  RUNTIME,
  SCHEDULER,
} from '../protocol/places.ts';
import { CLUSTER_CHECKS } from './checks/cluster-checks.ts';
import {
  type ClusterSpec,
  CONTROL_PLANE,
  DEFAULT_POD_CIDR,
  DEFAULT_REGION,
  DEFAULT_SERVICE_CIDR,
  DEFAULT_ZONE,
  type NodePlan,
  REGISTRY_HOST,
  WORKSTATION,
} from './cluster-spec.ts';
import { nodePlans } from './node-plans.ts';

/** The programs of a cluster's processes and containers. */
export const CLUSTER_PROGRAMS: Programs = {
  ...PROGRAMS,
  etcd,
  apiServer,
  controllerManager: controllerManager(CONTROLLERS),
  scheduler,
  kubelet,
  containerRuntime,
  containerShim,
  overlay,
  kubeProxy,
  registry,
  kubectl,
};

export interface ClusterOptions extends Pick<WorldSpec, 'seed' | 'ties' | 'trace' | 'paranoid' | 'plan' | 'digest'> {
  /** Besides those that are always on. */
  readonly checks?: readonly Check[];
  /** Programs for images of the user's own (see `ClusterSpec.images`), by name. */
  readonly programs?: Programs;
}

/** A world with this cluster in it, about to boot. @throws WorldSpecError */
export function clusterWorld(spec: ClusterSpec, options: ClusterOptions): World {
  const { checks = [], programs = {}, ...world } = options;
  return new World({
    ...world,
    programs: { ...CLUSTER_PROGRAMS, ...programs },
    hosts: clusterHosts(spec),
    checks: [...CLUSTER_CHECKS, ...checks],
    ...(spec.network === undefined ? {} : { network: spec.network }),
  });
}

const SERVERS: readonly Address[] = [`${CONTROL_PLANE}/${API_SERVER}`];

const access = (user: string): ApiAccess => ({ servers: SERVERS, user });

/** Everything restarts at once and then ever more slowly, as under systemd and static pods. */
const ALWAYS = {
  restart: 'always',
  backoff: { initialMs: 1000, factor: 2, maxMs: 10_000, resetAfterMs: 60_000 },
} as const;

export function clusterHosts(spec: ClusterSpec): HostSpec[] {
  return [
    controlPlaneHost(spec),
    registryHost(spec),
    workstationHost(spec),
    ...nodePlans(spec).map((n) => nodeHost(spec, n)),
  ];
}

function controlPlaneHost(spec: ClusterSpec): HostSpec {
  const { controlPlane = {}, options = {} } = spec;
  const etcdArgs: EtcdArgs = { ...options.etcd };
  const apiArgs: ApiServerArgs = {
    etcd: [`${CONTROL_PLANE}/${ETCD}`],
    serviceCidr: spec.serviceCidr ?? DEFAULT_SERVICE_CIDR,
    ...options.apiServer,
  };
  const managerArgs = {
    api: access('system:kube-controller-manager'),
    ...options.controllerManager,
    options: {
      ...options.controllers,
      'node-ipam-controller': {
        clusterCidr: spec.podCidr ?? DEFAULT_POD_CIDR,
        ...options.controllers?.['node-ipam-controller'],
      },
    },
  };
  const schedulerArgs: SchedulerArgs = { api: access('system:kube-scheduler'), ...options.scheduler };
  return {
    name: CONTROL_PLANE,
    ...place(controlPlane),
    ...(controlPlane.disks === undefined ? {} : { disks: controlPlane.disks }),
    processes: [
      { name: ETCD, program: 'etcd', args: etcdArgs, ...service(controlPlane.etcd), ...ALWAYS },
      { name: API_SERVER, program: 'apiServer', args: apiArgs, ...service(controlPlane.apiServer), ...ALWAYS },
      { name: CONTROLLER_MANAGER, program: 'controllerManager', args: managerArgs, ...ALWAYS },
      { name: SCHEDULER, program: 'scheduler', args: schedulerArgs, ...ALWAYS },
    ],
  };
}

function registryHost(spec: ClusterSpec): HostSpec {
  const args: RegistryArgs = {
    images: [...(spec.images ?? []), ...PROGRAM_IMAGES],
    ...(spec.registryBytesPerSecond === undefined ? {} : { bytesPerSecond: spec.registryBytesPerSecond }),
  };
  return {
    name: REGISTRY_HOST,
    ...place(spec.controlPlane ?? {}),
    processes: [{ name: REGISTRY, program: 'registry', args, ...ALWAYS }],
  };
}

function workstationHost(spec: ClusterSpec): HostSpec {
  const args: KubectlArgs = { api: access('kubernetes-admin') };
  return {
    name: WORKSTATION,
    ...place(spec.controlPlane ?? {}),
    processes: [{ name: KUBECTL, program: 'kubectl', args, ...ALWAYS }],
  };
}

function nodeHost(spec: ClusterSpec, node: NodePlan): HostSpec {
  const { options = {} } = spec;
  const { name, zone, region, labels, taints, capacity, reserved, ip, clock, disks } = node;
  const kubeletArgs: KubeletArgs = {
    api: access(`system:node:${name}`),
    node: { labels, taints, capacity, reserved, internalIP: ip },
    ...(options.kubelet === undefined ? {} : { config: options.kubelet }),
  };
  const runtimeArgs: RuntimeArgs = { registry: `${REGISTRY_HOST}/${REGISTRY}`, nodeIp: ip, ...options.runtime };
  const overlayArgs: OverlayArgs = { api: access(`system:node:${name}`), nodeIp: ip };
  const proxyArgs: ProxyArgs = { api: access('system:kube-proxy'), ...options.kubeProxy };
  return {
    name,
    zone,
    region,
    labels,
    ...(clock === undefined ? {} : { clock }),
    ...(disks === undefined ? {} : { disks }),
    processes: [
      { name: OVERLAY, program: 'overlay', args: overlayArgs, ...ALWAYS },
      { name: RUNTIME, program: 'containerRuntime', args: runtimeArgs, ...ALWAYS },
      { name: KUBELET, program: 'kubelet', args: kubeletArgs, ...ALWAYS },
      { name: PROXY, program: 'kubeProxy', args: proxyArgs, ...ALWAYS },
    ],
  };
}

function place({ zone = DEFAULT_ZONE, region = DEFAULT_REGION }: { zone?: string; region?: string }) {
  return { zone, region };
}

function service(model: NonNullable<ClusterSpec['controlPlane']>['etcd']) {
  return model === undefined ? {} : { service: model };
}
