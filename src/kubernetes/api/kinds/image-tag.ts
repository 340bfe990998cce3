/** Names of images: pkg/util/parsers/parsers.go. */

/** No tag, or `latest`; a digest is no tag and never the latest. */
export function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest';
  return tag === 'latest';
}
