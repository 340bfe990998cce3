/** The words of strategic merge patches (apimachinery/pkg/util/strategicpatch/patch.go). */

/** `$patch: delete | replace | merge`, in a map: what is to become of it, or of its like in a list. */
export const DIRECTIVE = '$patch';
/** `$retainKeys: [...]`: all keys that the map may have afterwards. */
export const RETAIN_KEYS = '$retainKeys';
/** `$deleteFromPrimitiveList/<field>: [...]`: the scalars to take out of a list. */
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
/** `$setElementOrder/<field>: [...]`: the scalars, or maps with merge keys alone, in the wanted order. */
export const ELEMENT_ORDER = '$setElementOrder';
