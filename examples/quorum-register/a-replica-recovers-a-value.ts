/** Coverage: durability is tested only where a replica comes back and finds what it had stored. */
import type { SometimesCheck } from 'wavetank/sim';
import type { Version } from './protocol.ts';

export const aReplicaRecoversAValue: SometimesCheck = {
  kind: 'sometimes',
  name: 'a-replica-recovers-a-value',
  promise: 'A replica starts again and finds a value on its disk.',
  on: ['note'],
  reached: (event) => event.object === 'recovered' && (event.detail as Version).counter > 0,
};
