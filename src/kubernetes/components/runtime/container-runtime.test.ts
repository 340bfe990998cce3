import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Actor,
  type Context,
  type Fault,
  type HostSpec,
  type Message,
  World,
  type WorldSpec,
} from '../../../sim/index.ts';
import type {
  ContainerConfig,
  ContainerInfo,
  CriRequest,
  CriResponse,
  PodSandbox,
  PodSandboxConfig,
} from '../../protocol/cri.ts';
import { containerRuntime, type RuntimeArgs } from './container-runtime.ts';
import type { RuntimeState } from './runtime-state.ts';
import { containerShim } from './shim.ts';

// — A node: the runtime, and fakes for all that it speaks to —

/** Passes calls on and notes the answers. */
const kubelet: Actor<null, unknown> = {
  start: () => null,
  receive(state, message, ctx) {
    if (message.type === 'message') {
      const { number, call, watch } = message.body as { number: number; call?: CriRequest; watch?: true };
      if (watch) ctx.openStream('node/containerd', { call: 'GetContainerEvents' }, { then: 'watch' });
      else ctx.request('node/containerd', call, { timeoutMs: 600_000, then: number });
    }
    if (message.type === 'response')
      ctx.note('answer', {
        number: message.then,
        ...(message.ok ? { body: message.body } : { failure: message.reason }),
      });
    if (message.type === 'stream' && message.event === 'message') ctx.note('event', message.body);
    return state;
  },
};

/** What one of a disk remembers is remembered here too: addresses survive a crash. */
const overlay: Actor<{ next: number; held: Map<string, string> }, unknown> = {
  start: () => ({ next: 2, held: new Map() }),
  receive(state, message, ctx) {
    if (message.type !== 'request') return state;
    const { cni, sandboxId, pod } = message.body as { cni: string; sandboxId: string; pod: string };
    if (pod === 'default/no-network') {
      ctx.reply(message.id, { ok: false, error: 'Exhausted', message: 'no address is free' });
      return state;
    }
    if (cni === 'ADD' && !state.held.has(sandboxId)) state.held.set(sandboxId, `10.244.1.${state.next++}`);
    ctx.reply(message.id, { ok: true, ip: cni === 'ADD' ? (state.held.get(sandboxId) ?? '') : '' });
    if (cni === 'DEL') state.held.delete(sandboxId);
    return state;
  },
};

const registry: Actor<{ asked: number }, unknown> = {
  start: () => ({ asked: 0 }),
  receive(state, message, ctx) {
    if (message.type !== 'request') return state;
    state.asked++;
    const name = (message.body as { manifestOf: string }).manifestOf;
    if (name === 'missing') ctx.reply(message.id, { ok: false, error: 'NotFound', message: 'not found' });
    else {
      const image = {
        digest: `sha256:${name.replace(':latest', '')}`,
        sizeBytes: 1000,
        bytesPerSecond: 1000,
        program: name,
        config: { of: name },
      };
      ctx.reply(message.id, { ok: true, image });
    }
    return state;
  },
};

/** Does what its args say on what it hears; remembers nothing. */
const program = (react: (message: Message, ctx: Context) => void): Actor<null, unknown> => ({
  start: () => null,
  receive(state, message, ctx) {
    react(message, ctx);
    return state;
  },
});

const onSignal = (act: (ctx: Context) => void) =>
  program((message, ctx) => {
    if (message.type === 'message' && (message.body as { signal?: string }).signal === 'SIGTERM') act(ctx);
    if (message.type === 'message' && (message.body as { end?: number }).end !== undefined) {
      ctx.exit((message.body as { end: number }).end);
    }
    if (message.type === 'message' && (message.body as { panic?: true }).panic) throw new Error('boom');
    if (message.type !== 'request') return;
    const { exec } = message.body as { exec: string[] };
    if (exec[0] === 'hang') return;
    if (exec[0] === 'cat') ctx.reply(message.id, { exitCode: 3, stdout: 'purr' });
    else if (exec[0] === 'die') ctx.exit(1);
    else if (exec[0] === 'garbage') ctx.reply(message.id, 'what?');
    else ctx.refuse(message.id, 'no such command');
  });

const ARGS: RuntimeArgs = {
  registry: 'hub/registry',
  nodeIp: '172.18.0.10',
  sandboxStartMs: 100,
  containerStartMs: 50,
};
const ALWAYS = { restart: 'always', backoff: { initialMs: 1000, factor: 1, maxMs: 1000, resetAfterMs: 1 } } as const;

class Node {
  readonly world: World;
  strikes: { readonly atMs: number; readonly forMs: number | undefined; readonly fault: Fault }[] = [];
  #number = 0;

  constructor(spec: Partial<WorldSpec> & { readonly args?: Partial<RuntimeArgs> } = {}) {
    const { args, ...rest } = spec;
    const node: HostSpec = {
      name: 'node',
      processes: [
        { name: 'overlay', program: 'overlay', ...ALWAYS },
        { name: 'containerd', program: 'containerRuntime', args: { ...ARGS, ...args }, ...ALWAYS },
        { name: 'kubelet', program: 'kubelet', ...ALWAYS },
      ],
    };
    this.world = new World({
      seed: 1,
      paranoid: true,
      programs: {
        kubelet,
        overlay,
        registry,
        containerRuntime,
        containerShim,
        'program/polite': onSignal((ctx) => ctx.exit(0)),
        'program/stubborn': onSignal(() => undefined),
        own: onSignal((ctx) => ctx.exit(7)),
      },
      hosts: [node, { name: 'hub', processes: [{ name: 'registry', program: 'registry' }] }],
      ...rest,
    });
  }

  /** Asks, and lets the world run until the answer is there. */
  async ask(call: CriRequest): Promise<CriResponse | undefined> {
    const number = this.send(call);
    return this.answerTo(number);
  }

  send(call: CriRequest): number {
    this.world.post('node/kubelet', { number: ++this.#number, call });
    return this.#number;
  }

  async answerTo(number: number, withinMs = 300_000): Promise<CriResponse | undefined> {
    const found = () => this.notes('answer').find((each) => (each as { number: number }).number === number);
    const untilMs = this.world.nowMs + withinMs;
    while (found() === undefined && this.world.nowMs < untilMs) await this.wait();
    return (found() as { body?: CriResponse } | undefined)?.body;
  }

  /** A millisecond, with the faults that are due. */
  async wait(): Promise<void> {
    const due = this.strikes.filter(({ atMs }) => atMs <= this.world.nowMs);
    this.strikes = this.strikes.filter((strike) => !due.includes(strike));
    for (const { fault, forMs } of due) this.world.inject(fault, forMs === undefined ? {} : { forMs });
    await this.world.run({ forMs: 1 });
  }

  /** The result of a call that must succeed. */
  async must<Call extends CriRequest['call']>(
    call: Extract<CriRequest, { call: Call }>,
  ): Promise<Extract<Extract<CriResponse, { ok: true }>['result'], { call: Call }>> {
    // A runtime that is down is asked until it is back.
    let answer = await this.ask(call);
    for (let attempt = 0; answer === undefined && attempt < 100; attempt++) {
      await this.run(50);
      answer = await this.ask(call);
    }
    if (answer?.ok !== true) throw new Error(`${call.call}: ${JSON.stringify(answer)}`);
    return answer.result as never;
  }

  notes(name: string): unknown[] {
    return this.world.view.history.flatMap((note) => (note.name === name ? [note.data] : []));
  }

  async sandbox(name = 'web', more: Partial<PodSandboxConfig> = {}): Promise<string> {
    return (await this.must({ call: 'RunPodSandbox', config: sandboxConfig(name, more) })).podSandboxId;
  }

  async container(podSandboxId: string, image = 'polite', name = 'main'): Promise<string> {
    await this.must({ call: 'PullImage', image });
    const call = {
      call: 'CreateContainer',
      podSandboxId,
      config: containerConfig(image, name),
      sandboxConfig: sandboxConfig('web'),
    } as const;
    const { containerId } = await this.must(call);
    return containerId;
  }

  async running(podSandboxId: string, image = 'polite', name = 'main'): Promise<string> {
    const containerId = await this.container(podSandboxId, image, name);
    await this.must({ call: 'StartContainer', containerId });
    return containerId;
  }

  async status(containerId: string): Promise<ContainerInfo> {
    return (await this.must({ call: 'ContainerStatus', containerId })).status;
  }

  async sandboxes(): Promise<readonly PodSandbox[]> {
    return (await this.must({ call: 'ListPodSandbox' })).items;
  }

  get state(): RuntimeState {
    return this.world.view.state('node/containerd') as RuntimeState;
  }

  get overlay(): { held: Map<string, string> } {
    return this.world.view.state('node/overlay') as { held: Map<string, string> };
  }

  /** The addresses of the processes of containers that run. */
  get processes(): string[] {
    return [...this.world.view.processes.keys()].filter(
      (address) => address.includes('.default.') && this.world.view.isRunning(address),
    );
  }

  async run(forMs: number): Promise<void> {
    await this.world.run({ forMs });
  }

  noPanics(): void {
    expect(this.world.report().panics.filter(({ message }) => message !== 'boom')).toEqual([]);
  }
}

const sandboxConfig = (name: string, more: Partial<PodSandboxConfig> = {}): PodSandboxConfig => ({
  metadata: { name, namespace: 'default', uid: `uid-${name}`, attempt: 0 },
  hostname: name,
  labels: { app: name },
  annotations: {},
  hostNetwork: false,
  ...more,
});

const containerConfig = (image: string, name: string): ContainerConfig => ({
  metadata: { name, attempt: 0 },
  image,
  command: ['serve'],
  args: [],
  envs: [{ key: 'COLOUR', value: 'blue' }],
  labels: {},
  annotations: { hash: '1' },
  ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
  resources: { cpuRequestMilli: 100 },
});

// — Promises —

describe('sandboxes', () => {
  it('have an address of the node network, or the node its own', async () => {
    const node = new Node();
    const id = await node.sandbox();
    const host = await node.sandbox('host', { hostNetwork: true });
    expect(await node.sandboxes()).toMatchObject([
      { id, state: 'READY', ip: '10.244.1.2', metadata: { uid: 'uid-web' } },
      { id: host, state: 'READY', ip: '172.18.0.10' },
    ]);
    expect([...node.overlay.held.keys()]).toEqual([id]);
    expect(node.notes('sandbox-started')[0]).toEqual({
      sandbox: id,
      podUid: 'uid-web',
      pod: 'default/web',
      ip: '10.244.1.2',
      hostNetwork: false,
    });
  });

  it('give their address back when they are stopped, once their containers have ended', async () => {
    const node = new Node();
    const id = await node.sandbox();
    const container = await node.running(id, 'stubborn');
    await node.must({ call: 'StopPodSandbox', podSandboxId: id });
    expect(node.processes).toEqual([]);
    expect(await node.status(container)).toMatchObject({ state: 'EXITED', exitCode: 137, reason: 'Error' });
    expect(await node.sandboxes()).toMatchObject([{ state: 'NOTREADY', ip: '' }]);
    expect(node.overlay.held.size).toBe(0);
    await node.must({ call: 'StopPodSandbox', podSandboxId: id });
    await node.must({ call: 'RemovePodSandbox', podSandboxId: id });
    expect(await node.sandboxes()).toEqual([]);
    expect((await node.must({ call: 'ListContainers' })).containers).toEqual([]);
    expect(node.notes('sandbox-stopped')).toEqual([{ sandbox: id, podUid: 'uid-web' }]);
  });

  it('are not left behind when the network has no address', async () => {
    const node = new Node();
    const answer = await node.ask({ call: 'RunPodSandbox', config: sandboxConfig('no-network') });
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('no address is free') });
    expect(await node.sandboxes()).toEqual([]);
  });

  it('stay, not ready, when nobody knows whether they have an address', async () => {
    const node = new Node();
    await node.run(10);
    node.world.inject({ kind: 'pause', processes: 'node/overlay' }, { name: 'deaf' });
    const answer = await node.ask({ call: 'RunPodSandbox', config: sandboxConfig('web') });
    expect(answer).toMatchObject({ ok: false, code: 'Unknown' });
    expect(await node.sandboxes()).toMatchObject([{ state: 'NOTREADY', ip: '' }]);
    node.world.heal();
    const [sandbox] = await node.sandboxes();
    await node.must({ call: 'RemovePodSandbox', podSandboxId: sandbox?.id ?? '' });
    expect(node.overlay.held.size).toBe(0);
  });

  it('exist once for each attempt of a pod', async () => {
    const node = new Node();
    const first = node.send({ call: 'RunPodSandbox', config: sandboxConfig('web') });
    const second = node.send({ call: 'RunPodSandbox', config: sandboxConfig('web') });
    const answers = [await node.answerTo(first), await node.answerTo(second)];
    expect(answers.map((answer) => answer?.ok).sort()).toEqual([false, true]);
    expect(answers.find((answer) => answer?.ok === false)).toMatchObject({ code: 'AlreadyExists' });
  });
});

describe('containers', () => {
  it('run their program as a process of the node, with what they are told', async () => {
    const node = new Node();
    const id = await node.running(await node.sandbox());
    expect(node.processes).toEqual([`node/main.web.default.${id.slice(0, 8)}`]);
    const process = node.world.view.processes.get(node.processes[0] ?? '');
    expect(process).toMatchObject({ program: 'program/polite', restart: 'never' });
    expect(process?.args).toMatchObject({
      pod: { name: 'web', namespace: 'default', uid: 'uid-web', ip: '10.244.1.2' },
      container: 'main',
      image: 'polite',
      config: { of: 'polite' },
      command: ['serve'],
      env: { COLOUR: 'blue' },
      ports: [{ containerPort: 80 }],
      network: 'node/overlay',
    });
    expect(await node.status(id)).toMatchObject({
      state: 'RUNNING',
      exitCode: 0,
      reason: '',
      imageRef: 'sha256:polite',
    });
    expect(node.notes('container-started')).toEqual([
      { container: id, name: 'main', podUid: 'uid-web', pod: 'default/web', process: node.processes[0] },
    ]);
  });

  it('may run programs of the user, under their bare name', async () => {
    const node = new Node();
    await node.running(await node.sandbox(), 'own');
    expect(node.world.view.processes.get(node.processes[0] ?? '')?.program).toBe('own');
  });

  it.each([
    ['ends by itself', { end: 0 }, { exitCode: 0, reason: 'Completed' }],
    ['fails', { end: 4 }, { exitCode: 4, reason: 'Error' }],
    ['runs out of memory', { end: 137 }, { exitCode: 137, reason: 'OOMKilled' }],
    ['panics', { panic: true }, { exitCode: 2, reason: 'Error', message: 'boom' }],
    ['has a code of more than 8 bits', { end: 256 + 5 }, { exitCode: 5, reason: 'Error' }],
  ])('say how their process ended: one that %s', async (_, message, expected) => {
    const node = new Node();
    const id = await node.running(await node.sandbox());
    node.world.post(node.processes[0] ?? '', message);
    await node.run(10);
    const { startedAt, finishedAt, ...status } = await node.status(id);
    expect(status).toMatchObject({ state: 'EXITED', ...expected });
    expect(finishedAt).toBeGreaterThan(startedAt);
    expect(node.notes('container-exited')).toMatchObject([{ container: id, exitCode: expected.exitCode }]);
    node.noPanics();
  });

  it('that a crash fault has struck exited with 137', async () => {
    const node = new Node();
    const id = await node.running(await node.sandbox());
    node.world.inject({ kind: 'crash', processes: node.processes[0] ?? '' });
    await node.run(10);
    expect(await node.status(id)).toMatchObject({ state: 'EXITED', exitCode: 137, reason: 'Error' });
  });

  it.each([
    ['one that obeys exits by itself', 'polite', 0, 0],
    ['one that does not is killed after the grace period', 'stubborn', 5000, 137],
  ])('get SIGTERM: %s', async (_, image, afterMs, exitCode) => {
    const node = new Node();
    const id = await node.running(await node.sandbox(), image);
    const before = node.world.nowMs;
    await node.must({ call: 'StopContainer', containerId: id, timeoutSeconds: 5 });
    expect(node.world.nowMs - before).toBeGreaterThanOrEqual(afterMs);
    expect(node.world.nowMs - before).toBeLessThan(afterMs + 100);
    expect(await node.status(id)).toMatchObject({ state: 'EXITED', exitCode });
    await node.must({ call: 'StopContainer', containerId: id, timeoutSeconds: 5 });
  });

  it('a second stop may shorten the grace period, and cannot lengthen it', async () => {
    const node = new Node();
    const id = await node.running(await node.sandbox(), 'stubborn');
    const before = node.world.nowMs;
    const first = node.send({ call: 'StopContainer', containerId: id, timeoutSeconds: 60 });
    await node.run(100);
    await node.must({ call: 'StopContainer', containerId: id, timeoutSeconds: 2 });
    await node.answerTo(first);
    expect(node.world.nowMs - before).toBeLessThan(2300);
  });

  it('that have no program cannot run, and say so', async () => {
    const node = new Node();
    const id = await node.container(await node.sandbox(), 'no-such-program');
    const answer = await node.ask({ call: 'StartContainer', containerId: id });
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('There is no program') });
    expect(await node.status(id)).toMatchObject({ state: 'EXITED', exitCode: 128, reason: 'ContainerCannotRun' });
    node.noPanics();
  });

  it('need a sandbox that is ready, an image that is there, and a name of their own', async () => {
    const node = new Node();
    const podSandboxId = await node.sandbox();
    await node.container(podSandboxId);
    const create = (sandbox: string, image: string): CriRequest => ({
      call: 'CreateContainer',
      podSandboxId: sandbox,
      config: containerConfig(image, 'main'),
      sandboxConfig: sandboxConfig('web'),
    });
    expect(await node.ask(create('nobody', 'polite'))).toMatchObject({ code: 'NotFound' });
    expect(await node.ask(create(podSandboxId, 'polite'))).toMatchObject({ code: 'AlreadyExists' });
    const other = await node.sandbox('other');
    expect(await node.ask(create(other, 'never-pulled'))).toMatchObject({ code: 'NotFound' });
    await node.must({ call: 'StopPodSandbox', podSandboxId: other });
    expect(await node.ask(create(other, 'polite'))).toMatchObject({ code: 'FailedPrecondition' });
  });

  it('are stopped before they have started when their sandbox goes', async () => {
    const node = new Node();
    const podSandboxId = await node.sandbox();
    const containerId = await node.container(podSandboxId);
    const start = node.send({ call: 'StartContainer', containerId });
    await node.run(10);
    await node.must({ call: 'RemovePodSandbox', podSandboxId });
    expect(await node.answerTo(start)).toMatchObject({ ok: false });
    await node.run(1000);
    expect([node.processes, node.state.containers.size]).toEqual([[], 0]);
  });

  it('are killed when they are removed', async () => {
    const node = new Node();
    const containerId = await node.running(await node.sandbox(), 'stubborn');
    await node.must({ call: 'RemoveContainer', containerId });
    expect(node.processes).toEqual([]);
    expect(await node.ask({ call: 'ContainerStatus', containerId })).toMatchObject({ code: 'NotFound' });
  });

  it.each([
    ['cat', { ok: true, result: { exitCode: 3, stdout: 'purr' } }],
    ['ls', { ok: true, result: { exitCode: 127 } }],
    ['garbage', { ok: true, result: { exitCode: 126 } }],
    ['die', { ok: true, result: { exitCode: 137 } }],
    ['hang', { ok: false, code: 'DeadlineExceeded' }],
  ])('execute commands: %s', async (command, expected) => {
    const node = new Node();
    const containerId = await node.running(await node.sandbox());
    expect(await node.ask({ call: 'ExecSync', containerId, cmd: [command], timeoutSeconds: 2 })).toMatchObject(
      expected,
    );
  });
});

describe('images', () => {
  it('are pulled once for all who want them, and kept', async () => {
    const node = new Node();
    const [first, second] = [
      node.send({ call: 'PullImage', image: 'polite' }),
      node.send({ call: 'PullImage', image: 'polite:latest' }),
    ];
    expect(await node.answerTo(first)).toEqual({ ok: true, result: { call: 'PullImage', imageRef: 'sha256:polite' } });
    expect(node.world.nowMs).toBeGreaterThan(1000);
    expect(await node.answerTo(second)).toMatchObject({ ok: true });
    expect(node.world.view.state('hub/registry')).toEqual({ asked: 1 });
    const image = { id: 'sha256:polite', name: 'docker.io/library/polite:latest', sizeBytes: 1000 };
    expect(await node.must({ call: 'ImageStatus', image: 'docker.io/library/polite' })).toMatchObject({ image });
    expect(await node.must({ call: 'ListImages' })).toMatchObject({ images: [image] });
    const before = node.world.nowMs;
    await node.must({ call: 'PullImage', image: 'polite' });
    expect(node.world.nowMs - before).toBeLessThan(100);
  });

  it('are downloaded so many at a time', async () => {
    const node = new Node({ args: { maxParallelDownloads: 2 } });
    const pulls = ['a', 'b', 'c', 'd'].map((image) => node.send({ call: 'PullImage', image }));
    for (const pull of pulls) expect(await node.answerTo(pull)).toMatchObject({ ok: true });
    expect(node.world.nowMs).toBeGreaterThan(2000);
    expect(node.world.nowMs).toBeLessThan(2100);
  });

  it('that do not exist, have no name, or no registry are not pulled', async () => {
    const node = new Node();
    expect(await node.ask({ call: 'PullImage', image: 'missing' })).toMatchObject({ ok: false, code: 'NotFound' });
    expect(await node.ask({ call: 'PullImage', image: 'NOT A NAME' })).toMatchObject({ code: 'InvalidArgument' });
    node.world.inject({ kind: 'partition', sides: ['node', 'hub'] });
    expect(await node.ask({ call: 'PullImage', image: 'polite' })).toMatchObject({ ok: false, code: 'Unavailable' });
    expect(await node.must({ call: 'ImageStatus', image: 'polite' })).toEqual({ call: 'ImageStatus' });
  });
});

describe('events', () => {
  it('tell of everything that happens to containers and sandboxes, in order', async () => {
    const node = new Node();
    node.world.post('node/kubelet', { number: 0, watch: true });
    const sandbox = await node.sandbox();
    const container = await node.running(sandbox);
    await node.must({ call: 'RemovePodSandbox', podSandboxId: sandbox });
    await node.run(10);
    const events = node.notes('event') as { type: string; containerId: string; podUid: string }[];
    expect(
      events.map(({ type, containerId }) => `${type} ${containerId === sandbox ? 'sandbox' : 'container'}`),
    ).toEqual([
      'CONTAINER_CREATED sandbox',
      'CONTAINER_STARTED sandbox',
      'CONTAINER_CREATED container',
      'CONTAINER_STARTED container',
      'CONTAINER_STOPPED container',
      'CONTAINER_STOPPED sandbox',
      'CONTAINER_DELETED container',
      'CONTAINER_DELETED sandbox',
    ]);
    expect(new Set(events.map(({ podUid }) => podUid))).toEqual(new Set(['uid-web']));
    expect(container).not.toBe(sandbox);
  });
});

describe('recovery', () => {
  it('of the runtime alone: containers run on, and what it missed has its true code', async () => {
    const node = new Node();
    const sandbox = await node.sandbox();
    const lives = await node.running(sandbox, 'polite', 'lives');
    const ends = await node.running(sandbox, 'polite', 'ends');
    const created = await node.container(sandbox, 'polite', 'created');
    node.world.inject({ kind: 'crash', processes: 'node/containerd' });
    await node.run(100);
    node.world.post(node.processes.find((address) => address.includes('/ends.')) ?? '', { end: 9 });
    await node.run(100);
    expect(node.state).toBeUndefined();
    expect(await node.status(ends)).toMatchObject({ state: 'EXITED', exitCode: 9, reason: 'Error' });
    expect(await node.status(lives)).toMatchObject({ state: 'RUNNING' });
    expect(await node.sandboxes()).toMatchObject([{ id: sandbox, state: 'READY', ip: '10.244.1.2' }]);
    await node.must({ call: 'StartContainer', containerId: created });
    await node.must({ call: 'StopContainer', containerId: lives, timeoutSeconds: 5 });
    expect(await node.must({ call: 'ImageStatus', image: 'polite' })).toHaveProperty('image');
    node.noPanics();
  });

  it('of the shim alone: containers run on, and their ends are heard of', async () => {
    const node = new Node();
    const id = await node.running(await node.sandbox());
    node.world.inject({ kind: 'crash', processes: 'node/containerd-shim' });
    await node.run(500);
    expect(await node.status(id)).toMatchObject({ state: 'RUNNING' });
    node.world.post(node.processes[0] ?? '', { end: 9 });
    await node.run(10);
    expect(await node.status(id)).toMatchObject({ state: 'EXITED', exitCode: 9 });
    node.noPanics();
  });

  it('of the runtime and the shim: what runs is found, what ended meanwhile is unknown, dead sandboxes are not ready', async () => {
    const node = new Node();
    const [one, two] = [await node.sandbox('one'), await node.sandbox('two')];
    const lives = await node.running(one, 'polite', 'lives');
    const ends = await node.running(two, 'polite', 'ends');
    node.world.inject({ kind: 'crash', processes: ['node/containerd', 'node/containerd-shim'] });
    await node.run(100);
    node.world.post(node.processes.find((address) => address.includes('/ends.')) ?? '', { end: 9 });
    await node.run(100);
    expect(await node.status(lives)).toMatchObject({ state: 'RUNNING' });
    expect(await node.status(ends)).toMatchObject({ state: 'EXITED', exitCode: 255, reason: 'Unknown' });
    expect((await node.sandboxes()).map(({ state }) => state)).toEqual(['READY', 'NOTREADY']);
    await node.must({ call: 'StopContainer', containerId: lives, timeoutSeconds: 5 });
    expect(await node.status(lives)).toMatchObject({ state: 'EXITED', exitCode: 0, reason: 'Completed' });
    node.noPanics();
  });

  it('after a power failure: nothing runs, nothing is ready, images are kept, and ends from before keep their codes', async () => {
    const node = new Node();
    const sandbox = await node.sandbox();
    const ran = await node.running(sandbox, 'polite', 'ran');
    const ended = await node.running(sandbox, 'polite', 'ended');
    node.world.post(node.processes.find((address) => address.includes('/ended.')) ?? '', { end: 0 });
    await node.run(3000);
    node.world.inject({ kind: 'restart', hosts: 'node' });
    expect(await node.status(ran)).toMatchObject({ state: 'EXITED', exitCode: 255, reason: 'Unknown' });
    expect(await node.status(ended)).toMatchObject({ state: 'EXITED', exitCode: 0, reason: 'Completed' });
    expect(await node.sandboxes()).toMatchObject([{ state: 'NOTREADY' }]);
    expect(node.notes('sandbox-stopped')).toHaveLength(1);
    expect(await node.must({ call: 'ImageStatus', image: 'polite' })).toHaveProperty('image');
    await node.must({ call: 'RemovePodSandbox', podSandboxId: sandbox });
    await node.running(await node.sandbox());
    node.noPanics();
  });

  it('a start that was under way when the runtime crashed is found or can be done again', async () => {
    for (const afterMs of [10, 49, 50, 51]) {
      const node = new Node();
      const containerId = await node.container(await node.sandbox());
      node.send({ call: 'StartContainer', containerId });
      await node.run(afterMs);
      node.world.inject({ kind: 'crash', processes: 'node/containerd' });
      await node.run(5000);
      const { state } = await node.status(containerId);
      if (state === 'CREATED') await node.must({ call: 'StartContainer', containerId });
      expect(await node.status(containerId)).toMatchObject({ state: 'RUNNING' });
      expect(node.processes).toHaveLength(1);
      node.noPanics();
    }
  });

  it('knows all that it knew, also when the log was rewritten', async () => {
    const node = new Node({ paranoid: false });
    const sandbox = await node.sandbox();
    for (let round = 0; round < 100; round++) {
      const containerId = await node.running(sandbox, 'polite', `c-${round}`);
      await node.must({ call: 'RemoveContainer', containerId });
    }
    const kept = await node.running(sandbox);
    expect(node.state.log.records).toBeLessThan(300);
    expect(node.world.view.file('node', 'containerd/meta')?.length).toBeLessThan(200_000);
    node.world.inject({ kind: 'crash', processes: 'node/containerd' });
    await node.run(2000);
    expect((await node.must({ call: 'ListContainers' })).containers).toMatchObject([{ id: kept, state: 'RUNNING' }]);
  });

  it('forgets what a disk has spoilt, and lives', async () => {
    const node = new Node();
    await node.running(await node.sandbox());
    node.world.inject({ kind: 'crash', processes: 'node/containerd' });
    node.world.inject({ kind: 'disk-bit-rot', hosts: 'node', file: 'containerd/meta', bits: 200 });
    await node.run(3000);
    await node.must({ call: 'ListContainers' });
    node.noPanics();
    expect(node.processes.length).toBe((await node.must({ call: 'ListContainers' })).containers.length);
  });

  it('refuses what its disk cannot record', async () => {
    const node = new Node();
    const sandbox = await node.sandbox();
    const id = await node.container(sandbox);
    node.world.inject({ kind: 'disk-full', hosts: 'node' });
    expect(await node.ask({ call: 'RunPodSandbox', config: sandboxConfig('late') })).toMatchObject({ ok: false });
    await node.must({ call: 'StartContainer', containerId: id });
    expect(await node.sandboxes()).toHaveLength(1);
    node.noPanics();
  });
});

describe('whatever crashes whenever', () => {
  const process = fc.constantFrom('node/containerd', 'node/containerd-shim', 'node/*.default.*', 'node/containerd*');
  const strike = fc.oneof(
    fc.record({ kind: fc.constant('crash' as const), processes: process }),
    fc.record({ kind: fc.constant('crash' as const), processes: process }),
    fc.record({ kind: fc.constant('pause' as const), processes: process }),
    fc.record({ kind: fc.constant('disk-full' as const), hosts: fc.constant('node') }),
    fc.record({ kind: fc.constant('restart' as const), hosts: fc.constant('node') }),
  );
  const strikes = fc.array(
    fc.record({ atMs: fc.integer({ min: 0, max: 4000 }), forMs: fc.integer({ min: 0, max: 2000 }), strike }),
    { minLength: 1, maxLength: 5 },
  );

  it('the runtime knows in the end exactly what runs, and nothing is left once all sandboxes are removed', async () => {
    let survivors = 0;
    const property = fc.asyncProperty(strikes, fc.integer({ min: 1, max: 1000 }), async (plan, seed) => {
      const node = new Node({
        seed,
      });
      node.strikes = plan.map(({ atMs, forMs, strike: fault }) => ({
        atMs,
        fault,
        forMs: fault.kind === 'restart' ? undefined : forMs,
      }));
      // A kubelet without patience: it asks, and asks on whatever the answers are.
      const ask = async (call: CriRequest): Promise<CriResponse | undefined> => {
        const number = node.send(call);
        const answer = await node.answerTo(number, 3000);
        return answer;
      };
      for (let round = 0; round < 4; round++) {
        const sandbox = await ask({ call: 'RunPodSandbox', config: sandboxConfig(`pod-${round}`) });
        await ask({ call: 'PullImage', image: 'stubborn' });
        if (sandbox?.ok !== true || sandbox.result.call !== 'RunPodSandbox') continue;
        const podSandboxId = sandbox.result.podSandboxId;
        const config = containerConfig('stubborn', 'main');
        const made = await ask({ call: 'CreateContainer', podSandboxId, config, sandboxConfig: sandboxConfig('web') });
        if (made?.ok !== true || made.result.call !== 'CreateContainer') continue;
        await ask({ call: 'StartContainer', containerId: made.result.containerId });
        if (round === 1) await ask({ call: 'StopContainer', containerId: made.result.containerId, timeoutSeconds: 1 });
        if (round === 2) await ask({ call: 'StopPodSandbox', podSandboxId });
      }
      while (node.strikes.length > 0) await node.wait();
      node.world.heal();
      await node.run(70_000);
      const { containers } = await node.must({ call: 'ListContainers' });
      const running = containers.filter(({ state }) => state === 'RUNNING');
      survivors += running.length;
      expect(running.map(({ id }) => id.slice(0, 8)).sort()).toEqual(
        node.processes.map((address) => address.slice(-8)).sort(),
      );
      for (const { id } of await node.sandboxes()) await node.must({ call: 'RemovePodSandbox', podSandboxId: id });
      expect([node.processes, node.state.containers.size, node.state.sandboxes.size]).toEqual([[], 0, 0]);
      node.noPanics();
    });
    await fc.assert(property, { seed: 1, numRuns: 100 });
    expect(survivors).toBeGreaterThan(50);
  }, 120_000);
});

describe('determinism', () => {
  it('gives one digest for a run with a crash and a partition', async () => {
    const once = async (): Promise<string> => {
      const node = new Node({ paranoid: false });
      const sandbox = await node.sandbox();
      await node.running(sandbox);
      node.world.inject({ kind: 'partition', sides: ['node', 'hub'] }, { forMs: 500 });
      node.world.inject({ kind: 'crash', processes: 'node/containerd' });
      await node.running(await node.sandbox('other'), 'stubborn');
      await node.must({ call: 'RemovePodSandbox', podSandboxId: sandbox });
      return node.world.digest;
    };
    expect(await once()).toBe(await once());
  });
});
