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
