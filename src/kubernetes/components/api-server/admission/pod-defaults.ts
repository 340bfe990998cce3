/**
 * How long a pod stays on a node that fails, unless it says so itself
 * (plugin/pkg/admission/defaulttolerationseconds/admission.go).
 */
import type { NewObject, Toleration } from '../../../api/object.ts';
import type { PodDefaults } from '../server-options.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Adds what is missing, in place. */
export function addPodDefaults(pod: NewObject, defaults: Required<PodDefaults>): void {
  const spec = pod.spec as { tolerations?: Toleration[] } | undefined;
  if (spec === undefined) return;
  const tolerations = spec.tolerations ?? [];
  const tolerates = (key: string): boolean =>
    tolerations.some(
      (each) =>
        (each.key === key || each.key === undefined || each.key === '') &&
        (each.effect === 'NoExecute' || each.effect === undefined || (each.effect as string) === ''),
    );
  const wanted = [
    { key: NOT_READY, tolerationSeconds: defaults.notReadyTolerationSeconds },
    { key: UNREACHABLE, tolerationSeconds: defaults.unreachableTolerationSeconds },
  ];
  const missing = wanted.filter(({ key }) => !tolerates(key));
  if (missing.length === 0) return;
  const added = missing.map((each): Toleration => ({ ...each, operator: 'Exists', effect: 'NoExecute' }));
  spec.tolerations = [...tolerations, ...added];
}
