/** The informers of all controllers of a process: client-go's SharedInformerFactory. */
import type { InformerSpec } from '../informers.ts';
import type { Controller } from './controller.ts';

/** Each plural once, with the indexes of all. @throws Error if one index has two functions */
export function sharedInformers(controllers: readonly Controller[]): Record<string, InformerSpec> {
  const specs: Record<string, InformerSpec> = {};
  for (const { name, informers } of controllers) {
    for (const [plural, spec] of Object.entries(informers)) {
      const before = specs[plural]?.indexes ?? {};
      for (const [index, values] of Object.entries(spec.indexes ?? {})) {
        if (before[index] !== undefined && before[index] !== values) {
          throw new Error(`${name}: the index "${index}" of ${plural} is another function elsewhere.`);
        }
      }
      specs[plural] = { ...spec, indexes: { ...before, ...spec.indexes } };
    }
  }
  return specs;
}
