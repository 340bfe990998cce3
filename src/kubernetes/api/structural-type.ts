/**
 * The types that API objects are made of, read from structural-schema-data.ts.
 *
 * The schema is split into lines when it is first asked for, and a line is read when its type is first asked for: a run that
 * touches pods and nodes never reads the other half. What was read is kept; it never changes.
 */
import { STRUCTURAL_SCHEMA } from './structural-schema-data.ts';

export type Scalar =
  | 'string'
  /** Base64. */
  | 'bytes'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bool'
  /** A whole number, or a text (a port's name, a percentage). */
  | 'intOrString'
  /** A text such as `100m`, or a number. */
  | 'quantity'
  /** RFC 3339, as the next one. */
  | 'time'
  | 'microTime'
  /** Opaque: whatever the client sent. */
  | 'any';

export type StructuralType =
  | { readonly form: 'scalar'; readonly scalar: Scalar }
  | { readonly form: 'list'; readonly items: StructuralType }
  | { readonly form: 'map'; readonly values: StructuralType }
  | { readonly form: 'struct'; readonly name: string };

export type StructType = Extract<StructuralType, { form: 'struct' }>;

export interface StructuralField {
  readonly name: string;
  readonly type: StructuralType;
  readonly required: boolean;
  /** The struct tag patchStrategy: `merge`, `retainKeys`, both or none. */
  readonly patchStrategies: readonly string[];
  /** The struct tag patchMergeKey; '' if there is none. */
  readonly mergeKey: string;
}

export type StructuralFields = ReadonlyMap<string, StructuralField>;

interface Schema {
  /** `apps/v1 Deployment` → the name of its type. */
  readonly kinds: Map<string, string>;
  /** The text of a type's fields. */
  readonly lines: Map<string, string>;
  readonly parsed: Map<string, StructuralFields>;
}

let schema: Schema | undefined;

/** The type of a kind; undefined if the schema does not have it. */
export function typeOfKind(apiVersion: string, kind: string): StructType | undefined {
  const name = schemaOf().kinds.get(`${apiVersion} ${kind}`);
  return name === undefined ? undefined : { form: 'struct', name };
}

/** All kinds of the schema, `apiVersion Kind`. */
export function knownKinds(): string[] {
  return [...schemaOf().kinds.keys()];
}

/** The fields of a type, by name. */
export function fieldsOf({ name }: StructType): StructuralFields {
  const { lines, parsed } = schemaOf();
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const line = lines.get(name);
  if (line === undefined) throw new Error(`the structural schema has no type ${name}`);
  const fields = new Map<string, StructuralField>();
  for (const text of line.split(' ')) {
    const field = parseField(text);
    fields.set(field.name, field);
  }
  parsed.set(name, fields);
  return fields;
}

function schemaOf(): Schema {
  if (schema !== undefined) return schema;
  const [kindLines = '', typeLines = ''] = STRUCTURAL_SCHEMA.trim().split('\n\n');
  const kinds = new Map(kindLines.split('\n').map((line) => halves(line, ' = ')));
  const lines = new Map(typeLines.split('\n').map((line) => halves(line, ': ')));
  schema = { kinds, lines, parsed: new Map() };
  return schema;
}

function halves(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  if (at < 0) throw new Error(`the structural schema has a line without '${separator}': ${line}`);
  return [line.slice(0, at), line.slice(at + separator.length)];
}

const FIELD = /^([^:!]+)(!?):([^@~]+)(?:(@)(\w*))?(~?)$/;

function parseField(text: string): StructuralField {
  const match = FIELD.exec(text);
  if (match === null) throw new Error(`the structural schema has a field that cannot be read: ${text}`);
  const [, name = '', required, type = '', merge, mergeKey = '', retainKeys] = match;
  const patchStrategies: string[] = [];
  if (merge !== undefined) patchStrategies.push('merge');
  if (retainKeys === '~') patchStrategies.push('retainKeys');
  return { name, type: parseType(type), required: required === '!', patchStrategies, mergeKey };
}

function parseType(text: string): StructuralType {
  if (text.startsWith('[]')) return { form: 'list', items: parseType(text.slice(2)) };
  if (text.startsWith('{}')) return { form: 'map', values: parseType(text.slice(2)) };
  return isScalar(text) ? { form: 'scalar', scalar: text } : { form: 'struct', name: text };
}

const SCALARS: ReadonlySet<string> = new Set<Scalar>([
  'string',
  'bytes',
  'int32',
  'int64',
  'double',
  'bool',
  'intOrString',
  'quantity',
  'time',
  'microTime',
  'any',
]);

function isScalar(text: string): text is Scalar {
  return SCALARS.has(text);
}
