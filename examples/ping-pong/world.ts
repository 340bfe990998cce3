/**
 * Ping-pong with retries: the smallest protocol that an unreliable network can break.
 *
 * A client asks a server to count pings, over a network that loses and duplicates messages. Promised: every ping is answered once the
 * network is healed, and is counted exactly once, whatever the faults. The planted bug (`dedupe: false`) is the server's
 * missing memory: a retry counts twice.
 */
import { type Plan, type Tank, World } from 'wavetank/sim';
import { aPingArrivesAgain } from './a-ping-arrives-again.ts';
import { type ClientArgs, client } from './client.ts';
import { eachPingCountsOnce } from './each-ping-counts-once.ts';
import { everyPingIsAnswered } from './every-ping-is-answered.ts';
import { type ServerArgs, type ServerState, server } from './server.ts';

const PINGS = 30;

const CUT_AND_MENDED: Plan = {
  faults: [
    { atMs: 500, forMs: 1000, fault: { kind: 'partition-one-way', from: 'server', to: 'client' } },
    { atMs: 2000, forMs: 700, fault: { kind: 'pause', processes: 'server/main' } },
    { atMs: 3000, forMs: 500, fault: { kind: 'lose', from: 'client', to: 'server', probability: 0.5 } },
    { atMs: 4000, forMs: 500, fault: { kind: 'duplicate', from: '*', to: '*', probability: 0.3 } },
  ],
  healAtMs: 5000,
};

export const tank: Tank = {
  name: 'ping-pong',
  about: 'A client that retries, a server that counts each ping once.',
  forMs: 12_000,
  world: (seed, plan) => pingPong({ seed, plan }),
  summary: (world) => ({ counted: (world.view.state('server/main') as ServerState | undefined)?.count }),
};

export interface PingPong {
  readonly seed: number | string;
  readonly plan?: Plan | undefined;
  /** False plants the bug. Default true. */
  readonly dedupe?: boolean;
}

export function pingPong({ seed, plan = CUT_AND_MENDED, dedupe = true }: PingPong): World {
  const clientArgs: ClientArgs = { server: 'server/main', pings: PINGS };
  const serverArgs: ServerArgs = { dedupe };
  return new World({
    seed,
    plan,
    programs: { client, server },
    hosts: [
      { name: 'client', processes: [{ name: 'main', program: 'client', args: clientArgs }] },
      { name: 'server', processes: [{ name: 'main', program: 'server', args: serverArgs }] },
    ],
    checks: [eachPingCountsOnce, everyPingIsAnswered(PINGS), aPingArrivesAgain],
  });
}
