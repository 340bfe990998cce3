/** How a controller manager is elected (cmd/kube-controller-manager/app/controllermanager.go, leaderElectAndRun). */
import type { Context } from '../../../sim/index.ts';
import { CONTROLLER_MANAGER } from '../../protocol/places.ts';
import type { ApiAccess } from '../api-client.ts';
import type { ElectionConfig } from '../election-record.ts';
import type { Occurrence } from '../event-correlator.ts';
import { newEventRecorder } from '../event-recorder.ts';
import { DEFAULT_ELECTION, type ElectionState, startElection } from '../leader-election.ts';
import type { ControllersState } from './controller-state.ts';

/** Begins to try for the lease; `true` takes everything as upstream has it. */
export function beCandidate(
  ctx: Context,
  access: ApiAccess,
  options: true | Partial<ElectionConfig>,
): NonNullable<ControllersState['election']> {
  const config: ElectionConfig = {
    namespace: 'kube-system',
    name: CONTROLLER_MANAGER,
    ...DEFAULT_ELECTION,
    ...(options === true ? {} : options),
  };
  // Upstream adds a UUID to the host's name, so that a restarted process is another candidate.
  const identity = `${ctx.host}_${ctx.random.uint32().toString(16)}${ctx.random.uint32().toString(16)}`;
  return { state: startElection(ctx, access, config, identity), recorder: newEventRecorder(config.name) };
}

/** What is said of the lease when it was won (resourcelock/leaselock.go, RecordEvent). */
export function electionEvent({ config, record }: ElectionState): Occurrence {
  const { namespace, name } = config;
  const { uid, resourceVersion } = record.observed?.metadata ?? {};
  return {
    about: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace,
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    type: 'Normal',
    reason: 'LeaderElection',
    message: `${record.identity} became leader`,
  };
}
