import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/kubernetes/merge-item.ts';
import { applyManifest, LAST_APPLIED, lastApplied, withLastApplied } from './apply-manifest.ts';
import type { JsonObject } from './json-value.ts';
import { applyStrategicMergePatchToKind } from './strategic-merge-patch.ts';

const deployment = (spec: JsonObject): JsonObject =>
  frozen({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec });
const containers = (...list: JsonObject[]) => ({ template: { spec: { containers: list } } });

/** The object as the API server answers it after the first apply. */
function live(manifest: JsonObject, change: JsonObject = {}): JsonObject {
  const stored = withLastApplied(manifest);
  const spec = { ...(stored.spec as JsonObject), ...change };
  return frozen({ ...stored, spec, metadata: { ...(stored.metadata as JsonObject), uid: 'u', resourceVersion: '7' } });
}

describe('applying a manifest', () => {
  it('creates it with an annotation that remembers it, written as Go writes JSON', () => {
    const manifest = deployment({ replicas: 2, paused: false, note: '<&>' });
    const applied = applyManifest(manifest, undefined);
    if (applied.action !== 'create') throw new Error(applied.action);
    expect(applied.object).toEqual({
      ...manifest,
      metadata: {
        name: 'web',
        namespace: 'default',
        annotations: {
          [LAST_APPLIED]:
            '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"web","namespace":"default"},' +
            '"spec":{"note":"\\u003c\\u0026\\u003e","paused":false,"replicas":2}}\n',
        },
      },
    });
    expect(withLastApplied(applied.object)).toEqual(applied.object);
    expect(lastApplied(applied.object)).toMatchObject({ ok: true, value: { spec: manifest.spec } });
  });

  it('changes nothing where nothing is new, whatever the server and others have added', () => {
    const manifest = deployment({ replicas: 2 });
    expect(applyManifest(manifest, live(manifest, { revisionHistoryLimit: 10 }))).toEqual({ action: 'unchanged' });
  });

  it('leaves a field alone that the manifest never named, and removes one that it no longer names', () => {
    const before = deployment({
      ...containers({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }),
      paused: true,
    });
    const after = deployment(containers({ name: 'a', image: 'a:2' }));
    const server = live(before, {
      replicas: 5,
      ...containers(
        { name: 'a', image: 'a:1', imagePullPolicy: 'Always' },
        { name: 'b', image: 'b:1' },
        { name: 'sidecar' },
      ),
    });
    const applied = applyManifest(after, server);
    if (applied.action !== 'patch') throw new Error(applied.action);
    expect(applied.patchType).toBe('strategic');
    const patched = applyStrategicMergePatchToKind(server, frozen(applied.patch));
    expect(patched).toMatchObject({ ok: true, value: { metadata: { uid: 'u', resourceVersion: '7' } } });
    expect(patched.ok && patched.value.spec).toEqual({
      replicas: 5,
      ...containers({ name: 'a', image: 'a:2', imagePullPolicy: 'Always' }, { name: 'sidecar' }),
    });
    // As upstream: the sidecar makes the order a change that is sent again and again, and changes nothing.
    expect(patched.ok && applyManifest(after, frozen(patched.value))).toEqual({
      action: 'patch',
      patchType: 'strategic',
      patch: { spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'a' }] } } } },
    });
  });

  it('refuses to overwrite, if asked to, what somebody else has changed', () => {
    const server = live(deployment({ replicas: 2 }), { replicas: 5 });
    const applied = applyManifest(deployment({ replicas: 3 }), server, { overwrite: false });
    expect(applied.action === 'refused' && applied.error.reason).toBe('Conflict');
    expect(applyManifest(deployment({ replicas: 3 }), server).action).toBe('patch');
  });

  it('refuses an annotation that is not JSON', () => {
    const server = frozen({ ...deployment({}), metadata: { name: 'web', annotations: { [LAST_APPLIED]: '{' } } });
    const applied = applyManifest(deployment({}), server);
    expect(applied.action === 'refused' && applied.error.message).toBe('invalid JSON document');
  });

  it('sends a JSON merge patch for a kind of which no merge keys are known', () => {
    const thing = (spec: JsonObject) =>
      frozen({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' }, spec });
    const applied = applyManifest(thing({ list: [1] }), live(thing({ list: [2], gone: true })));
    expect(applied).toMatchObject({ action: 'patch', patchType: 'merge', patch: { spec: { list: [1], gone: null } } });
    const renamed = { ...live(thing({})), metadata: { name: 'y' } };
    expect(applyManifest(thing({}), renamed)).toMatchObject({ action: 'refused' });
  });
});
