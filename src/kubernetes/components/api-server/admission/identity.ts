/** What tells objects apart: uids, and names that the server makes up. */
import type { Context } from '../../../../sim/index.ts';
import { generateName as nameFrom } from '../../../api/name-generator.ts';
import { uid } from '../../../api/uid.ts';

/** A version 4 UUID. */
export function newUid(ctx: Context): string {
  return uid(ctx.random);
}

/** `base` and five characters (apiserver/pkg/storage/names/generate.go). */
export function generateName(ctx: Context, base: string): string {
  return nameFrom(base, ctx.random);
}
