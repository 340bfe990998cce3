/** Volumes made of several sources: pkg/apis/core/validation/validation.go, validateProjectedVolumeSource. */
import type { FieldError } from '../field-error.ts';
import { forbidden, invalid, required } from './mistakes.ts';
import { nonReservedPath } from './path-validation.ts';
import { validateDownwardFile, validateKeyToPath, validateMode } from './projected-file-validation.ts';
import type { Volume } from './volume-mount-validation.ts';

type Projected = NonNullable<Volume['projected']>;
type Source = NonNullable<Projected['sources']>[number];

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

export function validateProjectedSource({ defaultMode, sources }: Projected, field: string): FieldError[] {
  const errors = validateMode(defaultMode, `${field}.defaultMode`);
  const paths = new Set<string>();
  for (const [index, source] of (sources ?? []).entries()) {
    const path = `${field}.sources[${index}]`;
    const parts = (['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'] as const).filter(
      (name) => source[name] !== undefined,
    );
    const [first, ...others] = parts;
    if (first !== undefined) errors.push(...validatePart(source, first, path));
    for (const name of others) {
      errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 volume type per source'));
    }
    for (const file of first === undefined ? [] : filesOf(source, first)) {
      if (file !== '' && paths.has(file)) errors.push(invalid(field, file, 'conflicting duplicate paths'));
      paths.add(file);
    }
  }
  return errors;
}

type Part = 'secret' | 'configMap' | 'downwardAPI' | 'serviceAccountToken';

function validatePart(source: Source, part: Part, path: string): FieldError[] {
  const field = `${path}.${part}`;
  if (part === 'serviceAccountToken') return validateToken(source, field);
  if (part === 'downwardAPI') {
    return (source.downwardAPI?.items ?? []).flatMap((item) => validateDownwardFile(item, field));
  }
  const { name = '', items = [] } = source[part] ?? {};
  return [
    ...(name === '' ? [required(`${field}.name`)] : []),
    ...items.flatMap((item, index) => validateKeyToPath(item, `${field}.items[${index}]`)),
  ];
}

function validateToken({ serviceAccountToken }: Source, field: string): FieldError[] {
  const { expirationSeconds, path = '' } = serviceAccountToken ?? {};
  const errors: FieldError[] = [];
  if (expirationSeconds !== undefined && expirationSeconds < MIN_TOKEN_SECONDS) {
    const detail = 'may not specify a duration less than 10 minutes';
    errors.push(invalid(`${field}.expirationSeconds`, expirationSeconds, detail));
  }
  if (expirationSeconds !== undefined && expirationSeconds > MAX_TOKEN_SECONDS) {
    const detail = 'may not specify a duration larger than 2^32 seconds';
    errors.push(invalid(`${field}.expirationSeconds`, expirationSeconds, detail));
  }
  return path === '' ? [...errors, required(`${field}.path`)] : [...errors, ...nonReservedPath(path, `${field}.path`)];
}

function filesOf(source: Source, part: Part): string[] {
  if (part === 'serviceAccountToken') return [source.serviceAccountToken?.path ?? ''];
  return (source[part]?.items ?? []).map(({ path }) => path);
}
