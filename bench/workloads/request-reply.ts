/** Fifty clients ask one server, wait for the answer, sleep, and ask again: the shape in which simulators compare. */
import { type Actor, type HostSpec, World, type WorldSpec } from 'wavetank/sim';
import { podBody } from './pod-body.ts';

const CLIENTS = 50;

interface Counter {
  count: number;
}

/** Made once: what it costs to make a Pod is not the question. */
const pods = Array.from({ length: 1000 }, (_, i) => podBody(i));

const body = (kind: unknown, count: number): unknown =>
  kind === 'pod' ? pods[count % pods.length] : { sequence: count, text: 'hello' };

const server: Actor<Counter> = {
  start: () => ({ count: 0 }),
  receive(state, message, ctx) {
    if (message.type === 'request') ctx.reply(message.id, body(ctx.args, state.count++));
    return state;
  },
};

const client: Actor<Counter> = {
  start(ctx) {
    ctx.setTimer('ask', ctx.random.uniform(0, 2));
    return { count: 0 };
  },
  receive(state, message, ctx) {
    if (message.type === 'timer') ctx.request('server/main', body(ctx.args, state.count++), { timeoutMs: 1000 });
    else if (message.type === 'response') ctx.setTimer('ask', 1);
    return state;
  },
};

/** A world of this shape; everything is on unless `options` say otherwise. */
export function requestReplyWorld(bodies: 'small' | 'pod', options: Partial<WorldSpec> = {}): World {
  const host = (name: string, program: string): HostSpec => ({
    name,
    processes: [{ name: 'main', program, args: bodies }],
  });
  const hosts = [host('server', 'server')];
  for (let i = 0; i < CLIENTS; i++) hosts.push(host(`client-${i}`, 'client'));
  return new World({ seed: 1, programs: { server, client }, hosts, ...options });
}

/**
 * Runs until so many requests and replies have been delivered. Timers are not counted, although each is a message to its
 * actor as well: they do not cross the codec or the network.
 *
 * @returns messages per second of wall time
 */
export async function messagesPerSecond(world: World, messages: number): Promise<number> {
  const before = performance.now();
  const first = world.delivered;
  let slices = 0;
  // Three deliveries a round: request, reply, timer.
  while (((world.delivered - first) * 2) / 3 < messages) {
    await world.run({ forMs: 20 });
    if (++slices > 1e6) throw new Error('The workload does not get on.');
  }
  return ((((world.delivered - first) * 2) / 3) * 1000) / (performance.now() - before);
}
