import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenarioJsonSchema } from './scenario-schema.ts';

it('the JSON Schema that is shipped is that of the code (npm run schema writes it)', () => {
  const shipped: unknown = JSON.parse(readFileSync(new URL('../../../schema/scenario.json', import.meta.url), 'utf8'));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
});
