/**
 * Prints the closing line of a test run, `N passed, N failed`, from vitest's JSON report.
 *
 *     node tools/ci-summary.mjs EXIT_CODE
 *
 * EXIT_CODE is that of the run. A run that failed before or outside of a test (formatting, types, an import that does not
 * load) counts as one failure more, so that the line never says `0 failed` of a failed run. Exits with 1 if anything
 * failed or if no test ran, and with 0 otherwise.
 */
import { readFileSync } from 'node:fs';

const REPORT = new URL('../.cache/vitest.json', import.meta.url);

/** The report, or undefined if the run ended before vitest wrote one. */
function readReport() {
  try {
    return JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch {
    return undefined;
  }
}

const report = readReport();
const passed = report?.numPassedTests ?? 0;
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
// A file whose tests could not even be collected has failed without a failed test.
const brokenFiles = (report?.testResults ?? []).filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
let failed = (report?.numFailedTests ?? 0) + brokenFiles;
if (failed === 0 && (process.argv[2] !== '0' || report?.success !== true)) failed = 1;

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
