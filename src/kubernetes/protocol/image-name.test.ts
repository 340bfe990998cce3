import { describe, expect, it } from 'vitest';
import { parseImageName } from './image-name.ts';

// Cases of distribution/reference: normalize_test.go.
describe('names of images', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx'],
    ['library/nginx', 'docker.io/library/nginx:latest', 'nginx'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx'],
    ['wavetank/echo', 'docker.io/wavetank/echo:latest', 'wavetank/echo'],
    ['docker.io/wavetank/echo:v2', 'docker.io/wavetank/echo:v2', 'wavetank/echo'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10', 'registry.k8s.io/pause'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app'],
    ['localhost:5000/team/app:dev', 'localhost:5000/team/app:dev', 'localhost:5000/team/app'],
    ['xn--n3h.com/myimage', 'xn--n3h.com/myimage:latest', 'xn--n3h.com/myimage'],
    [`app@sha256:${'a'.repeat(64)}`, `docker.io/library/app@sha256:${'a'.repeat(64)}`, 'app'],
  ])('%s is %s', (written, full, familiar) => {
    expect(parseImageName(written)).toMatchObject({ full, familiar });
  });

  it.each([
    '',
    'Docker',
    'docker.io/Docker',
    'a//b',
    '-foo',
    'foo/',
    ':tag',
    'app:',
    'app:-x',
    'app@sha256:12',
    'a b',
    'foo/-bar',
  ])('%j is none', (written) => {
    expect(parseImageName(written)).toBeUndefined();
  });
});
