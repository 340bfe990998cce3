/** Prints the digests of scenario files, one to a line: what other versions of Node.js run. */
import { loadScenario, runScenario } from 'wavetank';

for (const file of process.argv.slice(2)) {
  const { report, verdict } = await runScenario(loadScenario(file), { seed: 7 });
  process.stdout.write(`${verdict} ${report.digest}\n`);
}
