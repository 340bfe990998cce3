/** Indexes that controllers of a process share: same name, same function (see `Controller.informers`). */
import { controllerOf, type KubernetesObject } from '../../api/object.ts';

/**
 * Objects by the uid of the owner that controls them; '' finds those that nobody controls
 * (pkg/controller/controller_utils.go, AddPodControllerUIDIndexer).
 */
export function byControllerUid(object: KubernetesObject): readonly string[] {
  return [controllerOf(object)?.uid ?? ''];
}
