/** The kubelet between an API server, a runtime and a network that do as they are told. */
import { describe, expect, it } from 'vitest';
import { type Actor, type Context, type PlannedFault, type StreamId, World } from '../../../sim/index.ts';
import type { KubernetesObject, New, Node, Pod } from '../../api/object.ts';
import type { ApiRequest, WatchRequest } from '../../protocol/api.ts';
import type { ContainerInfo, CriRequest, CriResponse, CriResult, PodSandbox } from '../../protocol/cri.ts';
import { kubelet } from './kubelet.ts';
import type { KubeletConfig, KubeletGuards } from './kubelet-args.ts';
import type { KubeletState } from './kubelet-state.ts';

// The API server: objects by `plural/namespace/name`, and who watches.

interface ApiState {
  revision: number;
  readonly objects: Map<string, KubernetesObject>;
  readonly watches: { readonly stream: StreamId; readonly plural: string; readonly fields: string }[];
  /** What was asked, by verb and plural, without lists and watches. */
  readonly asked: string[];
}

type Body = KubernetesObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> };

const apiServer: Actor<ApiState, ApiRequest | WatchRequest> = {
  start: () => ({ revision: 1, objects: new Map(), watches: [], asked: [] }),
  receive(state, message, ctx) {
    if (message.type === 'stream') {
      if (message.event === 'opened') {
        const { resource, fieldSelector = '', resourceVersion = '0' } = message.body as WatchRequest;
        state.watches.push({ stream: message.stream, plural: resource.plural, fields: fieldSelector });
        for (const [key, object] of state.objects) {
          const isNews = Number(object.metadata.resourceVersion) > Number(resourceVersion);
          if (!isNews || !key.startsWith(`${resource.plural}/`) || !matches(object, fieldSelector)) continue;
          ctx.streamSend(message.stream, { type: 'ADDED', object });
        }
      } else if (message.event === 'closed') {
        const index = state.watches.findIndex(({ stream }) => stream === message.stream);
        if (index >= 0) state.watches.splice(index, 1);
      }
    } else if (message.type === 'request') {
      const request = message.body as ApiRequest;
      if (request.verb !== 'list') state.asked.push(`${request.verb} ${request.resource.plural}`);
      ctx.reply(message.id, serve(state, request, ctx));
    } else if (message.type === 'message') serve(state, message.body as ApiRequest, ctx);
    return state;
  },
};

function serve(state: ApiState, request: ApiRequest, ctx: Context): unknown {
  const { plural } = request.resource;
  const name = 'name' in request && request.name !== undefined ? request.name : '';
  const key = `${plural}/${request.namespace ?? ''}/${name}`;
  const found = state.objects.get(key) as Body | undefined;
  const failure = (reason: string, code: number) => ({ code, object: { kind: 'Status', reason, message: reason } });
  switch (request.verb) {
    case 'list': {
      const items = [...state.objects].filter(([at]) => at.startsWith(`${plural}/`)).map(([, object]) => object);
      const fields = request.fieldSelector ?? '';
      const metadata = { resourceVersion: String(state.revision) };
      return { code: 200, object: { kind: 'List', metadata, items: items.filter((each) => matches(each, fields)) } };
    }
    case 'get':
      return found === undefined ? failure('NotFound', 404) : { code: 200, object: found };
    case 'create': {
      const object = structuredClone(request.object) as unknown as Body;
      const at = `${plural}/${request.namespace ?? ''}/${object.metadata.name}`;
      if (state.objects.has(at)) return failure('AlreadyExists', 409);
      object.metadata.uid ??= `uid-${state.revision}`;
      object.metadata.creationTimestamp = '2025-01-01T00:00:00Z';
      return { code: 201, object: put(state, at, object, 'ADDED', ctx) };
    }
    case 'update': {
      if (found === undefined) return failure('NotFound', 404);
      if (request.object.metadata.resourceVersion !== found.metadata.resourceVersion) return failure('Conflict', 409);
      return {
        code: 200,
        object: put(state, key, structuredClone(request.object) as unknown as Body, 'MODIFIED', ctx),
      };
    }
    case 'patch': {
      if (found === undefined) return failure('NotFound', 404);
      const patch = request.patch as { metadata?: { uid?: string; labels?: object }; status?: Record<string, unknown> };
      if (patch.metadata?.uid !== undefined && patch.metadata.uid !== found.metadata.uid)
        return failure('Conflict', 409);
      const object = structuredClone(found);
      if (patch.metadata?.labels !== undefined)
        object.metadata.labels = { ...object.metadata.labels, ...patch.metadata.labels };
      const status = { ...object.status };
      for (const [field, value] of Object.entries(patch.status ?? {})) {
        if (value === null) delete status[field];
        else if (field === 'conditions') status[field] = mergeConditions(status[field] as Typed[], value as Typed[]);
        else status[field] = Array.isArray(value) ? value.filter((each) => each.$patch === undefined) : value;
      }
      object.status = status;
      return { code: 200, object: put(state, key, object, 'MODIFIED', ctx) };
    }
    case 'delete': {
      if (found === undefined) return failure('NotFound', 404);
      const { preconditions, gracePeriodSeconds = 30 } = request.options ?? {};
      if (preconditions?.uid !== undefined && preconditions.uid !== found.metadata.uid) return failure('Conflict', 409);
      if (plural === 'pods' && gracePeriodSeconds > 0) {
        const object = structuredClone(found);
        object.metadata.deletionTimestamp = '2025-01-01T01:00:00Z';
        object.metadata.deletionGracePeriodSeconds = gracePeriodSeconds;
        return { code: 200, object: put(state, key, object, 'MODIFIED', ctx) };
      }
      state.objects.delete(key);
      const last = structuredClone(found);
      last.metadata.resourceVersion = String(++state.revision);
      tell(state, plural, 'DELETED', last, ctx);
      return { code: 200, object: found };
    }
    default:
      return failure('MethodNotAllowed', 405);
  }
}

interface Typed {
  readonly type: string;
}

function mergeConditions(old: readonly Typed[] = [], patch: readonly Typed[]): Typed[] {
  const kept = old.filter(({ type }) => !patch.some((each) => each.type === type));
  const merged = patch.map((each) => ({ ...old.find(({ type }) => type === each.type), ...each }));
  return [
    ...kept,
    ...merged.map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== null))),
  ] as unknown as Typed[];
}

function put(state: ApiState, key: string, object: Body, type: string, ctx: Context): Body {
  object.metadata.resourceVersion = String(++state.revision);
  const frozen = ctx.freeze(object);
  state.objects.set(key, frozen);
  tell(state, key.split('/')[0] as string, type, frozen, ctx);
  return frozen;
}

function tell({ watches }: ApiState, plural: string, type: string, object: Body, ctx: Context): void {
  for (const watch of watches) {
    if (watch.plural === plural && matches(object, watch.fields)) ctx.streamSend(watch.stream, { type, object });
  }
}

function matches(object: KubernetesObject, fields: string): boolean {
  const [path, value] = fields.split('=');
  if (path === 'spec.nodeName') return (object as Pod).spec.nodeName === value;
  return path === 'metadata.name' ? object.metadata.name === value : true;
}

// The runtime: what an image does is its name.

interface RuntimeState {
  made: number;
  readonly sandboxes: Map<string, PodSandbox>;
  readonly containers: Map<string, ContainerInfo>;
  readonly images: Set<string>;
  readonly watchers: StreamId[];
  readonly calls: string[];
  network: boolean;
}

type RuntimeThen =
  | { readonly stop: string }
  | { readonly exit: string; readonly code: number }
  | { readonly pull: string };

const runtime: Actor<RuntimeState, CriRequest, RuntimeThen & { request?: never }> = {
  start: () => ({
    made: 0,
    sandboxes: new Map(),
    containers: new Map(),
    images: new Set(),
    watchers: [],
    calls: [],
    network: true,
  }),
  receive(state, message, ctx) {
    if (message.type === 'stream') {
      if (message.event === 'opened') state.watchers.push(message.stream);
      else if (message.event === 'closed') state.watchers.splice(state.watchers.indexOf(message.stream), 1);
    } else if (message.type === 'message') state.network = (message.body as unknown as { network: boolean }).network;
    else if (message.type === 'timer') {
      const then = message.then as unknown as Record<string, string | number>;
      if (then.exit !== undefined) end(state, String(then.exit), Number(then.code), ctx);
      if (then.answer !== undefined) {
        const [body, stops] = [JSON.parse(String(then.body)) as CriResponse, then.stops];
        if (stops !== undefined) end(state, String(stops), 137, ctx);
        ctx.reply(then.answer as never, body);
      }
    } else if (message.type === 'request') {
      state.calls.push(message.body.call);
      const result = call(state, message.body, message.id as never, ctx);
      if (result !== undefined) ctx.reply(message.id, result);
    }
    return state;
  },
};

const fine = (result: CriResult): CriResponse => ({ ok: true, result });

function call(state: RuntimeState, request: CriRequest, id: string, ctx: Context): CriResponse | undefined {
  switch (request.call) {
    case 'Status':
      return fine({ call: 'Status', runtimeReady: true, networkReady: state.network });
    case 'ListPodSandbox': {
      const all = [...state.sandboxes.values()];
      const items = all.filter(({ metadata }) => request.podUid === undefined || metadata.uid === request.podUid);
      return fine({ call: 'ListPodSandbox', items });
    }
    case 'ListContainers': {
      const all = [...state.containers.values()];
      const of = request.podSandboxId;
      return fine({
        call: 'ListContainers',
        containers: all.filter((each) => of === undefined || each.podSandboxId === of),
      });
    }
    case 'RunPodSandbox': {
      const { metadata, labels, annotations } = request.config;
      const sandbox = `s${++state.made}`;
      const ip = `10.0.0.${state.made}`;
      state.sandboxes.set(sandbox, {
        id: sandbox,
        metadata,
        state: 'READY',
        createdAt: ctx.now,
        labels,
        annotations,
        ip,
      });
      emit(state, sandbox, 'CONTAINER_STARTED', ctx);
      return fine({ call: 'RunPodSandbox', podSandboxId: sandbox, ip });
    }
    case 'StopPodSandbox': {
      const sandbox = state.sandboxes.get(request.podSandboxId);
      if (sandbox !== undefined) state.sandboxes.set(sandbox.id, { ...sandbox, state: 'NOTREADY', ip: '' });
      emit(state, request.podSandboxId, 'CONTAINER_STOPPED', ctx);
      return fine({ call: 'StopPodSandbox' });
    }
    case 'RemovePodSandbox':
      state.sandboxes.delete(request.podSandboxId);
      for (const { id: each, podSandboxId } of [...state.containers.values()]) {
        if (podSandboxId === request.podSandboxId) state.containers.delete(each);
      }
      return fine({ call: 'RemovePodSandbox' });
    case 'ImageStatus': {
      const { image } = request;
      const there = state.images.has(image);
      return fine({ call: 'ImageStatus', ...(there ? { image: { id: 'sha256:1', name: image, sizeBytes: 1 } } : {}) });
    }
    case 'PullImage':
      if (request.image.startsWith('missing')) return { ok: false, code: 'NotFound', message: 'no such image' };
      state.images.add(request.image);
      answerLater(id, fine({ call: 'PullImage', imageRef: 'sha256:1' }), 500, ctx);
      return undefined;
    case 'CreateContainer': {
      const { metadata, image, labels, annotations } = request.config;
      const container = `c${++state.made}`;
      state.containers.set(container, {
        id: container,
        podSandboxId: request.podSandboxId,
        metadata,
        image,
        imageRef: 'sha256:1',
        state: 'CREATED',
        createdAt: ctx.now,
        startedAt: 0,
        finishedAt: 0,
        exitCode: 0,
        reason: '',
        message: JSON.stringify(request.config.envs),
        labels,
        annotations,
      });
      emit(state, container, 'CONTAINER_CREATED', ctx);
      return fine({ call: 'CreateContainer', containerId: container });
    }
    case 'StartContainer': {
      const container = state.containers.get(request.containerId);
      if (container === undefined) return { ok: false, code: 'NotFound', message: 'no such container' };
      state.containers.set(container.id, { ...container, state: 'RUNNING', startedAt: ctx.now, message: '' });
      emit(state, container.id, 'CONTAINER_STARTED', ctx);
      const code = { crash: 1, job: 0, 'slow-job': 0 }[container.image];
      const ms = container.image === 'slow-job' ? 20_000 : 1000;
      if (code !== undefined) ctx.setTimer(`exit ${container.id}`, ms, { exit: container.id, code });
      return fine({ call: 'StartContainer' });
    }
    case 'StopContainer': {
      const container = state.containers.get(request.containerId);
      const answer = fine({ call: 'StopContainer' });
      if (container?.state !== 'RUNNING') return answer;
      // A stubborn one uses up its grace period, the others end in a second.
      const ms = container.image === 'stubborn' ? request.timeoutSeconds * 1000 : 1000;
      answerLater(id, answer, ms, ctx, container.id);
      return undefined;
    }
    case 'RemoveContainer':
      state.containers.delete(request.containerId);
      return fine({ call: 'RemoveContainer' });
    case 'ExecSync': {
      const started = state.containers.get(request.containerId)?.startedAt ?? 0;
      const [command, argument] = request.cmd;
      // `fail-after N`: well for N seconds.
      const age = (ctx.now - started) / 1_000_000;
      const failed = command === 'false' || (command === 'fail-after' && age > Number(argument));
      return fine({ call: 'ExecSync', exitCode: failed ? 1 : 0, stdout: failed ? 'bad' : '', stderr: '' });
    }
    default:
      return { ok: false, code: 'Unknown', message: 'not here' };
  }
}

function answerLater(id: string, body: CriResponse, ms: number, ctx: Context, stops?: string): void {
  ctx.setTimer(`answer ${id}`, ms, {
    answer: id,
    body: JSON.stringify(body),
    ...(stops === undefined ? {} : { stops }),
  });
}

function end(state: RuntimeState, id: string, exitCode: number, ctx: Context): void {
  const container = state.containers.get(id);
  if (container?.state !== 'RUNNING') return;
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  state.containers.set(id, { ...container, state: 'EXITED', finishedAt: ctx.now, exitCode, reason });
  emit(state, id, 'CONTAINER_STOPPED', ctx);
}

function emit(state: RuntimeState, id: string, type: string, ctx: Context): void {
  const sandbox = state.sandboxes.get(state.containers.get(id)?.podSandboxId ?? id);
  const event = { containerId: id, type, createdAt: ctx.now, podSandboxId: sandbox?.id, podUid: sandbox?.metadata.uid };
  for (const stream of state.watchers) ctx.streamSend(stream, event);
}

/** The network: port 80 answers with 200, port 81 with 500, nobody listens at others. */
const overlay: Actor<null> = {
  start: () => null,
  receive(state, message, ctx) {
    if (message.type !== 'request') return state;
    const { port } = (message.body as { traffic: { destination: { port: number } } }).traffic.destination;
    const status = { 80: 200, 81: 500 }[port];
    const refused = { ok: false, error: 'ECONNREFUSED', reason: 'nobody listens' };
    ctx.reply(message.id, status === undefined ? refused : { ok: true, payload: { status } });
    return state;
  },
};

interface Options {
  readonly config?: Partial<KubeletConfig & KubeletGuards>;
  readonly guards?: Partial<KubeletGuards>;
  readonly faults?: readonly PlannedFault[];
  readonly seed?: number;
}

const ALWAYS = { restart: 'always' as const };

function stage({ config = {}, guards = {}, faults = [], seed = 1 }: Options = {}) {
  const args = {
    api: { servers: ['cp/kube-apiserver'], user: 'system:node:n1' },
    node: { labels: { zone: 'a' }, capacity: { cpu: '2', memory: '2Gi', pods: '10' }, internalIP: '192.168.0.1' },
    config,
    guards,
  };
  const world = new World({
    seed,
    paranoid: true,
    trace: { keep: 'full' },
    programs: { apiServer, runtime, overlay, kubelet },
    hosts: [
      { name: 'cp', processes: [{ name: 'kube-apiserver', program: 'apiServer', ...ALWAYS }] },
      {
        name: 'n1',
        processes: [
          { name: 'overlay', program: 'overlay', ...ALWAYS },
          { name: 'containerd', program: 'runtime', ...ALWAYS },
          { name: 'kubelet', program: 'kubelet', args, ...ALWAYS },
        ],
      },
    ],
    plan: { faults: [...faults] },
  });
  const objects = () => (world.view.state('cp/kube-apiserver') as ApiState).objects;
  return {
    world,
    api: (request: Partial<ApiRequest>) => world.post('cp/kube-apiserver', request),
    create: (object: New<Pod> | object) =>
      world.post('cp/kube-apiserver', {
        verb: 'create',
        resource: {
          group: '',
          version: 'v1',
          plural: (object as { kind: string }).kind === 'Pod' ? 'pods' : 'configmaps',
        },
        namespace: 'default',
        object,
      }),
    remove: (name: string, gracePeriodSeconds?: number) =>
      world.post('cp/kube-apiserver', {
        verb: 'delete',
        resource: { group: '', version: 'v1', plural: 'pods' },
        namespace: 'default',
        name,
        options: gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
      }),
    pod: (name: string) => objects().get(`pods/default/${name}`) as Pod | undefined,
    node: () => objects().get('nodes//n1') as Node | undefined,
    asked: () => (world.view.state('cp/kube-apiserver') as ApiState).asked,
    runtime: () => world.view.state('n1/containerd') as RuntimeState,
    kubelet: () => world.view.state('n1/kubelet') as KubeletState,
    notes: (name: string) => world.view.history.filter((note) => note.name === name).map(({ data }) => data),
    run: async (seconds: number) => {
      await world.run({ forMs: seconds * 1000 });
      expect(world.report().panics.map(({ message }) => message)).toEqual([]);
    },
  };
}

function pod(name: string, spec: object = {}, uid = `uid-of-${name}`): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid, generation: 1 },
    spec: {
      nodeName: 'n1',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [{ name: 'main', image: 'app' }],
      ...spec,
    },
  };
}

const condition = (object: Pod | Node | undefined, type: string) =>
  (
    object?.status?.conditions as { type: string; status: string; reason?: string; message?: string }[] | undefined
  )?.find((each) => each.type === type);

describe('the node', () => {
  it('is registered, ready once runtime and network are, and keeps its lease with one request each 10 s', async () => {
    const { node, asked, run, world } = stage();
    await run(5);
    expect(node()?.metadata.labels).toMatchObject({ zone: 'a', 'kubernetes.io/hostname': 'n1' });
    expect(condition(node(), 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    const before = asked().length;
    await run(200);
    const after = asked().slice(before);
    expect(after.filter((each) => each !== 'update leases')).toEqual([]);
    expect(after.length).toBeGreaterThanOrEqual(19);
    await run(200);
    expect(
      asked()
        .slice(before)
        .filter((each) => each === 'patch nodes'),
    ).toHaveLength(1);
    expect(world.report().panics).toEqual([]);
  });

  it('is not ready while the network is not, and says so again when somebody else has written', async () => {
    const { node, run, world, api } = stage();
    world.post('n1/containerd', { network: false });
    await run(5);
    expect(condition(node(), 'Ready')).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    world.post('n1/containerd', { network: true });
    await run(20);
    expect(condition(node(), 'Ready')?.status).toBe('True');
    const patch = { status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] } };
    const resource = { group: '', version: 'v1', plural: 'nodes' };
    api({ verb: 'patch', resource, name: 'n1', patchType: 'strategic', patch, user: 'x' });
    await run(11);
    expect(condition(node(), 'Ready')?.status).toBe('True');
  });

  it('is not ready when its runtime has been away for half a minute', async () => {
    const faults: PlannedFault[] = [
      { atMs: 5_000, forMs: 60_000, fault: { kind: 'pause', processes: 'n1/containerd' } },
    ];
    const { node, run } = stage({ faults, config: { runtimeCheckWhenReadySeconds: 10 } });
    await run(62);
    expect(condition(node(), 'Ready')?.status).toBe('False');
    await run(60);
    expect(condition(node(), 'Ready')?.status).toBe('True');
  });
});

describe('a pod', () => {
  it('is run, reported ready, and deleted from the API once its containers are dead', async () => {
    const { create, pod: get, remove, run, notes, runtime: cri, kubelet: state, asked } = stage();
    create(pod('web'));
    await run(5);
    expect(get('web')?.status).toMatchObject({
      phase: 'Running',
      podIP: '10.0.0.1',
      hostIP: '192.168.0.1',
      qosClass: 'BestEffort',
      observedGeneration: 1,
    });
    expect(condition(get('web'), 'Ready')).toMatchObject({ status: 'True' });
    expect(condition(get('web'), 'Ready')).not.toHaveProperty('reason');
    expect(get('web')?.status?.containerStatuses?.[0]).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      imageID: 'sha256:1',
    });
    expect(notes('pod-admitted')).toEqual([{ uid: 'uid-of-web', pod: 'default/web', cpuMilli: 0, memoryBytes: 0 }]);
    const patches = asked().filter((each) => each === 'patch pods').length;
    expect(patches).toBeLessThanOrEqual(4);
    await run(600);
    expect(asked().filter((each) => each === 'patch pods')).toHaveLength(patches);
    remove('web');
    await run(0.5);
    expect(get('web')).toBeDefined();
    await run(5);
    expect(get('web')).toBeUndefined();
    expect(notes('pod-finished')).toEqual([{ uid: 'uid-of-web', pod: 'default/web' }]);
    expect(cri().sandboxes.size).toBe(0);
    expect(state().workers.size).toBe(0);
  });

  it('finishes: init containers in order, then the others, then Succeeded', async () => {
    const { create, pod: get, run, runtime: cri } = stage();
    const initContainers = ['a', 'b'].map((name) => ({ name, image: 'job' }));
    create(pod('job', { restartPolicy: 'Never', initContainers, containers: [{ name: 'main', image: 'job' }] }));
    await run(2);
    expect(condition(get('job'), 'Initialized')?.status).toBe('False');
    await run(5);
    expect(get('job')?.status?.phase).toBe('Succeeded');
    expect(condition(get('job'), 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
    const starts = [...cri().containers.values()].sort((a, b) => a.startedAt - b.startedAt);
    expect(starts.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'main']);
    expect([...cri().sandboxes.values()].map(({ state }) => state)).toEqual(['NOTREADY']);
  });

  it('that crashes is started again after 0, 10, 20, 40 seconds', async () => {
    const { create, pod: get, run, runtime: cri } = stage();
    create(pod('bad', { containers: [{ name: 'main', image: 'crash' }] }));
    await run(5);
    const status = get('bad')?.status?.containerStatuses?.[0];
    expect(status).toMatchObject({ restartCount: 1, ready: false });
    expect(status?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(status?.state?.waiting?.message).toBe(
      'back-off 10s restarting failed container=main pod=bad_default(uid-of-bad)',
    );
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    await run(90);
    expect(get('bad')?.status?.containerStatuses?.[0]?.restartCount).toBe(4);
    expect(cri().containers.size).toBeLessThanOrEqual(3);
  });

  it('whose image cannot be pulled waits with ErrImagePull, then ImagePullBackOff', async () => {
    const { create, pod: get, run, runtime: cri } = stage();
    create(pod('none', { containers: [{ name: 'main', image: 'missing' }] }));
    const seen = new Set<string>();
    for (let second = 0; second < 60; second++) {
      await run(1);
      seen.add(get('none')?.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '');
    }
    expect([...seen]).toEqual(expect.arrayContaining(['ErrImagePull', 'ImagePullBackOff']));
    expect(cri().calls.filter((each) => each === 'PullImage').length).toBeLessThanOrEqual(4);
  });

  it('that does not fit is rejected with upstream’s words', async () => {
    const { create, pod: get, remove, run, notes } = stage();
    const of = (cpu: string) => ({ containers: [{ name: 'main', image: 'app', resources: { requests: { cpu } } }] });
    create(pod('one', of('1500m')));
    create(pod('two', of('600m')));
    await run(5);
    expect(get('two')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000",
    });
    expect(notes('pod-admitted')).toHaveLength(1);
    remove('two');
    await run(2);
    expect(get('two')).toBeUndefined();
  });

  it('is restarted when its liveness probe fails, and unready when its readiness probe does', async () => {
    const { create, pod: get, run } = stage();
    const probe = (command: string[]) => ({ exec: { command }, periodSeconds: 1 });
    const main = { name: 'main', image: 'app', livenessProbe: probe(['fail-after', '10']) };
    create(pod('sick', { containers: [main] }));
    const unready = { httpGet: { port: 81 }, periodSeconds: 1 };
    create(pod('shy', { containers: [{ name: 'main', image: 'app', readinessProbe: unready }] }));
    create(pod('fit', { containers: [{ name: 'main', image: 'app', readinessProbe: { httpGet: { port: 80 } } }] }));
    await run(5);
    expect(condition(get('shy'), 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
    expect(condition(get('fit'), 'Ready')?.status).toBe('True');
    await run(15);
    expect(get('sick')?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
    expect(get('shy')?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0, ready: false });
  });

  it('waits for a config map, and is given what is in it', async () => {
    const { create, pod: get, run, runtime: cri } = stage();
    const env = [
      { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'cm', key: 'color' } } },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'BOTH', value: '$(COLOR)-$(NOT)' },
    ];
    create(pod('conf', { containers: [{ name: 'main', image: 'app', env }] }));
    await run(5);
    const waiting = get('conf')?.status?.containerStatuses?.[0]?.state?.waiting;
    expect(waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'configmap "cm" not found' });
    create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cm', namespace: 'default' },
      data: { color: 'red' },
    });
    await run(20);
    expect(get('conf')?.status?.phase).toBe('Running');
    expect(cri().calls.filter((each) => each === 'CreateContainer')).toHaveLength(1);
  });

  it('gets no new life under its name before the old one has ended', async () => {
    const { create, pod: get, remove, run, runtime: cri, notes } = stage();
    create(
      pod('twin', { terminationGracePeriodSeconds: 20, containers: [{ name: 'main', image: 'stubborn' }] }, 'first'),
    );
    await run(5);
    remove('twin', 0);
    await run(0.1);
    create(pod('twin', {}, 'second'));
    await run(10);
    const running = () => [...cri().containers.values()].filter(({ state }) => state === 'RUNNING');
    expect(running().map(({ image }) => image)).toEqual(['stubborn']);
    await run(20);
    expect(running().map(({ image }) => image)).toEqual(['app']);
    expect(get('twin')?.status?.phase).toBe('Running');
    expect(notes('pod-finished')).toEqual([{ uid: 'first', pod: 'default/twin' }]);
  });

  it('is stopped at once when its grace is cut short', async () => {
    const { create, pod: get, remove, run } = stage();
    create(pod('slow', { containers: [{ name: 'main', image: 'stubborn' }] }));
    await run(5);
    remove('slow');
    await run(5);
    expect(get('slow')).toBeDefined();
    remove('slow', 3);
    await run(6);
    expect(get('slow')).toBeUndefined();
  });
});

describe('the end of a pod', () => {
  it('stops sidecars after the others, in the reverse of their order', async () => {
    const { create, remove, run, runtime: cri } = stage();
    const sidecar = (name: string) => ({ name, image: 'app', restartPolicy: 'Always' });
    create(pod('side', { initContainers: [sidecar('one'), sidecar('two')] }));
    await run(5);
    expect([...cri().containers.values()].map(({ metadata, state }) => [metadata.name, state])).toEqual([
      ['one', 'RUNNING'],
      ['two', 'RUNNING'],
      ['main', 'RUNNING'],
    ]);
    remove('side');
    const running = () =>
      [...cri().containers.values()].flatMap(({ metadata, state }) => (state === 'RUNNING' ? [metadata.name] : []));
    await run(1.5);
    expect(running()).toEqual(['one', 'two']);
    await run(1);
    expect(running()).toEqual(['one']);
    await run(1);
    expect(running()).toEqual([]);
  });

  it('runs the hook first, and what it takes is taken from the grace period', async () => {
    const { create, pod: get, remove, run, runtime: cri } = stage();
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    create(
      pod('hook', { containers: [{ name: 'main', image: 'stubborn', lifecycle }], terminationGracePeriodSeconds: 9 }),
    );
    await run(5);
    remove('hook', 9);
    await run(4);
    expect(cri().calls).not.toContain('StopContainer');
    await run(4);
    expect(get('hook')).toBeDefined();
    await run(2);
    expect(get('hook')).toBeUndefined();
  });

  it('comes when its deadline has passed', async () => {
    const { create, pod: get, run, runtime: cri } = stage();
    create(pod('late', { activeDeadlineSeconds: 10 }));
    await run(9);
    expect(get('late')?.status?.phase).toBe('Running');
    await run(5);
    expect(get('late')?.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect([...cri().containers.values()].map(({ state }) => state)).toEqual(['EXITED']);
  });

  it('is told to the API when the partition is over', async () => {
    const faults: PlannedFault[] = [
      { atMs: 10_000, forMs: 60_000, fault: { kind: 'partition', sides: [['cp'], ['n1']] } },
    ];
    const { create, pod: get, run } = stage({ faults });
    create(pod('job', { restartPolicy: 'Never', containers: [{ name: 'main', image: 'slow-job' }] }));
    await run(60);
    expect(get('job')?.status?.phase).toBe('Running');
    await run(60);
    expect(get('job')?.status?.phase).toBe('Succeeded');
  });

  it('is seen by relisting, too', async () => {
    const { create, pod: get, remove, run } = stage({ config: { pleg: 'relist' } });
    create(pod('job', { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'job' }] }));
    await run(8);
    expect(get('job')?.status?.phase).toBe('Succeeded');
    remove('job');
    await run(5);
    expect(get('job')).toBeUndefined();
  });
});

describe('a kubelet that starts again', () => {
  const crash = (atMs: number, forMs: number): PlannedFault => {
    return { atMs, forMs, fault: { kind: 'crash', processes: 'n1/kubelet' } };
  };

  it('takes over what runs, and its readiness', async () => {
    const { create, pod: get, run, runtime: cri, asked } = stage({ faults: [crash(60_000, 5_000)] });
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 10 };
    create(pod('web', { containers: [{ name: 'main', image: 'app', readinessProbe }] }));
    await run(59);
    const patches = asked().filter((each) => each === 'patch pods').length;
    await run(60);
    expect(asked().filter((each) => each === 'patch pods')).toHaveLength(patches);
    expect(condition(get('web'), 'Ready')?.status).toBe('True');
    expect(cri().calls.filter((each) => each === 'StartContainer')).toHaveLength(1);
  });

  it('ends what runs for nobody', async () => {
    const { create, pod: get, remove, run, runtime: cri, notes } = stage({ faults: [crash(10_000, 10_000)] });
    create(pod('gone'));
    await run(12);
    remove('gone', 0);
    await run(5);
    expect(get('gone')).toBeUndefined();
    expect(cri().sandboxes.size).toBe(1);
    await run(20);
    expect(cri().sandboxes.size).toBe(0);
    expect(notes('pod-finished')).toEqual(
      [{ uid: 'gone', pod: 'default/gone' }].map((each) => ({ ...each, uid: 'uid-of-gone' })),
    );
  });

  it('has one digest per seed, whatever happens to it', async () => {
    const run = async (seed: number) => {
      const faults: PlannedFault[] = [
        crash(20_000, 3_000),
        { atMs: 40_000, forMs: 30_000, fault: { kind: 'partition', sides: [['cp'], ['n1']] } },
        { atMs: 80_000, forMs: 5_000, fault: { kind: 'crash', processes: 'n1/containerd' } },
      ];
      const { create, remove, world, run: go } = stage({ faults, seed });
      create(pod('web', { containers: [{ name: 'main', image: 'app', livenessProbe: { tcpSocket: { port: 80 } } }] }));
      create(pod('bad', { containers: [{ name: 'main', image: 'crash' }] }));
      await go(50);
      remove('web');
      await go(150);
      return (await world.finish()).digest;
    };
    expect(await run(3)).toBe(await run(3));
    expect(await run(3)).not.toBe(await run(4));
  });
});

describe('without its guard', () => {
  const crash: PlannedFault = { atMs: 60_000, forMs: 5_000, fault: { kind: 'crash', processes: 'n1/kubelet' } };
  const running = (cri: RuntimeState) =>
    [...cri.containers.values()].flatMap(({ image, state }) => (state === 'RUNNING' ? [image] : [])).sort();

  it('two pods of one name run at the same time (waitForSameName)', async () => {
    const { create, remove, run, runtime: cri } = stage({ guards: { waitForSameName: false } });
    create(pod('twin', { containers: [{ name: 'main', image: 'stubborn' }] }, 'first'));
    await run(5);
    remove('twin', 0);
    await run(0.1);
    create(pod('twin', {}, 'second'));
    await run(5);
    expect(running(cri())).toEqual(['app', 'stubborn']);
  });

  it('a pod leaves the API while it still runs (deleteAfterTermination)', async () => {
    const { create, pod: get, remove, run, runtime: cri } = stage({ guards: { deleteAfterTermination: false } });
    create(pod('early', { containers: [{ name: 'main', image: 'stubborn' }] }));
    await run(5);
    remove('early');
    await run(2);
    expect(get('early')).toBeUndefined();
    expect(running(cri())).toEqual(['stubborn']);
  });

  it('a restart of the kubelet makes a ready pod unready (keepReadiness)', async () => {
    const { create, run, asked } = stage({ faults: [crash], guards: { keepReadiness: false } });
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 10 };
    create(pod('web', { containers: [{ name: 'main', image: 'app', readinessProbe }] }));
    await run(59);
    const patches = asked().filter((each) => each === 'patch pods').length;
    await run(30);
    expect(asked().filter((each) => each === 'patch pods').length).toBeGreaterThan(patches);
  });

  it('a node is given more than it has (admission)', async () => {
    const { create, pod: get, run } = stage({ config: { admission: false } });
    const resources = { requests: { cpu: '1500m' } };
    for (const name of ['one', 'two']) create(pod(name, { containers: [{ name: 'main', image: 'app', resources }] }));
    await run(5);
    expect([get('one')?.status?.phase, get('two')?.status?.phase]).toEqual(['Running', 'Running']);
  });
});
