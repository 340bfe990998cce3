/**
 * The replica's file: one version per line, appended and never changed, so that its newest version is the largest.
 *
 * A line begins with its newline. What a crash leaves of a line that was being written thus spoils only itself.
 * Left out: throwing old lines away.
 */
import { FIRST, isNewer, type Version } from './protocol.ts';

export const VERSION_LOG = 'versions.log';

export function encodeVersion(version: Version): Uint8Array {
  return new TextEncoder().encode(`\n${JSON.stringify(version)}`);
}

/** The newest version of a file; one that is empty holds the first. */
export function newestVersion(bytes: Uint8Array): Version {
  let newest = FIRST;
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const version = parseVersion(line);
    if (version !== undefined && isNewer(version, newest)) newest = version;
  }
  return newest;
}

function parseVersion(line: string): Version | undefined {
  try {
    return JSON.parse(line) as Version;
  } catch {
    return undefined;
  }
}
