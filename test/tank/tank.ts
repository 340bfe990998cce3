/**
 * A small world for tests of faults: hosts a and b in zone z1, c and d in zone z2, each with a puppet `main`; exactly 10 ms
 * from host to host. Each has two disks, `disk` and `spare`, which take 1 ms for everything.
 */
import { expect, it } from 'vitest';
import type { Fault } from '../../src/sim/faults/fault.ts';
import type { FaultReport } from '../../src/sim/faults/fault-executor.ts';
import type { Plan } from '../../src/sim/faults/plan.ts';
import type { ProcessSpec } from '../../src/sim/kernel/process-spec.ts';
import type { TraceEvent } from '../../src/sim/kernel/trace.ts';
import { World } from '../../src/sim/world/world.ts';
import type { HostSpec } from '../../src/sim/world/world-spec.ts';
import { type Command, type LogEntry, type PuppetState, puppet } from './puppet.ts';

export const LATENCY_MS = 10;

export interface TankOptions {
  readonly seed?: string;
  readonly plan?: Plan;
  /** What is special about the process `main` of every host. */
  readonly main?: Partial<ProcessSpec>;
  /** What is special about every host. */
  readonly host?: Partial<HostSpec>;
  readonly breakAfterMs?: number;
}

export class Tank {
  readonly world: World;

  constructor({ seed = 'tank', plan, main, host, breakAfterMs }: TankOptions = {}, world?: World) {
    const link = { latency: { constant: LATENCY_MS } };
    const hosts = ['a', 'b', 'c', 'd'].map((name) => ({
      name,
      zone: name < 'c' ? 'z1' : 'z2',
      processes: [{ name: 'main', program: 'puppet', ...main }],
      disks: ['disk', 'spare'].map((disk) => ({ name: disk, readLatency: 1, writeLatency: 1, fsyncLatency: 1 })),
      ...host,
    }));
    this.world =
      world ??
      new World({
        seed,
        programs: { puppet },
        hosts,
        network: { zone: link, region: link, ...(breakAfterMs === undefined ? {} : { breakAfterMs }) },
        trace: { keep: 'full' },
        ...(plan === undefined ? {} : { plan }),
      });
  }

  /** Tells the puppet of a host, or of a process given as `host/process`, what to do now. */
  tell(who: string, ...commands: readonly Command[]): void {
    for (const command of commands) this.world.post(addressOf(who), command);
  }

  /** Tells it, and lets so much time pass that it has done it. */
  async act(who: string, ...commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      this.tell(who, command);
      await this.world.run({ forMs: 0 });
    }
  }

  async until(ms: number): Promise<void> {
    await this.world.run({ untilMs: ms });
  }

  inject(fault: Fault, forMs?: number): number {
    return this.world.inject(fault, forMs === undefined ? {} : { forMs });
  }

  entries(who: string): readonly LogEntry[] {
    return (this.world.view.state(addressOf(who)) as PuppetState | undefined)?.log ?? [];
  }

  /** What has befallen a puppet in its present life. */
  log(who: string): string[] {
    return this.entries(who).map(({ text }) => text);
  }

  /** At which monotonic times something befell it. */
  times(who: string, text: string): number[] {
    return this.entries(who)
      .filter((entry) => entry.text === text)
      .map(({ monotonicMs }) => monotonicMs);
  }

  running(who: string): boolean {
    return this.world.view.isRunning(addressOf(who));
  }

  hasPower(host: string): boolean {
    return this.world.view.hosts.get(host)?.up ?? false;
  }

  report(id: number): FaultReport {
    const report = this.world.report().faults.find((each) => each.id === id);
    if (report === undefined) throw new Error(`There is no fault ${id}.`);
    return report;
  }

  witness(id: number): number {
    return this.report(id).witness;
  }

  withoutEffect(): number[] {
    return this.world.report().withoutEffect.map(({ id }) => id);
  }

  events(kind: TraceEvent['kind'], subject?: string): TraceEvent[] {
    return [...this.world.trace()].filter(
      (event) => event.kind === kind && (subject === undefined || event.subject === subject),
    );
  }

  /** A file's bytes, as the page cache or a power loss has them. */
  file(host: string, file: string, layer: 'cached' | 'durable' = 'cached', disk?: string): number[] | undefined {
    const bytes = this.world.view.file(host, file, disk === undefined ? { layer } : { disk, layer });
    return bytes === undefined ? undefined : [...bytes];
  }
}

/** A test that plays its scene twice, in two worlds of one seed, and wants equal digests besides what it says itself. */
export function scene(name: string, play: (tank: Tank) => Promise<void>, options: TankOptions = {}): void {
  it(name, async () => {
    const digests: string[] = [];
    for (let run = 0; run < 2; run++) {
      const tank = new Tank(options);
      await play(tank);
      digests.push(tank.world.digest);
    }
    expect(digests[1], 'the digest of the second run').toBe(digests[0]);
  });
}

function addressOf(who: string): string {
  return who.includes('/') ? who : `${who}/main`;
}
