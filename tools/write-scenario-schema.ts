/** Writes schema/scenario.json, by which editors complete and check scenario files: `npm run schema`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenarioJsonSchema } from '../src/lab/scenario/scenario-schema.ts';

const file = fileURLToPath(new URL('../schema/scenario.json', import.meta.url));
mkdirSync(fileURLToPath(new URL('../schema', import.meta.url)), { recursive: true });
writeFileSync(file, `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`);
