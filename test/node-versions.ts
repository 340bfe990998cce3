/**
 * The Node binaries of other versions that the cross-version tests run: npm packages which carry them, named in
 * tools/node-versions.
 *
 * Each dependency there is called `node-<major>-<platform>-<architecture>`; npm installs those of the running platform.
 * A platform that nobody publishes binaries for has none, and the lists below are empty there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder whose package.json and lockfile name the binaries. */
export const NODE_VERSIONS_FOLDER = join(import.meta.dirname, '../tools/node-versions');

/** One binary, installed or not. */
export interface OtherNode {
  /** Without a leading v: `22.23.3`. */
  readonly version: string;
  /** The absolute path of the executable. */
  readonly path: string;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/** The binaries that the lockfile offers for the running platform, in the order of their versions, installed or not. */
export function listedNodes(): OtherNode[] {
  const lockfile = JSON.parse(readFileSync(join(NODE_VERSIONS_FOLDER, 'package-lock.json'), 'utf8')) as Lockfile;
  const suffix = `-${process.platform}-${process.arch}`;
  return Object.entries(lockfile.packages).flatMap(([folder, { version }]) =>
    folder.endsWith(suffix) && version !== undefined
      ? [{ version, path: join(NODE_VERSIONS_FOLDER, folder, 'bin/node') }]
      : [],
  );
}

/** The binaries that are installed. `npm test` installs all of `listedNodes`; so does `npm run node-versions`. */
export function otherNodes(): { version: string; path: string }[] {
  return listedNodes().filter(isInstalled);
}

/** True if exactly this version is in place: a package of an older lockfile does not count. */
function isInstalled(node: OtherNode): boolean {
  const manifest = join(node.path, '../../package.json');
  if (!existsSync(node.path) || !existsSync(manifest)) return false;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version === node.version;
}
