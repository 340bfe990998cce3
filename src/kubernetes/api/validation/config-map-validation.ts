/** ConfigMaps: pkg/apis/core/validation/validation.go, ValidateConfigMap, ValidateConfigMapUpdate. */
import type { FieldError } from '../field-error.ts';
import { equalJson } from '../json-value.ts';
import { configKeyProblems } from '../label-syntax.ts';
import type { ConfigMap } from '../object.ts';
import { forbidden, invalid, invalidFor, tooLong } from './mistakes.ts';

/** All values together, in bytes. */
const MAX_BYTES = 1024 * 1024;

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    const path = `data[${key}]`;
    errors.push(...invalidFor(path, key, configKeyProblems(key)));
    if (Object.hasOwn(binaryData, key)) errors.push(invalid(path, key, 'duplicate of key present in binaryData'));
    bytes += new TextEncoder().encode(value).length;
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...invalidFor(`binaryData[${key}]`, key, configKeyProblems(key)));
    bytes += decodedLength(value);
  }
  return bytes > MAX_BYTES ? [...errors, tooLong('', MAX_BYTES)] : errors;
}

export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): FieldError[] {
  if (previous.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const errors: FieldError[] = [];
  if (next.immutable !== true) errors.push(forbidden('immutable', detail));
  for (const name of ['data', 'binaryData'] as const) {
    if (!equalJson(next[name] ?? {}, previous[name] ?? {})) errors.push(forbidden(name, detail));
  }
  return errors;
}

/** How many bytes a text in base64 stands for. */
function decodedLength(base64: string): number {
  const letters = base64.replace(/[\r\n=]/g, '').length;
  return Math.floor((letters * 3) / 4);
}
