/** The programs that every cluster has for its containers, and the images that run them. */
import type { Programs } from '../../../sim/index.ts';
import type { ImageRule } from '../../protocol/registry.ts';
import { echo } from './echo.ts';
import { generic } from './generic.ts';
import { loadGenerator } from './load-generator.ts';

/** For the world's `programs`; an image's rule names them without `program/`. */
export const PROGRAMS = {
  'program/generic': generic,
  'program/echo': echo,
  'program/load-generator': loadGenerator,
} as const satisfies Programs;

/** What the registry knows besides a user's own images. Whatever fits none of these runs the generic program too. */
export const PROGRAM_IMAGES: readonly ImageRule[] = [
  { image: 'wavetank/echo*', program: 'echo', sizeBytes: 20_000_000 },
  { image: 'wavetank/load-generator*', program: 'load-generator', sizeBytes: 20_000_000 },
  { image: 'wavetank/crash*', program: 'generic', config: { crashLoop: true }, sizeBytes: 20_000_000 },
  { image: 'wavetank/missing*', missing: true },
  { image: 'registry.k8s.io/pause*', program: 'generic', sizeBytes: 320_000 },
];
