/**
 * The fingerprint of a container's definition: a running container whose fingerprint is another one is killed and started
 * again. Only the fields that may change in a running pod count: name and image (HashContainer and pickFieldsToHash in
 * pkg/kubelet/container/helpers.go).
 */
import type { Container } from '../../api/object.ts';
import type { ContainerInfo } from '../../protocol/cri.ts';

export const HASH_ANNOTATION = 'io.kubernetes.container.hash';

export function hashContainer({ name, image }: Container): string {
  return fnv32a(JSON.stringify({ image, name })).toString(16);
}

/** Whether a running container was made from another definition. */
export function containerChanged(container: Container, running: ContainerInfo): boolean {
  return running.annotations[HASH_ANNOTATION] !== hashContainer(container);
}

/** FNV-1a, 32 bits, over UTF-16 code units: names and images are ASCII. */
function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
