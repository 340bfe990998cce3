/** Names from `generateName`: apiserver/pkg/storage/names/generate.go. */
import type { RandomStream } from '../../sim/index.ts';
import { SAFE_ALPHABET } from './safe-encode.ts';

const SUFFIX_LENGTH = 5;
const MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** The base, cut to 58 characters, and five random ones. */
export function generateName(base: string, random: Pick<RandomStream, 'integer'>): string {
  let name = base.slice(0, MAX_BASE_LENGTH);
  for (let i = 0; i < SUFFIX_LENGTH; i++) name += SAFE_ALPHABET.charAt(random.integer(0, SAFE_ALPHABET.length - 1));
  return name;
}
