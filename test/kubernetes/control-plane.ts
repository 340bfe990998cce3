/**
 * A control plane for tests of what talks to it: a fake etcd and the real API server, which a test can tell to refuse
 * requests and to hold back what its watches would say.
 */
import type { KubernetesObject, NewObject } from '../../src/kubernetes/api/object.ts';
import type { Resource } from '../../src/kubernetes/api/resource.ts';
import { failureStatus, type StatusReason } from '../../src/kubernetes/api/status.ts';
import { apiServer } from '../../src/kubernetes/components/api-server/api-server.ts';
import type { ApiRequest, ApiResponse } from '../../src/kubernetes/protocol/api.ts';
import type { Actor, Context, HostSpec, Programs } from '../../src/sim/index.ts';
import { type FakeEtcdState, fakeEtcd } from '../api-server/fake-etcd.ts';
import { Stage, type StageOptions } from '../probe.ts';

export const API = 'cp/kube-apiserver';

/** The `ApiAccess` of whoever is under test. */
export const ACCESS = { servers: [API], user: 'kubernetes-admin' } as const;

/** What the next requests of a verb and plural are answered instead of being done. */
export interface Refusal {
  readonly verb: string;
  readonly plural: string;
  readonly reason: StatusReason;
  readonly code: number;
  readonly times: number;
}

/** Posted to the API server. */
type Order = { readonly hold: boolean } | { readonly refuse: Refusal };

interface State {
  inner: unknown;
  holding: boolean;
  readonly held: { readonly stream: number; readonly body: unknown }[];
  readonly refusals: { refusal: Refusal; left: number }[];
}

const inner = apiServer as Actor;

const restrainedApiServer: Actor<State> = {
  start: (ctx) => ({ inner: inner.start(ctx), holding: false, held: [], refusals: [] }),
  receive(state, message, ctx) {
    if (message.type === 'message' && message.from === 'outside') {
      const order = message.body as Order;
      if ('refuse' in order) state.refusals.push({ refusal: order.refuse, left: order.refuse.times });
      else {
        state.holding = order.hold;
        if (!order.hold) for (const { stream, body } of state.held.splice(0)) ctx.streamSend(stream, body);
      }
      return state;
    }
    if (message.type === 'request') {
      const { verb, resource } = message.body as ApiRequest;
      const entry = state.refusals.find(
        ({ refusal, left }) => left > 0 && refusal.verb === verb && refusal.plural === resource?.plural,
      );
      if (entry !== undefined) {
        entry.left--;
        const { code, reason } = entry.refusal;
        ctx.reply(message.id, { code, object: failureStatus(reason, `${reason} in a test`) } satisfies ApiResponse);
        return state;
      }
    }
    state.inner = inner.receive(state.inner, message, holdingBack(state, ctx));
    return state;
  },
};

function holdingBack(state: State, ctx: Context): Context {
  return new Proxy(ctx, {
    get(target, key) {
      if (key === 'streamSend' && state.holding) {
        return (stream: number, body: unknown) => void state.held.push({ stream, body });
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const CONTROL_PLANE: HostSpec = {
  name: 'cp',
  processes: [
    { name: 'etcd', program: 'fakeEtcd' },
    { name: 'kube-apiserver', program: 'restrainedApiServer', args: { etcd: ['cp/etcd'] }, restart: 'always' },
  ],
};

type WithoutUser<T> = T extends unknown ? Omit<T, 'user'> : never;

/** A stage with a control plane, a `client` for the test's own requests, and whatever else it asks for. */
export class ControlPlaneStage {
  readonly stage: Stage;
  #asked = 0;

  constructor(hosts: readonly HostSpec[], programs: Programs, options: Partial<Omit<StageOptions, 'hosts'>> = {}) {
    this.stage = new Stage({
      ...options,
      programs: { fakeEtcd, restrainedApiServer, ...programs },
      hosts: [CONTROL_PLANE, 'client', ...hosts],
    });
  }

  run(forMs: number): Promise<unknown> {
    return this.stage.world.run({ forMs });
  }

  /** Until it is true, looked at each 10 ms. */
  async until(what: () => boolean, withinMs = 60_000): Promise<void> {
    for (let waitedMs = 0; !what(); waitedMs += 10) {
      if (waitedMs > withinMs) throw new Error(`It does not happen: ${what}`);
      await this.run(10);
    }
  }

  hold(hold: boolean): void {
    this.stage.world.post(API, { hold } satisfies Order);
  }

  refuse(verb: string, plural: string, reason: StatusReason, code: number, times = 1): void {
    this.stage.world.post(API, { refuse: { verb, plural, reason, code, times } } satisfies Order);
  }

  /** Asks the API server, and waits for its answer. */
  async ask(request: WithoutUser<ApiRequest>): Promise<ApiResponse> {
    const number = this.#asked++;
    const find = () => this.stage.all('client/main', 'response').find(({ then }) => then === number);
    this.stage.tell('client/main', (ctx) =>
      ctx.request(API, { ...request, user: 'kubernetes-admin' }, { then: number }),
    );
    await this.until(() => find() !== undefined);
    const message = find();
    if (message?.ok !== true) throw new Error(`No answer to ${JSON.stringify(request)}`);
    return message.body as ApiResponse;
  }

  /** Makes an object, and its status too if it has one. */
  async create(resource: Resource, object: NewObject): Promise<KubernetesObject> {
    const namespace = resource.namespaced ? { namespace: object.metadata.namespace ?? 'default' } : {};
    const { object: created, code } = await this.ask({ verb: 'create', resource, object, ...namespace });
    if (code >= 400) throw new Error(JSON.stringify(created));
    return created as KubernetesObject;
  }

  /** All objects of a kind, as the store has them. */
  stored<T extends KubernetesObject>(folder: string): T[] {
    const { kvs } = this.stage.world.view.state('cp/etcd') as FakeEtcdState;
    return [...kvs]
      .filter(([key]) => key.startsWith(`/registry/${folder}/`))
      .map(([, { value }]) => JSON.parse(value) as T);
  }
}
