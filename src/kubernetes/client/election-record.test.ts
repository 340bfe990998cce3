/** client-go/tools/leaderelection/leaderelection_test.go: TestTryAcquireOrRenewLeases, as far as it is about the record. */
import { describe, expect, it } from 'vitest';
import type { Lease } from '../api/object.ts';
import {
  type ElectionConfig,
  type ElectionRecord,
  heldByAnother,
  isHolder,
  isLeaseValid,
  leaseWritten,
  observeLease,
  wantedLease,
} from './election-record.ts';

const SECOND_US = 1_000_000;
const CONFIG: ElectionConfig = {
  namespace: 'kube-system',
  name: 'lock',
  leaseDurationMs: 10_000,
  renewDeadlineMs: 6000,
  retryPeriodMs: 1000,
};

function leaseOf(spec: Lease['spec'], resourceVersion = '1'): Lease {
  const metadata = { name: 'lock', namespace: 'kube-system', uid: 'u', resourceVersion, creationTimestamp: '' };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

const candidate = (): ElectionRecord => ({ identity: 'baz', observed: undefined, observedAtUs: 0 });

describe('the record of a lease', () => {
  it('makes a lease that nobody has had, with no transitions', () => {
    const { spec, metadata } = wantedLease(candidate(), CONFIG, 0);
    expect(spec).toMatchObject({ holderIdentity: 'baz', leaseDurationSeconds: 10, leaseTransitions: 0 });
    expect(metadata).toEqual({ name: 'lock', namespace: 'kube-system' });
  });

  // "acquire from led object with the lease duration seconds"
  it('is valid for the time that the lease says, from when it was seen first, and not at the end of it', () => {
    const record = candidate();
    const lease = leaseOf({ holderIdentity: 'bing', leaseDurationSeconds: 3 });
    observeLease(record, lease, 100 * SECOND_US);
    expect(heldByAnother(record, 103 * SECOND_US - 1)).toBe(true);
    observeLease(record, lease, 103 * SECOND_US);
    expect(heldByAnother(record, 103 * SECOND_US)).toBe(false);
    expect(wantedLease(record, CONFIG, 0).spec).toMatchObject({ holderIdentity: 'baz', leaseTransitions: 1 });
  });

  // "don't acquire from led, acked object"
  it('binds anew whenever the holder has renewed, whatever the times in it say', () => {
    const record = candidate();
    const renewed = (renewTime: string) => leaseOf({ holderIdentity: 'bing', leaseDurationSeconds: 10, renewTime });
    observeLease(record, renewed('2025-01-01T00:00:00.000000Z'), 0);
    observeLease(record, renewed('1999-01-01T00:00:00.000000Z'), 9 * SECOND_US);
    expect(heldByAnother(record, 18 * SECOND_US)).toBe(true);
    expect(heldByAnother(record, 19 * SECOND_US)).toBe(false);
  });

  it('does not bind when nobody holds it', () => {
    const record = candidate();
    observeLease(record, leaseOf({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 4 }), 0);
    expect(heldByAnother(record, 1)).toBe(false);
    expect(wantedLease(record, CONFIG, 0).spec.leaseTransitions).toBe(5);
  });

  it('keeps the time of acquisition and the transitions of a holder that renews', () => {
    const record = candidate();
    const acquireTime = '2025-01-01T00:00:01.000000Z';
    leaseWritten(
      record,
      leaseOf({ holderIdentity: 'baz', leaseDurationSeconds: 10, acquireTime, leaseTransitions: 7 }),
      0,
    );
    expect([isHolder(record), isLeaseValid(record, 10 * SECOND_US - 1), isLeaseValid(record, 10 * SECOND_US)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(wantedLease(record, CONFIG, 5 * SECOND_US).spec).toEqual({
      holderIdentity: 'baz',
      leaseDurationSeconds: 10,
      acquireTime,
      renewTime: '2025-01-01T00:00:05.000000Z',
      leaseTransitions: 7,
    });
  });
});
