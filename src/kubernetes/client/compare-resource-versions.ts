/**
 * Whether one resource version is older than another. They are decimal numbers of the store's revision, and comparable since
 * Kubernetes 1.35 (KEP-5504; apimachinery/pkg/util/resourceversion); anything else is taken as not older.
 */
export function isOlder(version: string, than: string): boolean {
  if (!NUMBER.test(version) || !NUMBER.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}

const NUMBER = /^(?:0|[1-9]\d*)$/;
