import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { categorizeEndpoints, type ProxyEndpoint } from './categorize-endpoints.ts';

const CASES = JSON.parse(readFileSync(new URL('./upstream/categorize-endpoints.json', import.meta.url), 'utf8'));

const ZONE = 'topology.kubernetes.io/zone';

interface Case {
  readonly source: string;
  readonly input: {
    readonly nodeName: string | null;
    readonly nodeLabels: Readonly<Record<string, string>>;
    readonly service: {
      readonly nodePort: number;
      readonly internalTrafficPolicy: 'Cluster' | 'Local';
      readonly externalTrafficPolicy: 'Cluster' | 'Local';
    };
    readonly endpoints: readonly (Omit<ProxyEndpoint, 'ip' | 'zoneHints' | 'nodeHints'> & {
      readonly address: string;
      readonly zoneHints: readonly string[] | null;
      readonly nodeHints: readonly string[] | null;
    })[];
  };
  readonly expected: Readonly<Record<'clusterEndpoints' | 'localEndpoints' | 'allEndpoints', readonly string[] | null>>;
}

const endpoint = (ip: string, more: Partial<ProxyEndpoint> = {}): ProxyEndpoint => ({
  ip,
  port: 80,
  isLocal: false,
  ready: true,
  serving: true,
  terminating: false,
  zoneHints: [],
  nodeHints: [],
  ...more,
});

const shown = (endpoints: readonly ProxyEndpoint[] | undefined): string[] | null =>
  endpoints === undefined ? null : endpoints.map(({ ip, port }) => `${ip}:${port}`);

const ANYWHERE = {
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
  externallyAccessible: false,
} as const;

describe('upstream categorizes', () => {
  it.each(CASES as readonly Case[])('$source', ({ input, expected }) => {
    const { service, nodeName, nodeLabels } = input;
    const { internalTrafficPolicy, externalTrafficPolicy, nodePort } = service;
    const endpoints = input.endpoints.map(({ address, zoneHints, nodeHints, ...more }) =>
      endpoint(address, { ...more, zoneHints: zoneHints ?? [], nodeHints: nodeHints ?? [] }),
    );
    const policies = { internalTrafficPolicy, externalTrafficPolicy, externallyAccessible: nodePort !== 0 };
    const { cluster, local, all } = categorizeEndpoints(endpoints, policies, nodeName ?? '', nodeLabels[ZONE] ?? '');
    expect(shown(cluster)).toEqual(expected.clusterEndpoints);
    expect(shown(local)).toEqual(expected.localEndpoints);
    expect(shown(all)).toEqual(expected.allEndpoints);
  });
});

describe('hints', () => {
  const here = (endpoints: readonly ProxyEndpoint[]) => {
    return shown(categorizeEndpoints(endpoints, ANYWHERE, 'node-1', 'zone-a').cluster);
  };

  it('for the node go before hints for the zone', () => {
    const [both, zoneOnly] = [
      endpoint('10.0.0.1', { zoneHints: ['zone-a'], nodeHints: ['node-1'] }),
      endpoint('10.0.0.2', { zoneHints: ['zone-a'], nodeHints: ['node-2'] }),
    ];
    expect(here([both, zoneOnly])).toEqual(['10.0.0.1:80']);
  });

  it('for other nodes only leave the zone to decide', () => {
    const away = (ip: string, zone: string) => endpoint(ip, { zoneHints: [zone], nodeHints: ['node-9'] });
    expect(here([away('10.0.0.1', 'zone-a'), away('10.0.0.2', 'zone-b')])).toEqual(['10.0.0.1:80']);
  });

  it('count only if every ready endpoint has some', () => {
    const [hinted, bare] = [endpoint('10.0.0.1', { zoneHints: ['zone-b'] }), endpoint('10.0.0.2')];
    expect(here([endpoint('10.0.0.3', { zoneHints: ['zone-a'] }), hinted, bare])).toHaveLength(3);
    const unready = { ...bare, ready: false };
    expect(here([endpoint('10.0.0.3', { zoneHints: ['zone-a'] }), hinted, unready])).toEqual(['10.0.0.3:80']);
  });

  it('mean nothing once no endpoint is ready', () => {
    const going = { ready: false, terminating: true, zoneHints: ['zone-b'] };
    expect(here([endpoint('10.0.0.1', going), endpoint('10.0.0.2', { ...going, serving: false })])).toEqual([
      '10.0.0.1:80',
    ]);
  });
});

describe('local traffic', () => {
  it('falls back to terminating endpoints of the node although others are ready elsewhere', () => {
    const endpoints = [endpoint('10.0.0.1', { isLocal: true, ready: false, terminating: true }), endpoint('10.0.0.2')];
    const policies = { ...ANYWHERE, externalTrafficPolicy: 'Local', externallyAccessible: true } as const;
    const { cluster, local, all } = categorizeEndpoints(endpoints, policies, 'node-1', '');
    expect(shown(cluster)).toEqual(['10.0.0.2:80']);
    expect(shown(local)).toEqual(['10.0.0.1:80']);
    expect(shown(all)).toEqual(['10.0.0.1:80', '10.0.0.2:80']);
  });
});
