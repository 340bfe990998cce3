/**
 * Whether an object is made of the fields and types that its kind has (Kubernetes v1.34).
 *
 * 1. `structuralErrors` finds all mistakes of an object of a known kind: unknown fields (with the nearest name that exists),
 *    wrong types, numbers out of range, texts that cannot be read, and fields that are missing.
 * 2. Each mistake has a machine path (for line and column in a file), upstream's field text, and upstream's decoding message.
 * 3. null for a field means that it is absent. A null in a list or as a value of a map is an error, although Go reads it as
 *    an empty value: code behind this check need not look for it. `withoutNulls` makes absent what is null.
 *
 * Upstream: the strict decoder (sigs.k8s.io/json, apiserver/pkg/endpoints/handlers), whose messages are those here, and the
 * required fields of the OpenAPI document. Left out: formats of texts, which are the kinds' own validation, and fields that are
 * given twice, which no parsed object can have.
 */
import { nearestName, type Path } from '../../sim/index.ts';
import type { FieldError, FieldErrorType } from './field-error.ts';
import { cloneJson, isJsonObject, type JsonObject } from './json-value.ts';
import { scalarMistake } from './scalar-type.ts';
import { fieldsOf, knownKinds, type StructType, type StructuralType, typeOfKind } from './structural-type.ts';

export type StructuralMistake = 'unknown kind' | 'unknown field' | 'wrong type' | 'missing field';

export interface StructuralError extends FieldError {
  readonly mistake: StructuralMistake;
  /** Keys and indexes from the root of the object. */
  readonly path: Path;
  /** Whether it is the name of the field that is wrong, or what stands there. */
  readonly place: 'key' | 'value';
  /** A sentence for a person, with the field. */
  readonly message: string;
  /** What upstream's decoder says: `unknown field "spec.replica"`. Empty for what it does not mind. */
  readonly decoding: string;
  /** The name that was probably meant. */
  readonly nearest?: string;
}

/** All that is wrong, in the order of the object's fields; a missing field comes first in its object. */
export function structuralErrors(object: Readonly<Record<string, unknown>>): StructuralError[] {
  const { apiVersion, kind } = object;
  const type = typeOfKind(String(apiVersion), String(kind));
  if (type === undefined) return [unknownKind(String(apiVersion), String(kind))];
  const errors: StructuralError[] = [];
  checkStruct(object, type, [], '', errors);
  return errors;
}

/**
 * What the API server's decoder says of an object of this kind, to be joined by commas: the first wrong type or else all
 * unknown fields. It does not mind missing fields: those are the kinds' own validation.
 */
export function structuralProblems(kind: StructuredKind, object: Readonly<Record<string, unknown>>): string[] {
  const { group, version } = kind.resource;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const errors = structuralErrors({ ...object, apiVersion, kind: kind.resource.kind });
  const wrong = errors.find(({ mistake }) => mistake === 'wrong type');
  if (wrong !== undefined) return [wrong.decoding];
  return errors
    .filter(({ mistake }) => mistake !== 'missing field')
    .map(({ decoding }, i) => (i === 0 ? `strict decoding error: ${decoding}` : decoding));
}

export interface StructuredKind {
  readonly resource: { readonly group: string; readonly version: string; readonly kind: string };
}

/** A copy of the object in which no field is null, as decoding leaves it. Opaque fields are copied as they are. */
export function withoutNulls(object: Readonly<Record<string, unknown>>): JsonObject {
  const type = typeOfKind(String(object.apiVersion), String(object.kind));
  return type === undefined ? cloneJson(object) : structWithoutNulls(object, type);
}

function structWithoutNulls(value: Readonly<JsonObject>, type: StructType): JsonObject {
  const fields = fieldsOf(type);
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = fields.get(key);
    if (value[key] === null) continue;
    copy[key] = field === undefined ? cloneJson(value[key]) : valueWithoutNulls(value[key], field.type);
  }
  return copy;
}

function valueWithoutNulls(value: unknown, type: StructuralType): unknown {
  if (type.form === 'struct' && isJsonObject(value)) return structWithoutNulls(value, type);
  if (type.form === 'list' && Array.isArray(value)) return value.map((item) => valueWithoutNulls(item, type.items));
  return cloneJson(value);
}

function checkStruct(
  value: Readonly<JsonObject>,
  type: StructType,
  path: Path,
  field: string,
  errors: StructuralError[],
): void {
  const fields = fieldsOf(type);
  for (const { name, required } of fields.values()) {
    if (required && (value[name] === undefined || value[name] === null)) {
      errors.push(missingField(path, joined(field, name), name));
    }
  }
  for (const key of Object.keys(value)) {
    const known = fields.get(key);
    const item = value[key];
    if (known === undefined)
      errors.push(unknownField([...path, key], joined(field, key), key, item, [...fields.keys()]));
    else if (item !== null && item !== undefined) {
      checkValue(item, known.type, [...path, key], joined(field, key), `${type.name}.${joined(field, key)}`, errors);
    }
  }
}

/** @param owner the struct and the field, as Go's decoder names them */
function checkValue(
  value: unknown,
  type: StructuralType,
  path: Path,
  field: string,
  owner: string,
  errors: StructuralError[],
): void {
  switch (type.form) {
    case 'struct':
      if (isJsonObject(value)) checkStruct(value, type, path, field, errors);
      else errors.push(wrongType(path, field, value, 'an object', cannotUnmarshal(value, owner, `v1.${type.name}`)));
      return;
    case 'list':
      if (!Array.isArray(value)) {
        errors.push(wrongType(path, field, value, 'a list', cannotUnmarshal(value, owner, goName(type))));
        return;
      }
      value.forEach((item, i) => {
        checkValue(item, type.items, [...path, i], `${field}[${i}]`, owner, errors);
      });
      return;
    case 'map':
      if (!isJsonObject(value)) {
        errors.push(wrongType(path, field, value, 'a map', cannotUnmarshal(value, owner, goName(type))));
        return;
      }
      for (const key of Object.keys(value)) {
        checkValue(value[key], type.values, [...path, key], `${field}[${key}]`, owner, errors);
      }
      return;
    case 'scalar': {
      const mistake = scalarMistake(value, type.scalar);
      if (mistake === undefined) return;
      const decoding = mistake.decoding ?? cannotUnmarshal(value, owner, goName(type));
      errors.push(wrongType(path, field, value, mistake.expected, decoding));
      return;
    }
    default:
      throw new Error(`no such form: ${String(type satisfies never)}`);
  }
}

function joined(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

function unknownKind(apiVersion: string, kind: string): StructuralError {
  const found = `${apiVersion} ${kind}`;
  const nearest = nearestName(found, knownKinds());
  const detail = `no matches for kind "${kind}" in version "${apiVersion}"`;
  const hint = nearest === undefined ? '.' : `; did you mean "${nearest}"?`;
  return {
    ...structuralError('unknown kind', 'FieldValueNotSupported', ['kind'], 'kind', detail, kind),
    message: `${detail}${hint}`,
    decoding: detail,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

function unknownField(
  path: Path,
  field: string,
  key: string,
  value: unknown,
  names: readonly string[],
): StructuralError {
  const nearest = nearestName(key, names);
  const detail = nearest === undefined ? 'unknown field' : `unknown field, did you mean "${nearest}"?`;
  return {
    ...structuralError('unknown field', 'FieldValueForbidden', path, field, detail, value),
    place: 'key',
    message: nearest === undefined ? `${field}: unknown field.` : `${field}: unknown field; did you mean "${nearest}"?`,
    decoding: `unknown field "${field}"`,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** @param path of the object that lacks the field: that is where a file can be pointed at */
function missingField(path: Path, field: string, name: string): StructuralError {
  return {
    ...structuralError('missing field', 'FieldValueRequired', path, field, '', undefined),
    message: `${field}: the field ${name} is required.`,
  };
}

function wrongType(path: Path, field: string, value: unknown, expected: string, decoding: string): StructuralError {
  const found = shown(value);
  return {
    ...structuralError('wrong type', 'FieldValueTypeInvalid', path, field, `expected ${expected}`, value),
    message: `${field}: expected ${expected}; found ${found}.`,
    decoding,
  };
}

function structuralError(
  mistake: StructuralMistake,
  type: FieldErrorType,
  path: Path,
  field: string,
  detail: string,
  value: unknown,
): StructuralError {
  const error = { mistake, type, path, field, detail, place: 'value' as const, message: '', decoding: '' };
  return value === undefined ? error : { ...error, value };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** The standard sentence of Go's decoder; it shows a number where it wanted another one. */
function cannotUnmarshal(value: unknown, owner: string, type: string): string {
  const found = typeof value === 'number' && /^(int|float)/.test(type) ? `number ${value}` : jsonWord(value);
  const field = owner.replace(/\[[^\]]*\]/g, '');
  return `json: cannot unmarshal ${found} into Go struct field ${field} of type ${type}`;
}

function jsonWord(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** A type as Go writes it. */
function goName(type: StructuralType): string {
  switch (type.form) {
    case 'struct':
      return `v1.${type.name}`;
    case 'list':
      return `[]${goName(type.items)}`;
    case 'map':
      return `map[string]${goName(type.values)}`;
    case 'scalar':
      return GO_SCALARS[type.scalar] ?? type.scalar;
    default:
      return type satisfies never;
  }
}

const GO_SCALARS: Readonly<Record<string, string>> = {
  bytes: '[]uint8',
  double: 'float64',
  intOrString: 'int32',
  quantity: 'resource.Quantity',
  time: 'string',
  microTime: 'string',
};
