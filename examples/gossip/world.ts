/**
 * Gossip: messages spread among nodes that only ever talk to a few others at random, like a rumour or an epidemic.
 *
 * A. Demers et al., "Epidemic Algorithms for Replicated Database Maintenance", PODC 1987. Promised: no node invents a
 * message or delivers one twice, whatever the faults; and every node gets every message soon after the network is healed.
 *
 * The planted bug (`antiEntropy: false`) leaves only rumours, which are told for a limited number of rounds. In every test
 * without faults they reach everybody; a partition that lasts longer than a rumour is where it shows.
 */
import { type Plan, type Tank, World } from 'wavetank/sim';
import { aMessageIsDeliveredOnce } from './a-message-is-delivered-once.ts';
import { aRepairBringsNews } from './a-repair-brings-news.ts';
import { everyNodeGetsEveryMessage } from './every-node-gets-every-message.ts';
import { nobodyInventsAMessage } from './nobody-invents-a-message.ts';
import { type Delivered, node } from './node.ts';
import type { NodeArgs } from './node-state.ts';

const HOSTS = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
const MESSAGES_EACH = 3;

const SPLIT_AND_MENDED: Plan = {
  faults: [
    { atMs: 500, forMs: 1500, fault: { kind: 'random-halves' } },
    { atMs: 1000, forMs: 1500, fault: { kind: 'duplicate', from: '*', to: '*', probability: 0.2 } },
    { atMs: 2000, forMs: 1000, fault: { kind: 'isolate', hosts: 'n6' } },
    { atMs: 2000, forMs: 1500, fault: { kind: 'lose', from: '*', to: '*', probability: 0.3 } },
  ],
  healAtMs: 4000,
};

export const tank: Tank = {
  name: 'gossip',
  about: 'Messages spread by rumours, and by anti-entropy where rumours do not reach.',
  forMs: 8000,
  world: (seed, plan) => gossip({ seed, plan }),
  summary({ view }) {
    const ways = { publisher: 0, rumour: 0, repair: 0 };
    for (const { name, data } of view.history) if (name === 'delivered') ways[(data as Delivered).by]++;
    return ways;
  },
};

export interface GossipWorld {
  readonly seed: number | string;
  readonly plan?: Plan | undefined;
  /** False plants the bug. Default true. */
  readonly antiEntropy?: boolean;
}

export function gossip({ seed, plan = SPLIT_AND_MENDED, antiEntropy = true }: GossipWorld): World {
  const nodes = HOSTS.map((host) => `${host}/node`);
  const argsOf = (host: string): NodeArgs => ({
    peers: nodes.filter((name) => name !== `${host}/node`),
    messages: MESSAGES_EACH,
    antiEntropy,
  });
  return new World({
    seed,
    plan,
    programs: { node },
    hosts: HOSTS.map((name) => ({ name, processes: [{ name: 'node', program: 'node', args: argsOf(name) }] })),
    checks: [
      nobodyInventsAMessage,
      aMessageIsDeliveredOnce,
      everyNodeGetsEveryMessage(nodes, HOSTS.length * MESSAGES_EACH),
      aRepairBringsNews,
    ],
  });
}
