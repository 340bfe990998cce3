/**
 * A register that is replicated to majorities: reads and writes go on while a minority of its replicas is down, cut off
 * or slow, and to clients it looks like one register in one place: it is linearizable.
 *
 * H. Attiya, A. Bar-Noy, D. Dolev, "Sharing Memory Robustly in Message-Passing Systems", JACM 42(1), 1995, for one writer;
 * with many, writes have a query phase too (N. Lynch, A. Shvartsman, FTCS 1997).
 *
 * Two bugs can be planted. `readRepair: false` takes the second phase from reads, the part of the algorithm that looks
 * superfluous: a new-old inversion (client.ts). `syncFirst: false` lets replicas acknowledge what is only in their page
 * cache: a write that was acknowledged is gone after a loss of power (replica.ts).
 */
import { linearizableCheck, type Plan, registerModel, type Tank, World } from 'wavetank/sim';
import { aReplicaRecoversAValue } from './a-replica-recovers-a-value.ts';
import { anOutcomeIsUnknown } from './an-outcome-is-unknown.ts';
import { type ClientArgs, client } from './client.ts';
import { everyClientFinishes } from './every-client-finishes.ts';
import { type ReplicaArgs, replica } from './replica.ts';

const REPLICAS = ['r1', 'r2', 'r3'];
const CLIENTS = ['c1', 'c2', 'c3'];
const OPERATIONS = 20;

const MINORITIES_FAIL: Plan = {
  faults: [
    { atMs: 200, forMs: 300, fault: { kind: 'power-off', hosts: 'r1' } },
    { atMs: 450, forMs: 300, fault: { kind: 'disk-slow', hosts: 'r2', extraMs: 40 } },
    { atMs: 600, forMs: 700, fault: { kind: 'partition', sides: ['c1', ['r2', 'r3']] } },
    { atMs: 800, forMs: 200, fault: { kind: 'pause', processes: 'r3/replica' } },
  ],
  healAtMs: 2000,
};

export const tank: Tank = {
  name: 'quorum-register',
  about: 'A register on majorities of three replicas, linearizable while a minority fails.',
  forMs: 6000,
  world: (seed, plan) => quorumRegister({ seed, plan }),
  summary({ view }) {
    const count = (name: string): number => view.history.filter((note) => note.name === name).length;
    return { invoked: count('invoke'), ok: count('ok'), unknown: count('unknown') };
  },
};

export interface QuorumRegister {
  readonly seed: number | string;
  readonly plan?: Plan | undefined;
  /** False plants the first bug. Default true. */
  readonly readRepair?: boolean;
  /** False plants the second bug. Default true. */
  readonly syncFirst?: boolean;
}

export function quorumRegister({
  seed,
  plan = MINORITIES_FAIL,
  readRepair = true,
  syncFirst = true,
}: QuorumRegister): World {
  const replicas = REPLICAS.map((host) => `${host}/replica`);
  const clients = CLIENTS.map((host) => `${host}/client`);
  const clientArgs: ClientArgs = { replicas, operations: OPERATIONS, readRepair };
  const replicaArgs: ReplicaArgs = { syncFirst };
  return new World({
    seed,
    plan,
    programs: { client, replica },
    // A client whose connection is stuck tries a new one well before TCP would.
    network: { breakAfterMs: 1000 },
    hosts: [
      ...REPLICAS.map((name) => ({ name, processes: [{ name: 'replica', program: 'replica', args: replicaArgs }] })),
      ...CLIENTS.map((name) => ({ name, processes: [{ name: 'client', program: 'client', args: clientArgs }] })),
    ],
    checks: [
      linearizableCheck({ name: 'register-is-linearizable', model: registerModel() }),
      everyClientFinishes(clients, OPERATIONS),
      aReplicaRecoversAValue,
      anOutcomeIsUnknown,
    ],
  });
}
