/** Which process of a host is what: the well-known names by which components find their neighbours. */
import type { Address } from '../../sim/index.ts';

/** On control-plane hosts. */
export const ETCD = 'etcd';
export const API_SERVER = 'kube-apiserver';
export const SCHEDULER = 'kube-scheduler';
export const CONTROLLER_MANAGER = 'kube-controller-manager';

/** On hosts of their own. */
export const REGISTRY = 'registry';
export const KUBECTL = 'kubectl';

/** On nodes. */
export const KUBELET = 'kubelet';
export const RUNTIME = 'containerd';
export const OVERLAY = 'overlay';
export const PROXY = 'kube-proxy';

/** The container runtime of a node. */
export const runtimeOf = (host: string): Address => `${host}/${RUNTIME}`;
/** A node's own network: interfaces, routes, rules, connection tracking. What a kernel and a CNI plugin do for a real node. */
export const overlayOf = (host: string): Address => `${host}/${OVERLAY}`;
