/** Builds a world of idle hosts in a process of its own and says what that took, as JSON. Run by bench/kernel.ts. */
import { idleWorld } from './many-hosts.ts';

const before = performance.now();
const world = await idleWorld(Number(process.argv[2]));
const startSeconds = (performance.now() - before) / 1000;
const rssMegabytes = process.memoryUsage().rss / 1e6;
if (world.delivered < Number(process.argv[2])) throw new Error('Not all actors have started.');
process.stdout.write(JSON.stringify({ startSeconds, rssMegabytes }));
