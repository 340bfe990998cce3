/** A control plane for tests: one fake etcd, API servers, and clients that ask one thing at a time. */

import type { NewObject } from '../../src/kubernetes/api/object.ts';
import { CONFIG_MAPS, PODS, type Resource } from '../../src/kubernetes/api/resource.ts';
import type { Status } from '../../src/kubernetes/api/status.ts';
import { apiServer } from '../../src/kubernetes/components/api-server/api-server.ts';
import type { ApiServerArgs } from '../../src/kubernetes/components/api-server/server-options.ts';
import type { ApiServerState } from '../../src/kubernetes/components/api-server/server-state.ts';
import type {
  ApiRequest,
  ApiResponse,
  ObjectList,
  WatchEvent,
  WatchRequest,
} from '../../src/kubernetes/protocol/api.ts';
import type { EtcdRequest, EtcdResponse } from '../../src/kubernetes/protocol/etcd.ts';
import { Stage, type StageOptions } from '../probe.ts';
import { type FakeEtcdState, fakeEtcd } from './fake-etcd.ts';

/** An object as answers and events carry it. */
export interface Loose {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly uid: string;
    // biome-ignore lint/suspicious/noExplicitAny: tests look at any field
    readonly [field: string]: any;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any field
  readonly [field: string]: any;
}

type WithoutUser<T> = T extends unknown ? Omit<T, 'user'> : never;

export const ETCD = 'cp/etcd';
export const API = 'cp/kube-apiserver';

export class Tank {
  readonly stage: Stage;
  #asked = 0;

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Starts it, with hosts and programs of the test's own beside it; ready when the API server is. */
  static async start(args: Partial<ApiServerArgs> = {}, options: Partial<StageOptions> = {}): Promise<Tank> {
    const server = { program: 'apiServer', args: { etcd: [ETCD], ...args } };
    const stage = new Stage({
      ...options,
      programs: { apiServer, fakeEtcd, ...options.programs },
      hosts: [
        {
          name: 'cp',
          processes: [
            { name: 'etcd', program: 'fakeEtcd' },
            { name: 'kube-apiserver', ...server },
          ],
        },
        { name: 'cp2', processes: [{ name: 'kube-apiserver', ...server }] },
        'client',
        ...(options.hosts ?? []),
      ],
    });
    const tank = new Tank(stage);
    await stage.world.run({ forMs: 200 });
    return tank;
  }

  get etcd(): FakeEtcdState {
    return this.stage.world.view.state(ETCD) as FakeEtcdState;
  }

  get server(): ApiServerState {
    return this.stage.world.view.state(API) as ApiServerState;
  }

  run(forMs: number): Promise<unknown> {
    return this.stage.world.run({ forMs });
  }

  /** Asks without waiting; `answerTo` has the answer when it is there. */
  post(request: WithoutUser<ApiRequest>, to = API): number {
    const number = this.#asked++;
    const body = { user: 'kubernetes-admin', ...request };
    this.stage.tell('client/main', (ctx) => ctx.request(to, body, { then: number, timeoutMs: 70_000 }));
    return number;
  }

  answerTo(number: number): ApiResponse | undefined {
    for (const message of this.stage.all('client/main', 'response')) {
      if (message.then !== number) continue;
      if (message.ok) return message.body as ApiResponse;
      throw new Error(`${message.failure}: ${message.reason}`);
    }
    return undefined;
  }

  /** What the client knows: `unknown` if it may have happened. */
  outcomeOf(number: number): 'granted' | 'refused' | 'unknown' {
    const message = this.stage.all('client/main', 'response').find(({ then }) => then === number);
    if (message === undefined) return 'unknown';
    if (!message.ok) return message.mayHaveHappened ? 'unknown' : 'refused';
    const { code } = message.body as ApiResponse;
    if (code < 400) return 'granted';
    return code >= 500 && code !== 503 ? 'unknown' : 'refused';
  }

  async ask(request: WithoutUser<ApiRequest>, to = API): Promise<ApiResponse> {
    const number = this.post(request, to);
    for (let waitedMs = 0; waitedMs < 70_000; waitedMs += 20) {
      await this.run(20);
      const answer = this.answerTo(number);
      if (answer !== undefined) return answer;
    }
    throw new Error(`No answer to ${JSON.stringify(request)}.`);
  }

  /** The object of an answer that must be good. */
  async get(request: WithoutUser<ApiRequest>, to = API): Promise<Loose> {
    const answer = await this.ask(request, to);
    if (answer.code >= 400) throw new Error(`Refused: ${(answer.object as Status).message}`);
    return answer.object as unknown as Loose;
  }

  /** The list of an answer that must be good. */
  async list(request: WithoutUser<ApiRequest>, to = API): Promise<ObjectList> {
    return (await this.get(request, to)) as unknown as ObjectList;
  }

  /** The refusal. */
  async refusal(request: WithoutUser<ApiRequest>, to = API): Promise<Status> {
    const answer = await this.ask(request, to);
    if (answer.code < 400) throw new Error(`Granted: ${JSON.stringify(answer.object)}`);
    return answer.object as Status;
  }

  async tellEtcd(request: EtcdRequest): Promise<EtcdResponse> {
    const number = this.#asked++;
    this.stage.tell('client/main', (ctx) => ctx.request(ETCD, request, { then: number }));
    await this.run(20);
    const message = this.stage.all('client/main', 'response').find(({ then }) => then === number);
    if (message?.ok !== true) throw new Error('etcd does not answer.');
    return message.body as EtcdResponse;
  }

  async watch(request: Omit<WatchRequest, 'user' | 'verb'>, to = API): Promise<WatchTap> {
    const tag = `watch ${this.#asked++}`;
    const body = { verb: 'watch', user: 'kubernetes-admin', ...request };
    this.stage.tell('client/main', (ctx) => void ctx.openStream(to, body, { then: tag }));
    await this.run(20);
    return new WatchTap(this.stage, tag);
  }

  /** A namespace, made. */
  namespace(name: string): Promise<Loose> {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    return this.get({ verb: 'create', resource: NAMESPACES_RESOURCE, object });
  }

  create(resource: Resource, object: NewObject, to = API): Promise<Loose> {
    return this.get({ verb: 'create', resource, namespace: object.metadata.namespace ?? 'default', object }, to);
  }
}

const NAMESPACES_RESOURCE: Resource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};

/** What a watch has told so far. */
export class WatchTap {
  readonly #stage: Stage;
  readonly #tag: string;

  constructor(stage: Stage, tag: string) {
    this.#stage = stage;
    this.#tag = tag;
  }

  get events(): WatchEvent[] {
    return this.#mine().flatMap((message) => (message.event === 'message' ? [message.body as WatchEvent] : []));
  }

  /** `ADDED web`, without bookmarks. */
  get told(): string[] {
    return this.events
      .filter(({ type }) => type !== 'BOOKMARK')
      .map(({ type, object }) => `${type} ${'reason' in object ? object.reason : (object as Loose).metadata.name}`);
  }

  get closed(): boolean {
    return this.#mine().some(({ event }) => event === 'closed');
  }

  #mine() {
    return this.#stage
      .all('client/main', 'stream')
      .filter((message) => message.event !== 'opened' && message.then === this.#tag);
  }
}

export function newPod(name: string, more: Partial<NewObject['metadata']> = {}, spec: object = {}): NewObject {
  const containers = [{ name: 'main', image: 'web:1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more }, spec: { containers, ...spec } };
}

export function newConfigMap(name: string, data: Record<string, string> = {}, more: object = {}): NewObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more }, data };
}

export const ofPod = (name: string, namespace = 'default') => ({ resource: PODS, namespace, name });
export const ofConfigMap = (name: string, namespace = 'default') => ({ resource: CONFIG_MAPS, namespace, name });
