/**
 * What passes between a container's program and its surroundings: what the runtime gives it at its start, the signals
 * and commands that it gets, and the sockets that it asks its node's network for.
 *
 * A program is an actor like any other (`Actor` of the tank). It runs as a process of its node; `ctx.args` are `ContainerArgs`.
 * It ends by `ctx.exit(code)`; a panic is exit code 2 as the kernel says it.
 */
import type { Address } from '../../sim/index.ts';

export interface ContainerArgs {
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string; readonly ip: string };
  readonly container: string;
  readonly image: string;
  /** What the image itself tells its program (see registry.ts). */
  readonly config: unknown;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  /** The node's network: where to send what is below. */
  readonly network: Address;
}

/** The body of a message from the runtime. A program that ignores SIGTERM is killed after the grace period. */
export interface Signal {
  readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP';
}

/** The body of a request from the runtime (an exec probe, a hook); the reply is an `ExecResult`. */
export interface ExecRequest {
  readonly exec: readonly string[];
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/**
 * The body of a request to the node's network: from now on, what arrives at this address and port is for the actor that
 * asks. Ends with its process, or with the pod's address. The reply is a `ListenResult`.
 */
export interface ListenRequest {
  readonly listen: { readonly ip: string; readonly port: number; readonly protocol: 'TCP' | 'UDP' };
}

export type ListenResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: 'EADDRINUSE' | 'EADDRNOTAVAIL' };

/**
 * The body of a request to the node's network: a request over a connection. `sourcePort` names the connection: requests
 * from one source port to one destination belong to one connection and reach the same back end; a new port is a new
 * connection. The reply is a `TrafficResult`. Give a `timeoutMs` to `ctx.request`: the network has no other.
 */
export interface TrafficRequest {
  readonly traffic: Packet;
}

export interface Packet {
  readonly protocol: 'TCP' | 'UDP';
  readonly source: { readonly ip: string; readonly port: number };
  readonly destination: { readonly ip: string; readonly port: number };
  readonly payload: HttpRequest | unknown;
}

export type TrafficResult =
  | { readonly ok: true; readonly payload: HttpResponse | unknown }
  /** `ECONNREFUSED`: nobody listens (or a rule rejects); `EHOSTUNREACH`: no route; `ECONNRESET`: the server went away meanwhile. */
  | {
      readonly ok: false;
      readonly error: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ECONNRESET' | 'ETIMEDOUT';
      readonly reason: string;
    };

/** What a listening program receives: the body of a request. It replies with the bare payload. */
export interface IncomingTraffic {
  readonly incoming: Packet;
}

/** Payloads of programs that speak something like HTTP, and of the kubelet's probes. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly body?: string;
}
