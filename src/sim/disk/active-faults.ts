/**
 * The faults that were injected into one disk, and for each a witness: how many operations it really touched. A fault
 * whose witness stays at 0 was no test.
 *
 * Several faults of one kind add up: each that holds has its own draw, in the order of injection, and the first one
 * that strikes is the one that is counted. Slow faults all act and are all counted.
 */
import type { DiskOperationKind } from '../kernel/disk-operation.ts';
import type { Chance } from './chance.ts';
import { type DiskFault, type DiskFaultKind, diskFaultProblems } from './disk-fault.ts';

/** Names an injected fault of one disk; handles are never given twice. */
export type FaultHandle = number;

export interface SavedFault {
  readonly handle: FaultHandle;
  readonly fault: DiskFault;
  readonly healed: boolean;
  readonly witness: number;
}

interface InjectedFault<Fault extends DiskFault = DiskFault> {
  readonly handle: FaultHandle;
  readonly fault: Fault;
  healed: boolean;
  witness: number;
}

export class ActiveFaults {
  /** The healed ones among them, since their witnesses may still be asked for. */
  #injected = new Map<FaultHandle, InjectedFault>();
  #active: InjectedFault[] = [];

  /** @throws Error if a field of the fault is out of range */
  inject(fault: DiskFault): FaultHandle {
    const problems = diskFaultProblems(fault);
    if (problems.length > 0) throw new Error(`Disk fault ${fault.kind}: ${problems.join(' ')}`);
    const injected: InjectedFault = { handle: this.#injected.size, fault: copyOf(fault), healed: false, witness: 0 };
    this.#injected.set(injected.handle, injected);
    this.#active.push(injected);
    return injected.handle;
  }

  /** Healing twice is healing once. */
  heal(handle: FaultHandle): void {
    this.#find(handle).healed = true;
    this.#active = this.#active.filter((injected) => injected.handle !== handle);
  }

  witness(handle: FaultHandle): number {
    return this.#find(handle).witness;
  }

  touched(handle: FaultHandle, operations: number): void {
    this.#find(handle).witness += operations;
  }

  /** How long an operation takes that would take `serviceUs` on a healthy disk. */
  slowed(serviceUs: number): number {
    let slowed = serviceUs;
    for (const injected of this.#of('slow')) {
      const { factor = 1, extraMs = 0 } = injected.fault;
      const before = slowed;
      slowed = Math.round(slowed * factor + extraMs * 1000);
      if (slowed !== before) injected.witness++;
    }
    return slowed;
  }

  fails(kind: DiskOperationKind, chance: Chance): boolean {
    return this.#strikes(
      'error',
      ({ operations, probability }) => operations.includes(kind) && chance.chance(probability),
    );
  }

  /** Asked only where there is something to refuse. */
  fills(): boolean {
    return this.#strikes('full', () => true);
  }

  /** Asked only where there are bytes to misdirect. */
  misdirects(chance: Chance): boolean {
    return this.#strikes('misdirected-write', ({ probability }) => chance.chance(probability));
  }

  /** Asked only where there is something to lie about. */
  lies(chance: Chance): boolean {
    return this.#strikes('lying-fsync', ({ probability = 1 }) => chance.chance(probability));
  }

  /** The fault that tears writes at a power loss, if there is one. */
  tears(): FaultHandle | undefined {
    return this.#of('torn-write')[0]?.handle;
  }

  save(): SavedFault[] {
    return Array.from(this.#injected.values(), copyOfInjected);
  }

  load(saved: readonly SavedFault[]): void {
    this.#injected = new Map(saved.map((fault) => [fault.handle, copyOfInjected(fault)]));
    this.#active = [...this.#injected.values()].filter(({ healed }) => !healed);
  }

  #of<Kind extends DiskFaultKind>(kind: Kind): InjectedFault<Extract<DiskFault, { kind: Kind }>>[] {
    if (this.#active.length === 0) return [];
    return this.#active.filter((injected) => injected.fault.kind === kind) as InjectedFault<
      Extract<DiskFault, { kind: Kind }>
    >[];
  }

  #strikes<Kind extends DiskFaultKind>(
    kind: Kind,
    decides: (fault: Extract<DiskFault, { kind: Kind }>) => boolean,
  ): boolean {
    for (const injected of this.#of(kind)) {
      if (!decides(injected.fault)) continue;
      injected.witness++;
      return true;
    }
    return false;
  }

  #find(handle: FaultHandle): InjectedFault {
    const injected = this.#injected.get(handle);
    if (injected === undefined) throw new Error(`Disk: no fault has the handle ${handle}.`);
    return injected;
  }
}

function copyOfInjected(injected: SavedFault): SavedFault {
  return { ...injected, fault: copyOf(injected.fault) };
}

/** A fault may be injected into many disks, whose snapshots must share nothing. */
function copyOf(fault: DiskFault): DiskFault {
  return fault.kind === 'error' ? { ...fault, operations: [...fault.operations] } : { ...fault };
}
