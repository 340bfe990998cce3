/** The kinds that the API server serves, by the names under which requests and keys speak of them. */
import type { KindDeclaration } from '../../api/kind-declaration.ts';
import { KINDS } from '../../api/kinds/registry.ts';
import type { Resource } from '../../api/resource.ts';
import { folderOf, folderOfResource } from './storage/registry-key.ts';

const BY_PLURAL: ReadonlyMap<string, KindDeclaration> = new Map(KINDS.map((kind) => [kind.resource.plural, kind]));
const PLURAL_BY_FOLDER: ReadonlyMap<string, string> = new Map(
  KINDS.map(({ resource }) => [folderOfResource(resource), resource.plural]),
);

export const SERVED_KINDS: readonly KindDeclaration[] = KINDS;

/** The declaration of what a request speaks of; undefined if there is no such resource. */
export function kindOf({
  group,
  version,
  plural,
}: Pick<Resource, 'group' | 'version' | 'plural'>): KindDeclaration | undefined {
  const kind = BY_PLURAL.get(plural);
  return kind?.resource.group === group && kind.resource.version === version ? kind : undefined;
}

/** The declaration of a resource that is known to be served. */
export function servedKind(plural: string): KindDeclaration {
  const kind = BY_PLURAL.get(plural);
  if (kind === undefined) throw new Error(`The API server serves no ${plural}.`);
  return kind;
}

/** Which collection a key of the store belongs to; undefined: none that is served. */
export function pluralOfKey(key: string): string | undefined {
  return PLURAL_BY_FOLDER.get(folderOf(key));
}
