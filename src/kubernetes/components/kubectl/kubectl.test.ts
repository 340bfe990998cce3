import { describe, expect, it } from 'vitest';
import { ACCESS, API, ControlPlaneStage } from '../../../../test/kubernetes/control-plane.ts';
import type { NewObject } from '../../api/object.ts';
import type { KubectlAction, KubectlOutcome } from '../../protocol/kubectl.ts';
import { kubectl } from './kubectl.ts';

const ARGS = { api: ACCESS, retryMs: 10_000 };

class Shell extends ControlPlaneStage {
  readonly outcomes = new Map<number, KubectlOutcome>();
  #commands = 0;

  static async start(): Promise<Shell> {
    const host = { name: 'workstation', processes: [{ name: 'kubectl', program: 'kubectl', args: ARGS }] };
    const shell = new Shell([host], { kubectl });
    shell.stage.world.observe('note', ({ object, detail }) => {
      if (object === 'kubectl') shell.outcomes.set((detail as KubectlOutcome).id, detail as KubectlOutcome);
    });
    await shell.run(500);
    return shell;
  }

  tell(action: KubectlAction): number {
    const id = ++this.#commands;
    this.stage.world.post('workstation/kubectl', { id, action });
    return id;
  }

  async type(action: KubectlAction): Promise<KubectlOutcome> {
    const id = this.tell(action);
    await this.until(() => this.outcomes.has(id), 120_000);
    return this.outcomes.get(id) as KubectlOutcome;
  }
}

const deployment = (name: string, fields: object = {}): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'example.com/main:1' }] },
    },
    ...fields,
  },
});
const settings = (data: Record<string, string>): NewObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
});
const web = { kind: 'deploy', name: 'web', namespace: 'default' };

describe('kubectl', () => {
  it('creates what is missing, changes what differs, and leaves alone what is the same', async () => {
    const shell = await Shell.start();
    const apply = (...objects: NewObject[]) => shell.type({ do: 'apply', objects });
    expect((await apply(settings({ a: '1', b: '2' }), deployment('web'))).lines).toEqual([
      'configmap/settings created',
      'deployment.apps/web created',
    ]);
    expect((await apply(settings({ a: '1' }), deployment('web'))).lines).toEqual([
      'configmap/settings configured',
      'deployment.apps/web unchanged',
    ]);
    expect((await apply(settings({ a: '1' }))).lines).toEqual(['configmap/settings unchanged']);
  });

  it('scales, patches and deletes, and keeps what others have changed when it applies again', async () => {
    const shell = await Shell.start();
    await shell.type({ do: 'apply', objects: [deployment('web')] });
    expect((await shell.type({ do: 'scale', ref: web, replicas: 4 })).lines).toEqual(['deployment.apps/web scaled']);
    const patch = { metadata: { labels: { tier: 'front' } } };
    expect((await shell.type({ do: 'patch', ref: web, patchType: 'strategic', patch })).lines).toEqual([
      'deployment.apps/web patched',
    ]);
    expect((await shell.type({ do: 'apply', objects: [deployment('web', { minReadySeconds: 2 })] })).lines).toEqual([
      'deployment.apps/web configured',
    ]);
    const seen = await shell.type({
      do: 'patch',
      ref: web,
      patchType: 'json',
      patch: [
        { op: 'test', path: '/spec/replicas', value: 4 },
        { op: 'test', path: '/metadata/labels/tier', value: 'front' },
        { op: 'test', path: '/spec/minReadySeconds', value: 2 },
      ],
    });
    expect(seen.errors).toEqual([]);
    expect((await shell.type({ do: 'delete', refs: [web] })).lines).toEqual([
      'deployment.apps "web" deleted from default namespace',
    ]);
    expect((await shell.type({ do: 'delete', refs: [web] })).errors).toEqual([
      'Error from server (NotFound): deployments.apps "web" not found',
    ]);
  });

  it('says in the words of upstream what cannot be done, and goes on with the rest', async () => {
    const shell = await Shell.start();
    const { lines, errors } = await shell.type({
      do: 'apply',
      objects: [
        { apiVersion: 'apps/v2', kind: 'Deployment', metadata: { name: 'x' } },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'nowhere' } },
        settings({ a: '1' }),
      ],
    });
    expect(lines).toEqual(['configmap/settings created']);
    expect(errors).toEqual([
      'error: resource mapping not found: no matches for kind "Deployment" in version "apps/v2"',
      'Error from server (NotFound): namespaces "nowhere" not found',
    ]);
    expect((await shell.type({ do: 'delete', refs: [{ ...web, kind: 'deplyo' }] })).errors).toEqual([
      'error: the server doesn\'t have a resource type "deplyo"',
    ]);
  });

  it('tries for a while when the API server is away, and gives up in the end', async () => {
    const shell = await Shell.start();
    shell.stage.world.inject({ kind: 'crash', processes: API }, { forMs: 5000 });
    expect((await shell.type({ do: 'apply', objects: [settings({ a: '1' })] })).lines).toEqual([
      'configmap/settings created',
    ]);
    shell.stage.world.inject({ kind: 'crash', processes: API }, { forMs: 60_000 });
    expect((await shell.type({ do: 'apply', objects: [settings({ a: '2' })] })).errors[0]).toMatch(
      /^(The connection to the server was refused|Unable to connect to the server)/,
    );
  });

  it('says of an invalid object what is wrong with it, and refuses to apply what has no name', async () => {
    const shell = await Shell.start();
    const nameless = { ...settings({}), metadata: { generateName: 'settings-' } };
    const { errors } = await shell.type({ do: 'apply', objects: [deployment('web', { replicas: -1 }), nameless] });
    expect(errors).toEqual([
      'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'error: from settings-: cannot use generate name with apply',
    ]);
  });

  it('takes one command after the other, in order', async () => {
    const shell = await Shell.start();
    await shell.type({ do: 'apply', objects: [deployment('web')] });
    const ids: number[] = [];
    for (const replicas of [1, 2, 3]) {
      ids.push(shell.tell({ do: 'scale', ref: web, replicas }));
      await shell.run(0);
    }
    await shell.until(() => ids.every((id) => shell.outcomes.has(id)));
    expect([...shell.outcomes.keys()].slice(-3)).toEqual(ids);
  });
});
