/**
 * A plan as text: YAML for people, JSON for programs. `parsePlan` of it is the same plan, and equal plans give equal
 * texts. Durations are printed in their shortest form, whatever they were read from; comments are not kept.
 */
import { printYaml } from '../kernel/located-yaml.ts';
import type { Plan } from './plan.ts';
import { planToFileForm } from './plan-file.ts';

export function printPlan(plan: Plan, format: 'yaml' | 'json' = 'yaml'): string {
  const form = planToFileForm(plan);
  if (format === 'json') return `${JSON.stringify(form, null, 2)}\n`;
  // 0 is the plan, 1 the list, 2 an entry; a fault's fields are on its line.
  return printYaml(form, { flowFromDepth: 3 });
}
