/** Starting a process where the name of the program or of the process may be wrong, which `ctx.startProcess` answers by a throw. */
import type { Context } from '../../../sim/index.ts';

interface Start {
  readonly name: string;
  readonly program: string;
  readonly args: unknown;
}

/** What is wrong; undefined: it starts. A process that ends stays ended. */
export function tryStartProcess(ctx: Context, { name, program, args }: Start): string | undefined {
  try {
    ctx.startProcess(name, program, { args, restart: 'never' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
