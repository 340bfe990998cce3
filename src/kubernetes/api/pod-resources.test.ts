/** Upstream's cases (pkg/apis/core/v1/helper/qos/qos_test.go, v1.34) are in upstream/qos.json; sums follow component-helpers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Container, Pod } from './object.ts';
import { nonZeroPodRequests, podLimits, podQosClass, podRequests } from './pod-resources.ts';

interface Case {
  readonly source: string;
  readonly input: { readonly pod: Pod };
  readonly expected: { readonly qosClass: string };
}

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('upstream/qos.json', import.meta.url), 'utf8'));

function pod(spec: object): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec } as unknown as Pod;
}

function container(cpu: string, memory: string, rest: Partial<Container> = {}): Container {
  return { name: 'c', resources: { requests: { cpu, memory }, limits: { cpu, memory } }, ...rest };
}

describe('a pod', () => {
  it.each(CASES)('is of the quality that upstream says: $source', ({ input, expected }) => {
    expect(podQosClass(input.pod)).toBe(expected.qosClass);
  });

  it('asks for what its containers do together', () => {
    const two = pod({ containers: [container('100m', '1Gi'), container('1', '1Mi')] });
    expect(podRequests(two)).toEqual({ cpu: 1100, memory: 1024 ** 3 + 1024 ** 2 });
  });

  it('asks for its largest step of initialization, with the sidecars that run by then', () => {
    const sidecar = container('100m', '1Mi', { restartPolicy: 'Always' });
    const spec = { initContainers: [sidecar, container('1', '1Mi')], containers: [container('500m', '8Mi')] };
    // cpu: 100m + 1 while it initializes; memory: 1Mi + 8Mi afterwards.
    expect(podRequests(pod(spec))).toEqual({ cpu: 1100, memory: 9 * 1024 ** 2 });
  });

  it('asks for its overhead besides, which limits only what has a limit', () => {
    const spec = {
      containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }],
      overhead: { cpu: '250m', memory: '1Ki' },
    };
    expect(podRequests(pod(spec))).toEqual({ cpu: 250, memory: 1024 });
    expect(podLimits(pod(spec))).toEqual({ cpu: 1250 });
  });

  it('asks as a whole for what it says as a whole', () => {
    const spec = { containers: [container('100m', '1Mi')], resources: { requests: { cpu: '2' } } };
    expect(podRequests(pod(spec))).toEqual({ cpu: 2000, memory: 1024 ** 2 });
  });

  it('counts as a small one in scores if it asks for nothing', () => {
    expect(nonZeroPodRequests(pod({ containers: [{ name: 'c' }] }))).toEqual({ cpu: 100, memory: 200 * 1024 ** 2 });
  });
});
