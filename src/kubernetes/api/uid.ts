/** Unique ids in the form of version 4 of RFC 9562, from a stream of chance. */
import type { RandomStream } from '../../sim/index.ts';

export function uid(random: Pick<RandomStream, 'uint32'>): string {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  const [a, b, c, d] = [random.uint32(), random.uint32(), random.uint32(), random.uint32()].map(hex);
  const version = `4${b?.slice(5)}`;
  const variant = `${'89ab'.charAt(Number.parseInt(c?.charAt(0) ?? '0', 16) % 4)}${c?.slice(1, 4)}`;
  return `${a}-${b?.slice(0, 4)}-${version}-${variant}-${c?.slice(4)}${d}`;
}
