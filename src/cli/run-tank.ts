/** One run of a tank, from a seed to what is known about it. */
import { EVENT_KINDS, type Plan, type Tank, type World, type WorldReport } from '../sim/index.ts';
import { type Chain, Highlights } from './highlights.ts';
import { describeError, inTank } from './load-tank.ts';
import { TraceFile } from './trace-file.ts';
import { UserError } from './user-error.ts';

export interface TankRun {
  /** As it was typed. */
  readonly module: string;
  readonly tank: Tank;
  readonly seed: number | string;
  readonly plan: Plan | undefined;
  readonly forMs: number;
  readonly trace?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((world: World) => void) | undefined;
}

export interface TankOutcome {
  readonly seed: number | string;
  readonly verdict: 'pass' | 'fail' | 'interrupted';
  readonly report: WorldReport;
  readonly highlights: Highlights['entries'];
  /** What led to a violation, by the check's name. */
  readonly causes: ReadonlyMap<string, Chain>;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly wallSeconds: number;
}

/** @throws UserError for what is wrong with the tank */
export async function runTank(run: TankRun): Promise<TankOutcome> {
  const { module, tank, seed, plan, forMs, signal, onProgress } = run;
  const world = inTank(module, 'tank.world', () => tank.world(seed, plan));
  const trace = run.trace === undefined ? undefined : new TraceFile(run.trace);
  try {
    const highlights = new Highlights(world);
    if (trace !== undefined) record(world, trace);
    const began = performance.now();
    const end = await world.run({ forMs, signal, ...(onProgress === undefined ? {} : { onProgress }) });
    const report = end === 'aborted' ? world.report() : await world.finish();
    const wallSeconds = (performance.now() - began) / 1000;
    const summary = inTank(module, 'tank.summary', () => tank.summary?.(world) ?? {});
    trace?.complete();
    const verdict = report.verdict === 'fail' ? 'fail' : end === 'aborted' ? 'interrupted' : 'pass';
    return { seed, verdict, report, highlights: highlights.entries, causes: highlights.causes, summary, wallSeconds };
  } catch (error) {
    // A check is the tank's own code.
    if (error instanceof Error && error.name === 'CheckError') {
      throw new UserError(`${module}: ${error.message}\n  ${describeError(error.cause)}`);
    }
    throw error;
  } finally {
    trace?.discard();
  }
}

function record(world: World, trace: TraceFile): void {
  for (const event of world.trace()) trace.add(event);
  for (const kind of EVENT_KINDS) world.observe(kind, (event) => trace.add(event));
}
