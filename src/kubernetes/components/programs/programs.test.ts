import { describe, expect, it } from 'vitest';
import { type Actor, type Address, World } from '../../../sim/index.ts';
import type {
  ContainerArgs,
  HttpResponse,
  ListenRequest,
  TrafficRequest,
  TrafficResult,
} from '../../protocol/container.ts';
import type { EchoState } from './echo.ts';
import type { LoadGeneratorState } from './load-generator.ts';
import { PROGRAM_IMAGES, PROGRAMS } from './programs.ts';

/** A network of one node without rules: a port is whoever listens there. Refuses to grant a port at first if told so. */
const overlay: Actor<{ listeners: Map<string, Address>; refusals: number; connections: Set<number> }, unknown, number> =
  {
    start: (ctx) => ({
      listeners: new Map(),
      refusals: (ctx.args as { refusals: number }).refusals,
      connections: new Set(),
    }),
    receive(state, message, ctx) {
      const answer = (request: number, result: TrafficResult): void => ctx.reply(request, result);
      if (message.type === 'request') {
        const { listen, traffic } = message.body as Partial<ListenRequest & TrafficRequest>;
        if (listen !== undefined) {
          if (state.refusals-- > 0) ctx.reply(message.id, { ok: false, error: 'EADDRINUSE' });
          else {
            state.listeners.set(`${listen.ip}:${listen.port}`, message.from);
            ctx.reply(message.id, { ok: true });
          }
        }
        if (traffic === undefined) return state;
        state.connections.add(traffic.source.port);
        const { ip, port } = traffic.destination;
        const listener = state.listeners.get(`${ip}:${port}`);
        if (ip === '10.9.9.9') answer(message.id, { ok: false, error: 'EHOSTUNREACH', reason: 'no route' });
        else if (listener === undefined) answer(message.id, { ok: false, error: 'ECONNREFUSED', reason: 'nobody' });
        else ctx.request(listener, { incoming: traffic }, { timeoutMs: 600_000, then: message.id });
      }
      if (message.type === 'response') {
        if (message.ok) answer(message.then, { ok: true, payload: message.body });
        else
          answer(message.then, {
            ok: false,
            error: message.failure === 'refused' ? 'ECONNREFUSED' : 'ECONNRESET',
            reason: '',
          });
      }
      return state;
    },
  };

/** Starts containers as the runtime does, asks them, and notes answers and ends. */
const driver: Actor<null, unknown> = {
  start: () => null,
  receive(state, message, ctx) {
    if (message.type === 'message') {
      const { start, signal, get, exec } = message.body as {
        start?: { name: string; program: string; args: ContainerArgs };
        signal?: string;
        get?: { ip: string; port: number; path: string };
        exec?: string;
      };
      if (start !== undefined) ctx.startProcess(start.name, start.program, { args: start.args });
      if (signal !== undefined) ctx.send(`node/${signal}`, { signal: 'SIGTERM' });
      if (exec !== undefined) ctx.request(`node/${exec}`, { exec: ['cat', '/tmp/healthy'] });
      if (get !== undefined) {
        const traffic = {
          protocol: 'TCP',
          source: { ip: '10.244.1.200', port: 40_000 },
          destination: { ip: get.ip, port: get.port },
          payload: { method: 'GET', path: get.path },
        };
        ctx.request('node/overlay', { traffic }, { timeoutMs: 60_000 });
      }
    }
    if (message.type === 'response') ctx.note('answer', message.ok ? message.body : message.failure);
    if (message.type === 'exit') ctx.note('exit', { of: message.of, reason: message.reason, code: message.code });
    return state;
  },
};

class Node {
  readonly world: World;

  constructor(options: { refusals?: number; seed?: number } = {}) {
    const { refusals = 0, seed = 1 } = options;
    this.world = new World({
      seed,
      paranoid: true,
      programs: { ...PROGRAMS, overlay, driver },
      hosts: [
        {
          name: 'node',
          processes: [
            { name: 'overlay', program: 'overlay', args: { refusals } },
            { name: 'driver', program: 'driver' },
          ],
        },
      ],
    });
  }

  /** Starts a container; the pod's address is 10.244.1.<last>. */
  async start(name: string, program: string, last: number, more: Partial<ContainerArgs> = {}): Promise<void> {
    const args: ContainerArgs = {
      pod: { name, namespace: 'default', uid: `uid-${name}`, ip: `10.244.1.${last}` },
      container: 'main',
      image: program,
      config: null,
      command: [],
      args: [],
      env: {},
      files: {},
      ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
      network: 'node/overlay',
      ...more,
    };
    await this.tell({ start: { name, program: `program/${program}`, args } });
    await this.run(1);
  }

  async tell(body: unknown): Promise<void> {
    this.world.post('node/driver', body);
    await this.world.run({ forMs: 0 });
  }

  async run(forMs: number): Promise<void> {
    await this.world.run({ forMs });
  }

  /** The answer to a request; undefined if there is none so far. */
  async get(last: number, path = '/', forMs = 1): Promise<TrafficResult | undefined> {
    const before = this.notes('answer').length;
    await this.tell({ get: { ip: `10.244.1.${last}`, port: 80, path } });
    await this.run(forMs);
    return this.notes('answer')[before] as TrafficResult | undefined;
  }

  async status(last: number, path = '/', forMs = 1): Promise<number | string | undefined> {
    const result = await this.get(last, path, forMs);
    return result?.ok === true ? (result.payload as HttpResponse).status : result?.error;
  }

  notes(name: string): unknown[] {
    return this.world.view.history.flatMap((note) => (note.name === name ? [note.data] : []));
  }

  /** Exit codes by process. */
  get exits(): Record<string, number> {
    return Object.fromEntries((this.notes('exit') as { of: string; code: number }[]).map(({ of, code }) => [of, code]));
  }

  state<T>(name: string): T {
    return this.world.view.state(`node/${name}`) as T;
  }
}

describe('the generic program', () => {
  it('answers on every port that is declared, and to commands', async () => {
    const node = new Node();
    await node.start('web', 'generic', 2);
    expect(await node.get(2)).toEqual({ ok: true, payload: { status: 200, body: 'ok' } });
    await node.tell({ exec: 'web' });
    await node.run(1);
    expect(node.notes('answer').at(-1)).toEqual({ exitCode: 0, stdout: '' });
  });

  it.each([
    ['at once', {}, 0, { 'node/web': 0 }],
    ['after its time', { shutdownMs: 500 }, 499, {}],
    ['after its time', { shutdownMs: 500 }, 501, { 'node/web': 0 }],
    ['never, if it ignores it', { ignoreSigterm: true }, 60_000, {}],
  ])('ends on SIGTERM %s', async (_, config, afterMs, exits) => {
    const node = new Node();
    await node.start('web', 'generic', 2, { config });
    await node.tell({ signal: 'web' });
    await node.run(afterMs + 0.1);
    expect(node.exits).toEqual(exits);
  });

  it.each([
    ['as its image says', { config: { exitAfterMs: 300, exitCode: 4 } }, 300, 4],
    ['in a loop of crashes', { config: { crashLoop: true } }, 1000, 1],
    ['as its command line says', { command: ['sh', '-c', 'sleep 2; exit 5'] }, 2000, 5],
  ])('ends by itself %s', async (_, more, afterMs, code) => {
    const node = new Node();
    await node.start('web', 'generic', 2, more);
    await node.run(afterMs - 10);
    expect(node.exits).toEqual({});
    await node.run(20);
    expect(node.exits).toEqual({ 'node/web': code });
  });

  it('listens and is ready when its image says so', async () => {
    const node = new Node();
    await node.start('web', 'generic', 2, { config: { startMs: 100, notReadyMs: 200 } });
    expect(await node.status(2)).toBe('ECONNREFUSED');
    await node.run(110);
    expect(await node.status(2)).toBe(503);
    await node.run(100);
    expect(await node.status(2)).toBe(200);
  });

  it('asks for its port again while another has it, and gives up in the end', async () => {
    const node = new Node({ refusals: 2 });
    await node.start('web', 'generic', 2);
    await node.run(2100);
    expect(await node.status(2)).toBe(200);
    const unlucky = new Node({ refusals: 100 });
    await unlucky.start('web', 'generic', 2);
    await unlucky.run(10_000);
    expect(unlucky.exits).toEqual({ 'node/web': 1 });
  });

  it('asks for its port again when the network is down', async () => {
    const node = new Node();
    node.world.inject({ kind: 'crash', processes: 'node/overlay' }, { forMs: 3000 });
    await node.start('web', 'generic', 2);
    await node.run(5000);
    expect(await node.status(2)).toBe(200);
  });
});

describe('the echo server', () => {
  it('works, calls the others at once, and says who it is and what came of it', async () => {
    const node = new Node();
    await node.start('cart', 'echo', 3, { env: { WORK_MS: '30' } });
    await node.start('stock', 'echo', 4, { env: { WORK_MS: '40' } });
    const env = {
      WORK_MS: '10',
      CALLS: 'http://$(CART_SERVICE_HOST):80/c,10.244.1.4:80',
      CART_SERVICE_HOST: '10.244.1.3',
    };
    await node.start('web', 'echo', 2, { env });
    expect(await node.get(2, '/', 49)).toBeUndefined();
    await node.run(3);
    const answer = node.notes('answer').at(-1) as { payload: HttpResponse };
    expect(answer.payload.status).toBe(200);
    expect(JSON.parse(answer.payload.body ?? '')).toEqual({
      pod: 'default/web',
      node: 'node',
      path: '/',
      calls: [
        { url: 'http://10.244.1.3:80/c', result: '200' },
        { url: '10.244.1.4:80', result: '200' },
      ],
    });
    expect(node.state<EchoState>('cart').answers).toEqual(new Map([[200, 1]]));
  });

  it.each([
    ['nobody listens', '10.244.1.99:80', {}, 502],
    ['there is no route', '10.9.9.9:80', {}, 502],
    ['the other is too slow', '10.244.1.3:80', { WORK_MS: '2000' }, 504],
    ['the other fails', '10.244.1.3:80', { FAIL_RATE: '1' }, 502],
    ['one fails and one is slow', '10.244.1.99:80,10.244.1.3:80', { WORK_MS: '2000' }, 504],
  ])('answers for others: %s', async (_, calls, env, status) => {
    const node = new Node();
    await node.start('other', 'echo', 3, { env });
    await node.start('web', 'echo', 2, { env: { CALLS: calls } });
    expect(await node.status(2, '/', 1100)).toBe(status);
  });

  it('finishes after SIGTERM what it has begun, takes nothing new, and exits with 0', async () => {
    const node = new Node();
    await node.start('web', 'echo', 2, { env: { WORK_MS: '100' } });
    expect(await node.get(2)).toBeUndefined();
    await node.tell({ signal: 'web' });
    expect(await node.status(2, '/')).toBe('ECONNREFUSED');
    expect(node.exits).toEqual({});
    await node.run(200);
    expect(node.notes('answer')).toMatchObject([{ ok: false }, { ok: true, payload: { status: 200 } }]);
    expect(node.exits).toEqual({ 'node/web': 0 });
  });

  it('serves on while it drains, and is not ready then', async () => {
    const node = new Node();
    await node.start('web', 'echo', 2, { env: { DRAIN_MS: '1000' } });
    expect([await node.status(2, '/ready'), await node.status(2, '/healthz')]).toEqual([200, 200]);
    await node.tell({ signal: 'web' });
    await node.run(500);
    expect([await node.status(2, '/ready'), await node.status(2, '/healthz'), await node.status(2)]).toEqual([
      503, 200, 200,
    ]);
    await node.run(600);
    expect(node.exits).toEqual({ 'node/web': 0 });
  });

  it('exits with 1, and says why, when it is told to call a name', async () => {
    const node = new Node();
    await node.start('web', 'echo', 2, { env: { CALLS: 'http://cart:80/' } });
    expect(node.exits).toEqual({ 'node/web': 1 });
    expect(node.notes('program-failed')).toMatchObject([{ message: expect.stringContaining('there is no DNS') }]);
  });
});

describe('the load generator', () => {
  const load = (env: Record<string, string>) => ({ env: { TARGET: 'http://10.244.1.2:80/', ...env }, ports: [] });

  it('asks at its rate, on a new connection each time, and counts', async () => {
    const node = new Node();
    await node.start('web', 'echo', 2, { env: { WORK_MS: '20' } });
    await node.start('load', 'load-generator', 9, load({ RATE: '50', DURATION: '28s' }));
    await node.run(25_000);
    const { counts } = node.state<LoadGeneratorState>('load');
    expect(counts.sent).toBeGreaterThanOrEqual(1249);
    expect(counts.sent).toBeLessThanOrEqual(1251);
    expect(node.state<{ connections: Set<number> }>('overlay').connections.size).toBe(counts.sent);
    await node.run(6000);
    expect(node.exits).toEqual({ 'node/load': 0 });
    const notes = node.notes('load') as {
      sent: number;
      ok: number;
      failed: number;
      p50Ms: number;
      recent: { sent: number };
    }[];
    expect(notes).toHaveLength(3);
    expect(notes.at(-1)).toMatchObject({ pod: 'default/load', failed: 0, timeouts: 0, failures: {} });
    expect(notes.at(-1)?.ok).toBe(notes.at(-1)?.sent);
    expect(notes.at(-1)?.p50Ms).toBeGreaterThan(20);
    expect(notes.at(-1)?.p50Ms).toBeLessThan(21.5);
    expect(notes.reduce((sum, { recent }) => sum + recent.sent, 0)).toBe(notes.at(-1)?.sent);
  });

  it('keeps one connection for each user with KEEP_ALIVE', async () => {
    const node = new Node();
    await node.start('web', 'echo', 2, { env: { WORK_MS: '9' } });
    await node.start('load', 'load-generator', 9, load({ CONCURRENCY: '4', KEEP_ALIVE: 'true' }));
    await node.run(1000);
    const { counts, inFlight } = node.state<LoadGeneratorState>('load');
    expect(inFlight).toBeLessThanOrEqual(4);
    expect(counts.ok).toBeGreaterThan(380);
    expect(node.state<{ connections: Set<number> }>('overlay').connections.size).toBe(4);
  });

  it.each([
    ['refused', {}, 'none', {}],
    ['timeout', { TIMEOUT_MS: '50' }, 'echo', { WORK_MS: '100' }],
    ['status 500', {}, 'echo', { FAIL_RATE: '1' }],
  ])('tells failures by kind: %s', async (kind, env, program, otherEnv) => {
    const node = new Node();
    if (program !== 'none') await node.start('web', program, 2, { env: otherEnv });
    await node.start('load', 'load-generator', 9, load({ RATE: '10', DURATION: '5', ...env }));
    await node.run(6000);
    const note = node.notes('load').at(-1) as { sent: number; failed: number; timeouts: number; failures: unknown };
    expect(note.failures).toEqual({ [kind]: note.sent });
    expect(note.timeouts).toBe(kind === 'timeout' ? note.sent : 0);
  });

  it('ends well on SIGTERM, once all have been answered', async () => {
    const node = new Node();
    await node.start('web', 'echo', 2, { env: { WORK_MS: '500' } });
    await node.start('load', 'load-generator', 9, load({ RATE: '100' }));
    await node.run(200);
    await node.tell({ signal: 'load' });
    expect(node.exits).toEqual({});
    await node.run(600);
    expect(node.exits).toEqual({ 'node/load': 0 });
    const note = node.notes('load').at(-1) as { sent: number; ok: number };
    expect(note.ok).toBe(note.sent);
  });

  it('gives one digest for a run with a crash', async () => {
    const once = async (): Promise<string> => {
      const node = new Node({ seed: 5 });
      await node.start('web', 'echo', 2, { env: { WORK_MS: '20', FAIL_RATE: '0.1' } });
      await node.start('load', 'load-generator', 9, load({ RATE: '50' }));
      await node.run(1000);
      node.world.inject({ kind: 'crash', processes: ['node/web', 'node/overlay'] });
      await node.run(5000);
      expect(node.world.report().panics).toEqual([]);
      return node.world.digest;
    };
    expect(await once()).toBe(await once());
  });
});

describe('the table', () => {
  it('has a program for every image that it names', () => {
    for (const { program, missing } of PROGRAM_IMAGES) {
      if (missing !== true) expect(Object.keys(PROGRAMS)).toContain(`program/${program}`);
    }
  });
});
