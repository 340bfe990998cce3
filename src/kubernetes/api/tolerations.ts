/** Which taints a toleration tolerates. Upstream: staging component-helpers/scheduling/corev1/helpers.go, core/v1/toleration.go. */
import type { Taint, Toleration } from './object.ts';

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { effect, key, operator, value } = toleration;
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key !== undefined && key !== '' && key !== taint.key) return false;
  switch (operator ?? 'Equal') {
    case 'Equal':
      // An empty key with Equal tolerates nothing but the empty value of every key; validation refuses it.
      return (value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return false;
  }
}

export function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}
