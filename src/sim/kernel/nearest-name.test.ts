import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['partitoin', ['power-off', 'partition', 'partition-zones'], 'partition'],
    ['PARTITION', ['partition'], 'partition'],
    ['raed', ['read', 'write'], 'read'],
    ['probabilty', ['probability'], 'probability'],
    ['z3', ['z1', 'z2'], 'z1'],
    ['window', ['from', 'to', 'windowMs'], 'windowMs'],
    ['healAtMs', ['healAt', 'faults'], 'healAt'],
    ['by', ['byMs', 'hosts'], 'byMs'],
  ])('takes %s for a name of %j', (found, candidates, nearest) => {
    expect(nearestName(found, candidates)).toBe(nearest);
  });

  it.each([
    ['delay', ['partition', 'lose', 'clog']],
    ['x', ['a', 'b']],
    ['dear', ['read', 'write']],
    ['disk', ['disk-slow', 'disk-full']],
    ['', ['a']],
    ['anything', []],
    ['p'.repeat(1000), ['p'.repeat(999)]],
  ])('suggests nothing for %s', (found, candidates) => {
    expect(nearestName(found, candidates)).toBeUndefined();
  });
});
