/**
 * What a strategic merge patch has to know of the fields that it merges: by which key the items of a list are told apart, and
 * which strategy applies. Upstream: apimachinery/pkg/util/strategicpatch/meta.go (LookupPatchMeta) over Go's struct tags.
 */
import { PatchError } from './patch-error.ts';
import { fieldsOf, type StructuralType, typeOfKind } from './structural-type.ts';

/** A type as patches see it. Tests bring their own. */
export interface MergeType {
  /** The word for it in messages: Go's kind. */
  readonly kind: 'struct' | 'map' | 'slice' | 'string' | 'int' | 'bool' | 'interface';
  /** A struct's name, for messages. */
  readonly name: string;
  /** A struct's field of exactly this name; undefined for anything else. */
  field?(key: string): MergeField | undefined;
  /** The type of a list's items. */
  items?(): MergeType;
}

export interface MergeField {
  readonly type: MergeType;
  /** Of the struct tag patchStrategy: `merge`, `replace`, `retainKeys`. */
  readonly patchStrategies: readonly string[];
  /** The struct tag patchMergeKey; '' if there is none. */
  readonly mergeKey: string;
}

/** A field's merge information, its strategies sorted out. */
export interface FieldMerge {
  /** The type of the field or, for a list, of its items. */
  readonly type: MergeType;
  readonly strategy: string;
  readonly retainKeys: boolean;
  readonly mergeKey: string;
}

/** What is known of a kind; undefined if the structural schema does not have it. */
export function mergeTypeOfKind(apiVersion: string, kind: string): MergeType | undefined {
  const type = typeOfKind(apiVersion, kind);
  return type === undefined ? undefined : mergeTypeOf(type);
}

/** The field of a struct that holds a map. Throws a PatchError if there is none, as upstream does. */
export function mapFieldOf(type: MergeType, key: string): FieldMerge {
  if (type.kind !== 'struct') {
    throw new PatchError(`merging an object in json but data type is not struct, instead is: ${type.kind}`);
  }
  const field = type.field?.(key);
  if (field === undefined) {
    throw new PatchError(`unable to find api field in struct ${type.name} for the json field ${JSON.stringify(key)}`);
  }
  return { type: field.type, mergeKey: field.mergeKey, ...strategyOf(field.patchStrategies) };
}

/** The field of a struct that holds a list; `type` is that of the items. */
export function listFieldOf(type: MergeType, key: string): FieldMerge {
  const field = mapFieldOf(type, key);
  const items = field.type.items?.();
  if (items === undefined) throw new PatchError(`expected slice or array type, but got: ${type.kind}`);
  if (items.kind === 'slice') throw new PatchError('unexpected slice of slice');
  return { ...field, type: items };
}

function strategyOf(strategies: readonly string[]): { strategy: string; retainKeys: boolean } {
  const others = strategies.filter((strategy) => strategy !== 'retainKeys');
  if (others.length > 1) throw new PatchError(`unexpected patch strategy: [${strategies.join(' ')}]`);
  return { strategy: others[0] ?? '', retainKeys: others.length < strategies.length };
}

function mergeTypeOf(type: StructuralType): MergeType {
  switch (type.form) {
    case 'struct':
      return {
        kind: 'struct',
        name: type.name,
        field(key) {
          const field = fieldsOf(type).get(key);
          if (field === undefined) return undefined;
          const { patchStrategies, mergeKey } = field;
          return { type: mergeTypeOf(field.type), patchStrategies, mergeKey };
        },
      };
    case 'list':
      return { kind: 'slice', name: '', items: () => mergeTypeOf(type.items) };
    case 'map':
      return { kind: 'map', name: '' };
    case 'scalar':
      return { kind: GO_KINDS[type.scalar] ?? 'struct', name: '' };
    default:
      return type satisfies never;
  }
}

/** Go's kinds of scalars; what is missing (times, quantities, numbers or texts) is a struct that holds one. */
const GO_KINDS: Readonly<Record<string, MergeType['kind']>> = {
  string: 'string',
  bytes: 'slice',
  int32: 'int',
  int64: 'int',
  double: 'int',
  bool: 'bool',
  any: 'interface',
};
