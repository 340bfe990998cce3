/** What a kubelet follows: its pods, its own node, and all services (pkg/kubelet/config/apiserver.go, pkg/kubelet/kubelet.go). */
import { NODES, PODS, SERVICES } from '../../api/resource.ts';
import { Informers } from '../../client/informers.ts';

export const INFORMERS = new Informers({
  pods: { resource: PODS, fieldSelector: ({ host }) => `spec.nodeName=${host}` },
  nodes: { resource: NODES, fieldSelector: ({ host }) => `metadata.name=${host}` },
  services: { resource: SERVICES },
});
