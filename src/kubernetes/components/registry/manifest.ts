/** What the registry answers about an image: the rule that fits, and what follows from the name alone. */
import { parseImageName } from '../../protocol/image-name.ts';
import type { ImageRule, ManifestResponse } from '../../protocol/registry.ts';

const SMALLEST_BYTES = 20_000_000;
const LARGEST_BYTES = 200_000_000;

/** The program of an image that no rule gives one. */
const GENERIC = 'generic';

export function manifestOf(image: string, rules: readonly ImageRule[], bytesPerSecond: number): ManifestResponse {
  const name = parseImageName(image);
  if (name === undefined) return { ok: false, error: 'NotFound', message: `invalid reference format: "${image}"` };
  const rule = ruleFor(image, rules);
  if (rule?.missing === true) return { ok: false, error: 'NotFound', message: `${name.full}: not found` };
  if (rule?.unauthorized === true) {
    const message = `pull access denied, repository does not exist or may require authorization: ${name.full}`;
    return { ok: false, error: 'Unauthorized', message };
  }
  return {
    ok: true,
    image: {
      digest: digestOf(name.full),
      sizeBytes: rule?.sizeBytes ?? SMALLEST_BYTES + (hash(name.full, 0) % (LARGEST_BYTES - SMALLEST_BYTES + 1)),
      bytesPerSecond,
      program: rule?.program ?? GENERIC,
      config: rule?.config ?? null,
    },
  };
}

/** The first rule whose pattern is the image's name in any of its forms. */
export function ruleFor(image: string, rules: readonly ImageRule[]): ImageRule | undefined {
  const name = parseImageName(image);
  const forms = new Set([image]);
  if (name !== undefined) {
    const { full, repository, familiar, suffix } = name;
    for (const form of [full, repository, familiar, familiar + suffix]) forms.add(form);
  }
  return rules.find((rule) => {
    const pattern = patternOf(rule.image);
    return [...forms].some((form) => pattern.test(form));
  });
}

function patternOf(pattern: string): RegExp {
  const literal = pattern.split('*').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}

/** Looks like a digest, and is the same for the same name. */
function digestOf(full: string): string {
  let digits = '';
  for (let part = 1; part <= 8; part++) digits += hash(full, part).toString(16).padStart(8, '0');
  return `sha256:${digits}`;
}

/** FNV-1a over UTF-16 code units, and a final mix (MurmurHash3's), so that short names differ in all bits. */
function hash(text: string, salt: number): number {
  let value = (0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1)) >>> 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
