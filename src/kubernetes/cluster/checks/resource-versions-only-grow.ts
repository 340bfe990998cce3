import type { AlwaysCheck } from '../../../sim/index.ts';

/**
 * Every change of the store has a revision of its own, one more than the change before, also over crashes of the store:
 * what was acknowledged under a revision never comes back under an older one.
 */
export const resourceVersionsOnlyGrow: AlwaysCheck<{ last: number }> = {
  kind: 'always',
  name: 'resource-versions-only-grow',
  promise: 'Each change of the store has a higher revision than every change before it.',
  source: 'etcd.io/docs/v3.6/learning/api: revisions are monotonically increasing',
  on: ['note'],
  start: () => ({ last: 0 }),
  observe({ object, subject, detail }, _, memory) {
    if (object !== 'commit' && object !== 'recovered') return undefined;
    const { revision } = detail as { readonly revision: number };
    const before = memory.last;
    memory.last = Math.max(before, revision);
    if (object === 'recovered') {
      return revision < before ? `${subject} came back at revision ${revision}, after ${before}` : undefined;
    }
    return revision > before ? undefined : `${subject} committed revision ${revision} after ${before}`;
  },
};
