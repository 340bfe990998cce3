import { describe, expect, it } from 'vitest';
import { type Actor, World } from '../../../sim/index.ts';
import type { ImageRule } from '../../protocol/registry.ts';
import { manifestOf, ruleFor } from './manifest.ts';
import { registry } from './registry.ts';

const RULES: readonly ImageRule[] = [
  { image: 'wavetank/echo:v1', program: 'old' },
  { image: 'wavetank/echo*', program: 'echo' },
  { image: 'nginx', program: 'web' },
  { image: 'registry.k8s.io/*', program: 'system' },
  { image: 'docker.io/private/*', unauthorized: true },
  { image: 'gone:*', missing: true },
];

describe('rules', () => {
  it.each([
    ['wavetank/echo:v1', 'wavetank/echo:v1'],
    ['docker.io/wavetank/echo:v1', 'wavetank/echo:v1'],
    ['wavetank/echo:v2', 'wavetank/echo*'],
    ['wavetank/echo', 'wavetank/echo*'],
    ['wavetank/echo-server:1', 'wavetank/echo*'],
    ['nginx', 'nginx'],
    ['nginx:1.27', 'nginx'],
    ['docker.io/library/nginx:1.27', 'nginx'],
    ['nginxx', undefined],
    ['other/nginx', undefined],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/*'],
    ['gone', 'gone:*'],
  ])('%s is what %s says', (image, rule) => {
    expect(ruleFor(image, RULES)?.image).toBe(rule);
  });

  it('read no pattern but the star', () => {
    expect(ruleFor('axb', [{ image: 'a.b' }])).toBeUndefined();
  });
});

describe('manifests', () => {
  it('of an image without a rule: the generic program, and a size of its own', () => {
    const sizes = ['a', 'b', 'c', 'redis', 'mysql:8'].map((image) => {
      const answer = manifestOf(image, [], 1000);
      if (!answer.ok) throw new Error(answer.message);
      expect(answer.image).toMatchObject({ program: 'generic', config: null, bytesPerSecond: 1000 });
      expect(answer.image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      return answer.image.sizeBytes;
    });
    expect(new Set(sizes).size).toBe(5);
    for (const size of sizes) expect(size >= 20_000_000 && size <= 200_000_000).toBe(true);
  });

  it('are the same for all forms of one name, and differ with the tag', () => {
    const [short, full, tagged] = ['redis', 'docker.io/library/redis:latest', 'redis:7'].map((image) =>
      manifestOf(image, [], 1),
    );
    expect(full).toEqual(short);
    expect(tagged).not.toEqual(short);
  });

  it.each([
    ['gone', 'NotFound'],
    ['private/app', 'Unauthorized'],
    ['NOT A NAME', 'NotFound'],
  ])('%s: %s', (image, error) => {
    expect(manifestOf(image, RULES, 1)).toMatchObject({ ok: false, error });
  });
});

describe('the registry', () => {
  it('answers with the manifest, and refuses what it does not understand', async () => {
    const asker: Actor<null, unknown> = {
      start(ctx) {
        ctx.request('hub/registry', { manifestOf: 'nginx' }, { then: 'manifest' });
        ctx.request('hub/registry', null, { then: 'nonsense' });
        return null;
      },
      receive(state, message, ctx) {
        if (message.type === 'response') ctx.note(String(message.then), message.ok ? message.body : message.failure);
        return state;
      },
    };
    const args = { images: RULES, bytesPerSecond: 5 };
    const world = new World({
      seed: 1,
      programs: { registry, asker },
      hosts: [
        { name: 'hub', processes: [{ name: 'registry', program: 'registry', args }] },
        { name: 'node', processes: [{ name: 'asker', program: 'asker' }] },
      ],
    });
    await world.run({ forMs: 100 });
    const notes = Object.fromEntries(world.view.history.map(({ name, data }) => [name, data]));
    expect(notes).toMatchObject({
      manifest: { ok: true, image: { program: 'web', bytesPerSecond: 5 } },
      nonsense: 'refused',
    });
  });
});
