/**
 * The rules of leader election over a Lease, without requests and timers
 * (client-go/tools/leaderelection/leaderelection.go, tryAcquireOrRenew; resourcelock/leaselock.go).
 *
 * 1. A lease is valid for the time that it says itself, counted on the observer's own monotonic clock from when the observer
 *    first saw it in its present form. The times in it are for people: nobody's wall clock is believed.
 * 2. A lease that nobody holds, or that is no longer valid, may be taken by anyone. The resource version decides who does.
 */
import type { Lease, New, ObjectMeta } from '../api/object.ts';
import { formatMicroTime } from '../api/time.ts';

export interface ElectionConfig {
  readonly namespace: string;
  readonly name: string;
  readonly leaseDurationMs: number;
  /** A leader that could not renew for this long stops. A guard: it must be less than `leaseDurationMs`. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** What a candidate has seen of the lease. Plain data. */
export interface ElectionRecord {
  readonly identity: string;
  /** As it was seen last; undefined: never. */
  observed: Lease | undefined;
  /** When it was first seen so, on the monotonic clock in microseconds. */
  observedAtUs: number;
}

type NewLease = New<Lease> & { readonly metadata: Partial<ObjectMeta> };

export function isHolder({ identity, observed }: ElectionRecord): boolean {
  return observed?.spec.holderIdentity === identity;
}

/** Whether the lease as it was seen still binds; strictly before its end. */
export function isLeaseValid({ observed, observedAtUs }: ElectionRecord, nowUs: number): boolean {
  return observed !== undefined && observedAtUs + (observed.spec.leaseDurationSeconds ?? 0) * 1_000_000 > nowUs;
}

/** The lease was read. */
export function observeLease(record: ElectionRecord, lease: Lease, nowUs: number): void {
  if (record.observed !== undefined && sameSpec(record.observed, lease)) {
    // The time counts on; the resource version may have changed by what is not ours.
    record.observed = lease;
    return;
  }
  record.observed = lease;
  record.observedAtUs = nowUs;
}

/** The lease was written by this candidate. */
export function leaseWritten(record: ElectionRecord, lease: Lease, nowUs: number): void {
  record.observed = lease;
  record.observedAtUs = nowUs;
}

/** Whether somebody else leads, so that there is nothing to do but wait. */
export function heldByAnother(record: ElectionRecord, nowUs: number): boolean {
  const holder = record.observed?.spec.holderIdentity ?? '';
  return holder !== '' && !isHolder(record) && isLeaseValid(record, nowUs);
}

/** The lease as this candidate wants it: its own, renewed or taken. */
export function wantedLease(record: ElectionRecord, config: ElectionConfig, wallUs: number): NewLease {
  const { identity, observed } = record;
  const now = formatMicroTime(wallUs);
  const { acquireTime, leaseTransitions = 0 } = observed?.spec ?? {};
  const renewed = isHolder(record);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: observed?.metadata ?? { name: config.name, namespace: config.namespace },
    spec: {
      ...observed?.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.floor(config.leaseDurationMs / 1000),
      acquireTime: renewed && acquireTime !== undefined ? acquireTime : now,
      renewTime: now,
      leaseTransitions: observed === undefined ? 0 : renewed ? leaseTransitions : leaseTransitions + 1,
    },
  };
}

function sameSpec({ spec: a }: Lease, { spec: b }: Lease): boolean {
  return (
    a.holderIdentity === b.holderIdentity &&
    a.renewTime === b.renewTime &&
    a.acquireTime === b.acquireTime &&
    a.leaseDurationSeconds === b.leaseDurationSeconds &&
    a.leaseTransitions === b.leaseTransitions
  );
}
