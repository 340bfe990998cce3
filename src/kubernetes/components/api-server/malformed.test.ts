/** What makes no sense is refused, and brings nothing down: for every kind, whatever is left out or wrong. */
import { describe, expect, it } from 'vitest';
import { newPod, ofPod, Tank } from '../../../../test/api-server/tank.ts';
import { KINDS } from '../../api/kinds/registry.ts';
import type { NewObject } from '../../api/object.ts';
import { apiVersionOf, CONFIG_MAPS, LEASES, PODS } from '../../api/resource.ts';
import type { ApiRequest } from '../../protocol/api.ts';

const NOTHING = [
  {},
  { spec: {} },
  { spec: null },
  { spec: [] },
  { spec: 'x' },
  { spec: { template: {} } },
  { spec: { selector: null, template: { spec: {} } } },
];
const META = [
  { name: 'x' },
  {},
  { name: 'UPPER/case' },
  { name: 'x', labels: null },
  { name: 'x', finalizers: ['a b'] },
  { generateName: 'x-' },
];

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
const SOUND: Readonly<Record<string, object>> = {
  Pod: { spec: template.spec },
  Service: { spec: { ports: [{ port: 80 }] } },
  Event: { involvedObject: { namespace: 'default' } },
  ReplicaSet: { spec: { selector: { matchLabels: { app: 'web' } }, template } },
  Deployment: { spec: { selector: { matchLabels: { app: 'web' } }, template } },
  EndpointSlice: { addressType: 'IPv4', endpoints: [], ports: [] },
  Lease: { spec: { holderIdentity: 'me', leaseDurationSeconds: 40 } },
};

describe('an object that makes no sense', () => {
  it.each(KINDS.map(({ resource }) => [resource.kind, resource] as const))(
    'of kind %s is refused, or is none',
    async (kind, resource) => {
      const tank = await Tank.start();
      const apiVersion = apiVersionOf(resource);
      const where = resource.namespaced ? { namespace: 'default' } : {};
      const name = 'sound';
      const sound = { apiVersion, kind, metadata: { name }, ...SOUND[kind] } as NewObject;
      await tank.get({ verb: 'create', resource, ...where, object: sound });
      for (const rest of NOTHING) {
        for (const metadata of META) {
          const object = { apiVersion, kind, metadata, ...rest } as NewObject;
          tank.post({ verb: 'create', resource, ...where, object });
          tank.post({ verb: 'update', resource, ...where, name, object });
          tank.post({ verb: 'update', resource, ...where, name, object, subresource: 'status' });
        }
        tank.post({ verb: 'patch', resource, ...where, name, patchType: 'merge', patch: rest });
        tank.post({ verb: 'patch', resource, ...where, name, patchType: 'strategic', patch: rest });
        tank.post({
          verb: 'patch',
          resource,
          ...where,
          name,
          patchType: 'json',
          patch: [{ op: 'remove', path: '/spec' }],
        });
        await tank.run(50);
      }
      await tank.run(1000);
      expect(tank.stage.panics()).toEqual([]);
      expect((await tank.ask({ verb: 'list', resource })).code).toBe(200);
    },
  );
});

describe('a request that makes no sense', () => {
  it.each<[string, object, string]>([
    [
      'of no such resource',
      { verb: 'get', resource: { group: '', version: 'v1', plural: 'things' }, name: 'x' },
      'NotFound',
    ],
    [
      'of another group',
      { verb: 'get', resource: { ...PODS, group: 'apps' }, namespace: 'default', name: 'x' },
      'NotFound',
    ],
    ['without a namespace', { verb: 'get', resource: PODS, name: 'x' }, 'BadRequest'],
    ['without a name', { verb: 'delete', resource: PODS, namespace: 'default' }, 'BadRequest'],
    ['without a body', { verb: 'create', resource: PODS, namespace: 'default' }, 'BadRequest'],
    [
      'of no such subresource',
      { verb: 'update', ...ofPod('x'), subresource: 'scale', object: newPod('x') },
      'NotFound',
    ],
    [
      'for the status of what has none',
      {
        verb: 'update',
        resource: CONFIG_MAPS,
        namespace: 'default',
        name: 'x',
        subresource: 'status',
        object: newPod('x'),
      },
      'NotFound',
    ],
    ['with no such verb', { verb: 'dance', resource: PODS, namespace: 'default', name: 'x' }, 'MethodNotAllowed'],
    [
      'with an object of another kind',
      { verb: 'create', resource: LEASES, namespace: 'default', object: newPod('x') },
      'BadRequest',
    ],
    ['empty', {}, 'NotFound'],
  ])('%s is refused', async (_, request, reason) => {
    const tank = await Tank.start();
    expect((await tank.refusal(request as ApiRequest)).reason).toBe(reason);
    expect(tank.stage.panics()).toEqual([]);
  });

  it('with unknown fields is refused by name', async () => {
    const tank = await Tank.start();
    const object = newPod('web', {}, { foo: 1 });
    expect(await tank.refusal({ verb: 'create', resource: PODS, namespace: 'default', object })).toMatchObject({
      reason: 'BadRequest',
      message: 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo"',
    });
    const wrong = newPod('web', {}, { nodeName: 7 });
    expect((await tank.refusal({ verb: 'create', resource: PODS, namespace: 'default', object: wrong })).reason).toBe(
      'BadRequest',
    );
  });
});
