import { describe, expect, it } from 'vitest';
import { ACCESS, ControlPlaneStage } from '../../../../test/kubernetes/control-plane.ts';
import type { React, StageOptions } from '../../../../test/probe.ts';
import type { HostSpec } from '../../../sim/index.ts';
import { NODES } from '../../api/resource.ts';
import type { IncomingTraffic } from '../../protocol/container.ts';
import type { ServiceRule } from '../../protocol/node-network.ts';
import { overlay } from './overlay.ts';

const NODE_IPS = ['172.18.0.1', '172.18.0.2'] as const;

/** A container's program: says who it is. One that is asked for `/never` is silent. */
const server: React = (message, ctx) => {
  if (message.type !== 'request') return;
  const { incoming } = message.body as IncomingTraffic;
  if (incoming.payload !== '/never') ctx.reply(message.id, `${ctx.process} heard ${incoming.source.ip}`);
};

function node(index: number): HostSpec {
  const args = { api: ACCESS, nodeIp: NODE_IPS[index] };
  return {
    name: `node-${index + 1}`,
    processes: [
      { name: 'overlay', program: 'overlay', args, restart: 'always' },
      { name: 'runtime', program: 'probe' },
      ...['a', 'b'].map((name) => ({ name, program: 'server', restart: 'never' as const })),
    ],
  };
}

class Network extends ControlPlaneStage {
  #asked = 1000;

  /** Two nodes, each with a block of four pod addresses less those that nobody gets. */
  static async start(options: Partial<StageOptions> = {}): Promise<Network> {
    const network = new Network([node(0), node(1)], { overlay }, { react: { server }, ...options });
    await network.run(300);
    return network;
  }

  async joined(cidr = 24): Promise<this> {
    for (const [index, address] of NODE_IPS.entries()) {
      const name = `node-${index + 1}`;
      const spec = { podCIDR: `10.244.${index}.0/${cidr}` };
      await this.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec } as never);
      const patch = { status: { addresses: [{ type: 'InternalIP', address }] } };
      await this.ask({ verb: 'patch', resource: NODES, name, patchType: 'merge', patch, subresource: 'status' });
    }
    await this.run(100);
    return this;
  }

  /** An actor of a node asks the node's network. Undefined: there was no answer. */
  async request(who: string, body: unknown, timeoutMs = 2000): Promise<unknown> {
    return this.answer(who, this.tell(who, body, timeoutMs));
  }

  /** Asks without waiting. Returns the number of the question. */
  tell(who: string, body: unknown, timeoutMs = 2000): number {
    const then = this.#asked++;
    const to = `${who.slice(0, who.indexOf('/'))}/overlay`;
    this.stage.tell(who, (ctx) => ctx.request(to, body, { then, timeoutMs }));
    return then;
  }

  async answer(who: string, then: number): Promise<unknown> {
    const find = () => this.stage.all(who, 'response').find((message) => message.then === then);
    await this.until(() => find() !== undefined);
    const answer = find();
    return answer?.ok === true ? answer.body : undefined;
  }

  add(nodeName: string, sandboxId: string): Promise<unknown> {
    return this.request(`${nodeName}/runtime`, { cni: 'ADD', sandboxId, pod: `default/${sandboxId}` });
  }

  del(nodeName: string, sandboxId: string): Promise<unknown> {
    return this.request(`${nodeName}/runtime`, { cni: 'DEL', sandboxId });
  }

  listen(who: string, ip: string, port = 80): Promise<unknown> {
    return this.request(who, { listen: { ip, port, protocol: 'TCP' } });
  }

  call(who: string, from: string, ip: string, port = 80, payload = '/'): Promise<unknown> {
    const [source, destination] = [
      { ip: from, port: 40_000 + this.#asked },
      { ip, port },
    ];
    return this.request(who, { traffic: { protocol: 'TCP', source, destination, payload } }, 5000);
  }

  rules(nodeName: string, ...services: readonly Partial<ServiceRule>[]): Promise<unknown> {
    const base = { protocol: 'TCP', clusterIp: '10.96.0.10', port: 80, nodePort: 0, affinitySeconds: 0, endpoints: [] };
    const rules = services.map((rule, index) => ({ ...base, name: `default/web:${index}`, ...rule }));
    return this.request(`${nodeName}/runtime`, { rules: { replace: true, services: rules, removed: [] } });
  }

  /** Two pods with addresses and sockets, one on each node. */
  async withPods(): Promise<this> {
    await this.add('node-1', 'a');
    await this.add('node-2', 'a');
    await this.listen('node-1/a', '10.244.0.2');
    await this.listen('node-2/a', '10.244.1.2');
    return this;
  }
}

describe('CNI', () => {
  it('says that it is not ready until the node has a pod CIDR', async () => {
    const network = await Network.start();
    expect(await network.add('node-1', 's')).toMatchObject({ ok: false, error: 'NotReady' });
    expect(await network.request('node-1/runtime', { cni: 'STATUS' })).toMatchObject({ ok: false, error: 'NotReady' });
    await network.joined();
    expect(await network.request('node-1/runtime', { cni: 'STATUS' })).toEqual({ ok: true, ip: '' });
    expect(await network.add('node-1', 's')).toEqual({ ok: true, ip: '10.244.0.2' });
  });

  it('gives one sandbox one address, however often it is asked, and takes it back once', async () => {
    const network = await (await Network.start()).joined();
    expect(await network.add('node-1', 's')).toEqual({ ok: true, ip: '10.244.0.2' });
    expect(await network.add('node-1', 's')).toEqual({ ok: true, ip: '10.244.0.2' });
    expect(await network.add('node-1', 't')).toEqual({ ok: true, ip: '10.244.0.3' });
    for (let i = 0; i < 2; i++) expect(await network.del('node-1', 's')).toEqual({ ok: true, ip: '' });
    expect(await network.add('node-1', 'u')).toEqual({ ok: true, ip: '10.244.0.4' });
  });

  it('runs out of addresses, until one is given back', async () => {
    const network = await (await Network.start()).joined(29);
    for (let i = 2; i <= 6; i++)
      expect(await network.add('node-1', `s${i}`)).toEqual({ ok: true, ip: `10.244.0.${i}` });
    expect(await network.add('node-1', 'more')).toMatchObject({ ok: false, error: 'Exhausted' });
    await network.del('node-1', 's4');
    expect(await network.add('node-1', 'more')).toEqual({ ok: true, ip: '10.244.0.4' });
  });

  it('gives an address whose file cannot be written to nobody', async () => {
    const network = await (await Network.start()).joined();
    const fault = network.stage.world.inject({ kind: 'disk-full', hosts: 'node-1' });
    expect(await network.add('node-1', 's')).toMatchObject({ ok: false, error: 'Failed' });
    network.stage.world.endFault(fault);
    expect(await network.add('node-1', 's')).toMatchObject({ ok: true });
  });

  it('does not promise an address that was given back while its file was written', async () => {
    const network = await (await Network.start()).joined();
    network.stage.world.inject({ kind: 'disk-slow', hosts: 'node-1', extraMs: 100 });
    const added = network.tell('node-1/runtime', { cni: 'ADD', sandboxId: 's', pod: 'default/s' });
    await network.run(10);
    await network.del('node-1', 's');
    expect(await network.answer('node-1/runtime', added)).toMatchObject({ ok: false, error: 'Failed' });
  });
});

describe('traffic', () => {
  const [A1, A2] = ['10.244.0.2', '10.244.1.2'] as const;
  const there = { ip: A2, port: 80 };

  it('reaches pods of the same node and of others, under the address of its sender', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    expect(await network.call('node-1/b', '10.244.0.9', A1)).toEqual({
      ok: true,
      payload: 'node-1/a heard 10.244.0.9',
    });
    expect(await network.call('node-1/b', '10.244.0.9', A2)).toEqual({
      ok: true,
      payload: 'node-2/a heard 10.244.0.9',
    });
  });

  it('is refused where nobody listens, and has no way to where nobody is', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    for (const ip of [A1, A2]) {
      expect(await network.call('node-1/b', A1, ip, 81)).toMatchObject({ ok: false, error: 'ECONNREFUSED' });
    }
    for (const ip of ['10.244.0.77', '10.244.1.77', '10.244.9.2', '192.0.2.1']) {
      expect(await network.call('node-1/b', A1, ip)).toMatchObject({ ok: false, error: 'EHOSTUNREACH' });
    }
  });

  it('goes to an endpoint of the service, and is refused at its other ports and when it has none', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    await network.rules('node-1', { endpoints: [there] }, { clusterIp: '10.96.0.11' });
    expect(await network.call('node-1/b', A1, '10.96.0.10')).toEqual({ ok: true, payload: `node-2/a heard ${A1}` });
    expect(await network.call('node-1/b', A1, '10.96.0.10', 81)).toMatchObject({ error: 'ECONNREFUSED' });
    expect(await network.call('node-1/b', A1, '10.96.0.11')).toMatchObject({ error: 'ECONNREFUSED' });
  });

  it('to a node port goes where the policy for its origin says; what finds no endpoint there is dropped', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    const external = { nodePort: 30_080, externalEndpoints: [], dropsWithoutEndpoints: true };
    for (const name of ['node-1', 'node-2']) await network.rules(name, { endpoints: [there], ...external });
    expect(await network.call('node-1/b', A1, NODE_IPS[0], 30_080)).toMatchObject({ ok: true });
    expect(await network.call('node-1/b', A1, NODE_IPS[1], 30_080)).toBeUndefined();
    await network.rules('node-2', { endpoints: [], ...external, externalEndpoints: [there] });
    expect(await network.call('node-1/b', A1, NODE_IPS[1], 30_080)).toMatchObject({ ok: true });
  });

  it('is reset when the server dies over it, and finds nobody afterwards', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    const number = network.tell('node-1/b', {
      traffic: { protocol: 'TCP', source: { ip: A1, port: 1 }, destination: there, payload: '/never' },
    });
    await network.run(100);
    network.stage.world.inject({ kind: 'crash', processes: 'node-2/a' });
    expect(await network.answer('node-1/b', number)).toMatchObject({ ok: false, error: 'ECONNRESET' });
    expect(await network.call('node-1/b', A1, A2)).toMatchObject({ ok: false, error: 'ECONNREFUSED' });
  });

  it('waits in vain for a node that is cut off, and has no way to one whose network is down', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    const cut = network.stage.world.inject({ kind: 'partition', sides: ['node-1', 'node-2'] });
    expect(await network.call('node-1/b', A1, A2)).toBeUndefined();
    network.stage.world.endFault(cut);
    await network.run(60_000);
    network.stage.world.inject({ kind: 'crash', processes: 'node-2/overlay' }, { forMs: 5000 });
    await network.run(100);
    expect(await network.call('node-1/b', A1, A2)).toMatchObject({ ok: false, error: 'EHOSTUNREACH' });
  });
});

describe('a socket', () => {
  const IP = '10.244.0.2';
  const who = async (network: Network) =>
    ((await network.call('node-1/runtime', IP, IP)) as { payload?: string }).payload;

  it('is only for addresses that the node has', async () => {
    const network = await (await Network.start()).joined();
    expect(await network.listen('node-1/a', IP)).toEqual({ ok: false, error: 'EADDRNOTAVAIL' });
    expect(await network.listen('node-1/a', NODE_IPS[0])).toEqual({ ok: true });
    expect(await network.listen('node-1/a', NODE_IPS[1])).toEqual({ ok: false, error: 'EADDRNOTAVAIL' });
  });

  it('of the living is not taken from them', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    expect(await network.listen('node-1/b', IP)).toEqual({ ok: false, error: 'EADDRINUSE' });
    await network.run(1000);
    expect(await who(network)).toBe(`node-1/a heard ${IP}`);
  });

  it('of the dead is free, for one of those who want it', async () => {
    // All ask before the first of them has an answer.
    const network = await Network.start({ network: { loopback: { latency: { constant: 1 } } } });
    await network.joined();
    await network.run(3000);
    await network.withPods();
    // Both have their connections.
    await network.listen('node-1/b', '10.244.0.2', 81);
    network.stage.world.inject({ kind: 'crash', processes: 'node-1/a' });
    await network.run(100);
    const wants = { listen: { ip: IP, port: 80, protocol: 'TCP' } };
    const others = ['node-1/b', 'node-1/runtime'].map((each) => [each, network.tell(each, wants)] as const);
    const answers: unknown[] = [];
    for (const [each, number] of others) answers.push(await network.answer(each, number));
    expect(answers).toContainEqual({ ok: true });
    expect(answers).toContainEqual({ ok: false, error: 'EADDRINUSE' });
  });

  it('goes with its address', async () => {
    const network = await (await (await Network.start()).joined()).withPods();
    await network.del('node-1', 'a');
    expect(await network.call('node-1/b', IP, IP)).toMatchObject({ ok: false, error: 'EHOSTUNREACH' });
    await network.add('node-1', 'b');
    expect(await network.listen('node-1/b', '10.244.0.3')).toEqual({ ok: true });
  });
});

describe('a crash of the process', () => {
  const after = async (options: Partial<StageOptions> = {}) => {
    const network = await (await (await Network.start(options)).joined()).withPods();
    await network.rules('node-1', { endpoints: [{ ip: '10.244.0.2', port: 80 }] });
    network.stage.world.inject({ kind: 'crash', processes: 'node-1/overlay' }, { forMs: 1000 });
    await network.run(1100);
    return network;
  };

  it('loses no address and no socket, but the rules, of which whoever watches them is told', async () => {
    const network = await (await Network.start()).joined();
    await network.withPods();
    network.stage.tell('node-1/runtime', (ctx) => {
      ctx.openStream('node-1/overlay', { watchRules: true }, { then: 'rules' });
    });
    await network.rules('node-1', { endpoints: [{ ip: '10.244.0.2', port: 80 }] });
    expect(network.stage.all('node-1/runtime', 'stream')).toEqual([]);
    network.stage.world.inject({ kind: 'crash', processes: 'node-1/overlay' }, { forMs: 1000 });
    await network.run(500);
    expect(network.stage.all('node-1/runtime', 'stream')).toMatchObject([{ event: 'closed', then: 'rules' }]);
    await network.run(600);
    expect(await network.add('node-1', 'a')).toEqual({ ok: true, ip: '10.244.0.2' });
    expect(await network.add('node-1', 'new')).toEqual({ ok: true, ip: '10.244.0.3' });
    expect(await network.call('node-1/b', '10.244.0.3', '10.244.0.2')).toMatchObject({ ok: true });
    expect(await network.call('node-1/b', '10.244.0.3', '10.96.0.10')).toMatchObject({ error: 'EHOSTUNREACH' });
  });

  it('is the same run twice, with a partition on top', async () => {
    const digest = async () => {
      const network = await after({
        plan: { faults: [{ atMs: 700, forMs: 900, fault: { kind: 'isolate', hosts: 'node-2' } }] },
      });
      await network.call('node-1/b', '10.244.0.3', '10.244.1.2');
      expect(network.stage.panics()).toEqual([]);
      return network.stage.world.digest;
    };
    expect(await digest()).toBe(await digest());
  });
});
