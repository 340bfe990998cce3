/** Prints the digests of random worlds as one JSON array: run by itself, in a process of its own, on any Node.js. */
import { digestsOf, NUMBERS } from './run-world.ts';

const count = Number(process.argv[2] ?? NUMBERS.length);
process.stdout.write(JSON.stringify(await digestsOf(NUMBERS.slice(0, count))));
