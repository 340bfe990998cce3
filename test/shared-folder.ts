/**
 * Other people's applications, for tests to run: manifests in a folder beside the project, on machines that have it. They
 * are no part of the project, and nothing depends on them.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../shared/manifests', import.meta.url));

/** Absolute paths, in the order of their names; none where the folder is not there. */
export function otherPeoplesManifests(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => `${FOLDER}/${name}`);
}
