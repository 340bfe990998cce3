/** The kinds that the API server serves, by the names under which requests and keys speak of them. */
import type { KindDeclaration } from '../../api/kind-declaration.ts';
import { KINDS, kindOfPlural } from '../../api/kinds/registry.ts';
import { folderOf, folderOfResource } from './storage/registry-key.ts';

const PLURAL_BY_FOLDER: ReadonlyMap<string, string> = new Map(
  KINDS.map(({ resource }) => [folderOfResource(resource), resource.plural]),
);

export const SERVED_KINDS: readonly KindDeclaration[] = KINDS;

/** The declaration of a resource that is known to be served. */
export function servedKind(plural: string): KindDeclaration {
  const kind = kindOfPlural(plural);
  if (kind === undefined) throw new Error(`The API server serves no ${plural}.`);
  return kind;
}

/** Which collection a key of the store belongs to; undefined: none that is served. */
export function pluralOfKey(key: string): string | undefined {
  return PLURAL_BY_FOLDER.get(folderOf(key));
}
