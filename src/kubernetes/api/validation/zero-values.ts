/**
 * Objects as upstream's validation sees them: what a client must give and did not give is there, and empty, as in a Go struct.
 * So a check need only ask whether a text is empty. Optional fields stay absent.
 */
import { isJsonObject, type JsonObject } from '../json-value.ts';
import type { KubernetesObject } from '../object.ts';
import { fieldsOf, type StructType, type StructuralType, typeOfKind } from '../structural-type.ts';

/** The object itself where nothing is missing; else a copy of what had to be touched. */
export function withZeroValues<T extends KubernetesObject>(object: T): T {
  const type = typeOfKind(object.apiVersion, object.kind);
  // Filled according to the type of its kind, it has the type that it had.
  return type === undefined ? object : (filledStruct(object as unknown as JsonObject, type) as unknown as T);
}

/** Pointers in upstream's types: required, and nil when they are missing. */
const POINTERS = ['selector', 'secretRef', 'metadata'];

function filledStruct(value: JsonObject, type: StructType): JsonObject {
  let filled = value;
  for (const field of fieldsOf(type).values()) {
    const before = value[field.name];
    const isMissing = before === undefined || before === null;
    if (isMissing && (!field.required || POINTERS.includes(field.name))) continue;
    const after = isMissing ? zeroOf(field.type) : filledValue(before, field.type);
    if (after === before || after === undefined) continue;
    if (filled === value) filled = { ...value };
    filled[field.name] = after;
  }
  return filled;
}

function filledValue(value: unknown, type: StructuralType): unknown {
  if (type.form === 'struct') return isJsonObject(value) ? filledStruct(value, type) : value;
  if (type.form !== 'list' || !Array.isArray(value) || type.items.form !== 'struct') return value;
  const { items } = type;
  let isSame = true;
  const filled = value.map((item: unknown) => {
    const after = filledValue(item, items);
    if (after !== item) isSame = false;
    return after;
  });
  return isSame ? value : filled;
}

/** Undefined where nothing stands for nothing. */
function zeroOf(type: StructuralType): unknown {
  switch (type.form) {
    case 'struct':
      return filledStruct({}, type);
    case 'list':
      return [];
    case 'map':
      return {};
    case 'scalar':
      return ZEROS[type.scalar];
    default:
      return type satisfies never;
  }
}

const ZEROS: Readonly<Record<string, unknown>> = {
  string: '',
  bytes: '',
  int32: 0,
  int64: 0,
  double: 0,
  bool: false,
  intOrString: 0,
};
