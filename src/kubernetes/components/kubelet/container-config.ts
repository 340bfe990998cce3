/**
 * What the runtime is told of a sandbox and of a container (pkg/kubelet/kuberuntime/{kuberuntime_sandbox,
 * kuberuntime_container,labels}.go). The labels are how a kubelet that starts again knows what is whose.
 */

import type { Container, Pod } from '../../api/object.ts';
import { quantityMilli, quantityValue } from '../../api/quantity.ts';
import type { ContainerConfig, PodSandboxConfig } from '../../protocol/cri.ts';
import { HASH_ANNOTATION, hashContainer } from './container-hash.ts';
import { expandVariables } from './expand-variables.ts';

const POD_NAME_LABEL = 'io.kubernetes.pod.name';
const POD_NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';
export const POD_UID_LABEL = 'io.kubernetes.pod.uid';
const CONTAINER_NAME_LABEL = 'io.kubernetes.container.name';
const RESTART_COUNT_ANNOTATION = 'io.kubernetes.container.restartCount';
export const GRACE_PERIOD_ANNOTATION = 'io.kubernetes.pod.terminationGracePeriod';

export function podSandboxConfig(pod: Pod, attempt: number): PodSandboxConfig {
  const { name, namespace = '', uid, labels, annotations } = pod.metadata;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: pod.spec.hostname ?? name,
    labels: { ...labels, ...podLabels(pod) },
    annotations: { ...annotations },
    hostNetwork: pod.spec.hostNetwork === true,
  };
}

export function containerConfig(
  pod: Pod,
  container: Container,
  attempt: number,
  environment: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): ContainerConfig {
  const { name, image = '', command = [], args = [], ports = [], resources } = container;
  const { terminationGracePeriodSeconds } = pod.spec;
  const limits = resources?.limits;
  const expand = (text: string): string => expandVariables(text, environment);
  return {
    metadata: { name, attempt },
    image,
    command: command.map(expand),
    args: args.map(expand),
    envs: Object.entries(environment).map(([key, value]) => ({ key, value })),
    labels: { ...podLabels(pod), [CONTAINER_NAME_LABEL]: name },
    annotations: {
      [HASH_ANNOTATION]: hashContainer(container),
      [RESTART_COUNT_ANNOTATION]: `${attempt}`,
      ...(terminationGracePeriodSeconds === undefined
        ? {}
        : { [GRACE_PERIOD_ANNOTATION]: `${terminationGracePeriodSeconds}` }),
    },
    ...(Object.keys(files).length === 0 ? {} : { files }),
    ports: ports.map(({ name: portName = '', containerPort, protocol = 'TCP' }) => ({
      name: portName,
      containerPort,
      protocol: protocol as 'TCP' | 'UDP' | 'SCTP',
    })),
    resources: {
      cpuRequestMilli: quantityMilli(resources?.requests?.cpu ?? limits?.cpu ?? '0'),
      ...(limits?.cpu === undefined ? {} : { cpuLimitMilli: quantityMilli(limits.cpu) }),
      ...(limits?.memory === undefined ? {} : { memoryLimitBytes: quantityValue(limits.memory) }),
    },
  };
}

function podLabels({ metadata }: Pod): Record<string, string> {
  return {
    [POD_NAME_LABEL]: metadata.name,
    [POD_NAMESPACE_LABEL]: metadata.namespace ?? '',
    [POD_UID_LABEL]: metadata.uid,
  };
}
