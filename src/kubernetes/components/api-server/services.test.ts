/** Services get addresses and ports that nobody else has, through whichever server. */
import { describe, expect, it } from 'vitest';
import { API, type Loose, Tank } from '../../../../test/api-server/tank.ts';
import type { NewObject } from '../../api/object.ts';
import { SERVICES } from '../../api/resource.ts';

const API_2 = 'cp2/kube-apiserver';

function newService(name: string, spec: object = {}): NewObject {
  const ports = [{ port: 80, targetPort: 8080 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'web' }, ports, ...spec } };
}

const of = (name: string) => ({ resource: SERVICES, namespace: 'default', name }) as const;

describe('the address of a Service', () => {
  it('is drawn from the upper band, kept by updates, and free again after deletion', async () => {
    const tank = await Tank.start({ serviceCidr: '10.96.0.0/24' });
    const service = await tank.create(SERVICES, newService('web'));
    const { clusterIP } = service.spec;
    // Of 254 addresses, the lower band are 16.
    expect(Number(clusterIP.split('.')[3])).toBeGreaterThan(16);
    expect(service.spec.clusterIPs).toEqual([clusterIP]);
    const update = newService('web', { ports: [{ port: 81 }] });
    expect((await tank.get({ verb: 'update', ...of('web'), object: update })).spec.clusterIP).toBe(clusterIP);
    expect(tank.etcd.kvs.has(`/registry/ipaddresses/${clusterIP}`)).toBe(true);
    await tank.get({ verb: 'delete', ...of('web') });
    expect(tank.etcd.kvs.has(`/registry/ipaddresses/${clusterIP}`)).toBe(false);
    expect((await tank.create(SERVICES, newService('again', { clusterIP }))).spec.clusterIP).toBe(clusterIP);
  });

  it('may be chosen, if it is in the range and free', async () => {
    const tank = await Tank.start();
    await tank.create(SERVICES, newService('web', { clusterIP: '10.96.0.10' }));
    const taken = {
      verb: 'create',
      resource: SERVICES,
      namespace: 'default',
      object: newService('b', { clusterIP: '10.96.0.10' }),
    } as const;
    expect(await tank.refusal(taken)).toMatchObject({
      reason: 'Invalid',
      message:
        'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    });
    const outside = { ...taken, object: newService('b', { clusterIP: '10.1.0.10' }) };
    expect((await tank.refusal(outside)).message).toContain(
      'is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    );
    const headless = await tank.create(SERVICES, newService('none', { clusterIP: 'None' }));
    expect(headless.spec.clusterIPs).toEqual(['None']);
  });

  it('is refused when there is none left', async () => {
    const tank = await Tank.start({ serviceCidr: '10.96.0.0/29' });
    for (let i = 0; i < 5; i++) await tank.create(SERVICES, newService(`web-${i}`));
    const addresses = [...tank.server.taken.addresses].sort();
    expect(addresses).toEqual([1, 2, 3, 4, 5, 6].map((i) => `10.96.0.${i}`));
    const request = { verb: 'create', resource: SERVICES, namespace: 'default', object: newService('more') } as const;
    expect((await tank.refusal(request)).message).toContain('failed to allocate a serviceIP: range is full');
  });

  it.each([
    [true, 60],
    [false, undefined],
  ])(
    'is unique over servers that allocate at once, if claims are in the store: %s',
    async (allocationsInStore, distinct) => {
      const tank = await Tank.start({ serviceCidr: '10.96.0.0/26', guards: { allocationsInStore } });
      const numbers: number[] = [];
      for (let i = 0; i < 60; i++) {
        const request = {
          verb: 'create',
          resource: SERVICES,
          namespace: 'default',
          object: newService(`web-${i}`),
        } as const;
        numbers.push(tank.post(request, i % 2 === 0 ? API : API_2));
      }
      await tank.run(3000);
      const services = numbers.map((number) => tank.answerTo(number)?.object as unknown as Loose);
      const addresses = new Set(services.map((service) => service.spec.clusterIP));
      if (distinct === undefined) expect(addresses.size).toBeLessThan(60);
      else expect(addresses.size).toBe(distinct);
      expect(tank.stage.panics()).toEqual([]);
    },
  );
});

describe('the ports of a Service on nodes', () => {
  it('are drawn, kept, chosen, and given up with the type', async () => {
    const tank = await Tank.start();
    const service = await tank.create(
      SERVICES,
      newService('web', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81 },
        ],
      }),
    );
    const ports = service.spec.ports.map(({ nodePort }: { nodePort: number }) => nodePort);
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) expect(port).toBeGreaterThanOrEqual(30_086);
    const object = newService('b', { type: 'NodePort', ports: [{ port: 80, nodePort: ports[0] }] });
    const request = { verb: 'create', resource: SERVICES, namespace: 'default', object } as const;
    expect((await tank.refusal(request)).message).toBe(
      `Service "b" is invalid: spec.ports[0].nodePort: Invalid value: ${ports[0]}: provided port is already allocated`,
    );
    const again = newService('web', {
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ],
    });
    expect((await tank.get({ verb: 'update', ...of('web'), object: again })).spec.ports).toMatchObject(
      ports.map((nodePort: number) => ({ nodePort })),
    );
    await tank.get({ verb: 'update', ...of('web'), object: newService('web', { type: 'ClusterIP' }) });
    expect((await tank.ask(request)).code).toBe(201);
  });
});
