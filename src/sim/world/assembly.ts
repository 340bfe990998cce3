/** All parts of a world, plugged together but not yet filled with hosts: what a new world and a restored one share. */
import type { Check, Violation } from '../check/check.ts';
import { CheckRunner } from '../check/check-runner.ts';
import { Drives } from '../disk/drives.ts';
import { FaultExecutor } from '../faults/fault-executor.ts';
import type { Programs } from '../kernel/actor.ts';
import type { CodecState } from '../kernel/codec.ts';
import { Kernel, type KernelOptions } from '../kernel/kernel.ts';
import { Lifecycle } from '../kernel/lifecycle.ts';
import { Network } from '../network/network.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import { TrueView } from './true-view.ts';

/** A run's phase: `safety` while faults may strike, `liveness` once the world is healed. */
export type Phase = 'safety' | 'liveness';

/** What does not change in a world's life, and is part of its snapshots. */
export interface Fixed extends Omit<KernelOptions, 'codec'> {
  readonly network: NetworkSpec;
}

export class Assembly {
  readonly fixed: Fixed;
  readonly kernel: Kernel;
  readonly lifecycle: Lifecycle;
  readonly network: Network;
  readonly drives: Drives;
  readonly view: TrueView;
  readonly faults: FaultExecutor;
  readonly checks: CheckRunner;
  phase: Phase = 'safety';
  /** The first violation since the last time somebody looked. */
  violated: Violation | undefined;

  constructor(fixed: Fixed, programs: Programs, checks: readonly Check[], codec: CodecState = []) {
    this.fixed = fixed;
    this.kernel = new Kernel({ ...fixed, codec });
    this.lifecycle = new Lifecycle(this.kernel, programs);
    this.network = new Network(this.kernel, fixed.network);
    this.drives = new Drives(this.kernel);
    this.kernel.supervision = this.lifecycle;
    this.kernel.transport = this.network;
    this.kernel.storage = this.drives;
    this.view = new TrueView(this.kernel, this.drives);
    this.checks = new CheckRunner(this.kernel, checks, this.view, {
      onViolation: (violation) => {
        this.violated ??= violation;
      },
    });
    this.faults = new FaultExecutor(this.kernel, this.lifecycle, this.network, this.drives, {
      onHeal: () => this.beginLiveness(),
    });
  }

  /** Faults are over: promises of recovery begin to count. Once. */
  beginLiveness(): void {
    if (this.phase === 'liveness') return;
    this.phase = 'liveness';
    const { kernel } = this;
    kernel.cause = kernel.emitText('phase', kernel.names.number('world'), 0, 'liveness');
    this.checks.beginLiveness();
  }
}
