/** A probe's question and what its answer means (pkg/kubelet/prober/prober.go, pkg/probe/{http,tcp,exec,grpc}). Pure. */
import type { RequestFailure } from '../../../sim/index.ts';
import type { Container, Probe } from '../../api/object.ts';
import type { HttpResponse, Packet, TrafficResult } from '../../protocol/container.ts';
import type { CriResponse } from '../../protocol/cri.ts';

/** Whom to ask what. */
export type ProbeRequest =
  | { readonly via: 'runtime'; readonly command: readonly string[] }
  | { readonly via: 'network'; readonly packet: Packet; readonly url: string; readonly kind: 'http' | 'tcp' | 'grpc' };

export interface ProbeAnswer {
  readonly result: 'Success' | 'Failure';
  /** Why, for the Unhealthy event. */
  readonly output: string;
}

/** Undefined: the probe cannot be made, and nothing is learned from it. */
export function probeRequest(
  probe: Probe,
  container: Container,
  source: Packet['source'],
  podIp: string,
): ProbeRequest | undefined {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const packet = (host: string | undefined, port: string | number, payload: unknown): Packet | undefined => {
    const number = portNumber(port, container);
    const ip = host === undefined || host === '' ? podIp : host;
    if (number === undefined || ip === '') return undefined;
    return { protocol: 'TCP', source, destination: { ip, port: number }, payload };
  };
  if (exec !== undefined) return { via: 'runtime', command: exec.command ?? [] };
  if (httpGet !== undefined) {
    const path = httpGet.path ?? '/';
    const headers = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
    const made = packet(httpGet.host, httpGet.port, { method: 'GET', path, headers });
    if (made === undefined) return undefined;
    const { ip, port } = made.destination;
    const url = `${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${ip}:${port}${path}`;
    return { via: 'network', packet: made, url, kind: 'http' };
  }
  if (tcpSocket !== undefined) {
    const made = packet(tcpSocket.host, tcpSocket.port, CONNECT);
    return (
      made && { via: 'network', packet: made, url: `${made.destination.ip}:${made.destination.port}`, kind: 'tcp' }
    );
  }
  if (grpc !== undefined) {
    const made = packet(undefined, grpc.port, {
      method: 'POST',
      path: '/grpc.health.v1.Health/Check',
      body: grpc.service ?? '',
    });
    return (
      made && { via: 'network', packet: made, url: `${made.destination.ip}:${made.destination.port}`, kind: 'grpc' }
    );
  }
  return undefined;
}

/** What a TCP probe sends: it only wants to know whether somebody is there, and listens to no answer. */
const CONNECT = { method: 'CONNECT', path: '/' };

/** Undefined: nothing is learned, as from an error of the runtime. */
export function execAnswer(response: CriResponse): ProbeAnswer | undefined {
  if (!response.ok) {
    if (response.code !== 'DeadlineExceeded') return undefined;
    return { result: 'Failure', output: 'command timed out' };
  }
  if (response.result.call !== 'ExecSync') return undefined;
  const { exitCode, stdout, stderr } = response.result;
  return { result: exitCode === 0 ? 'Success' : 'Failure', output: `${stdout}${stderr}` };
}

export function networkAnswer(
  { url, kind }: Extract<ProbeRequest, { via: 'network' }>,
  result: TrafficResult,
): ProbeAnswer {
  if (!result.ok) {
    // Whoever resets a connection has taken it before.
    if (kind === 'tcp' && result.error === 'ECONNRESET') return { result: 'Success', output: '' };
    const cause = { ECONNREFUSED: 'connection refused', EHOSTUNREACH: 'no route to host' } as Record<string, string>;
    const dialed = `dial tcp ${hostAndPort(url)}: connect: ${cause[result.error] ?? 'connection reset by peer'}`;
    return { result: 'Failure', output: kind === 'http' ? `Get "${url}": ${dialed}` : dialed };
  }
  if (kind === 'tcp') return { result: 'Success', output: '' };
  const status = (result.payload as Partial<HttpResponse> | null | undefined)?.status;
  if (kind === 'grpc') {
    return status === 200
      ? { result: 'Success', output: 'service healthy' }
      : { result: 'Failure', output: 'service unhealthy (responded with "NOT_SERVING")' };
  }
  return status !== undefined && status >= 200 && status < 400
    ? { result: 'Success', output: '' }
    : { result: 'Failure', output: `HTTP probe failed with statuscode: ${status ?? 0}` };
}

export function noAnswer(
  { url, kind }: Extract<ProbeRequest, { via: 'network' }>,
  failure: RequestFailure,
): ProbeAnswer {
  const why = failure === 'timeout' ? 'context deadline exceeded' : 'connect: connection refused';
  return { result: 'Failure', output: kind === 'http' ? `Get "${url}": ${why}` : `dial tcp ${url}: ${why}` };
}

/** A number, or the name of one of the container's ports. */
function portNumber(port: string | number, { ports = [] }: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

function hostAndPort(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
