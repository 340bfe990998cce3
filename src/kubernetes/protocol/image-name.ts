/**
 * What an image's name means, as docker and containerd read it: `nginx` is `docker.io/library/nginx:latest`.
 *
 * Upstream: distribution/reference (normalize.go, regexp.go).
 */

export interface ImageName {
  /** Registry, repository and tag, or digest: `docker.io/library/nginx:latest`. */
  readonly full: string;
  /** Registry and repository: `docker.io/library/nginx`. */
  readonly repository: string;
  /** The repository as one writes it: `nginx`, `wavetank/echo`, `registry.k8s.io/pause`. */
  readonly familiar: string;
  /** `:latest`, or `@sha256:…`. */
  readonly suffix: string;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const DOMAIN = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?$/;
const SUFFIX = /^(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;

/** Undefined unless it is the name of an image. */
export function parseImageName(image: string): ImageName | undefined {
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const domain = !hasDomain || first === 'index.docker.io' ? DEFAULT_DOMAIN : first;
  const rest = hasDomain ? image.slice(slash + 1) : image;
  const end = rest.search(/[:@]/);
  const written = end === -1 ? rest : rest.slice(0, end);
  const suffix = end === -1 ? '' : rest.slice(end);
  if (!DOMAIN.test(domain) || !PATH.test(written) || !SUFFIX.test(suffix)) return undefined;
  const isDefault = domain === DEFAULT_DOMAIN;
  const path = isDefault && !written.includes('/') ? OFFICIAL + written : written;
  const repository = `${domain}/${path}`;
  const short = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  const tagged = suffix === '' ? ':latest' : suffix;
  return { full: repository + tagged, repository, familiar: isDefault ? short : repository, suffix: tagged };
}
