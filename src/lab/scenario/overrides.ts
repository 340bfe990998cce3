/** `--set path=value`: fields of a scenario replaced before it is checked. */
import { type Problem, parseYaml } from '../../sim/index.ts';

export interface Override {
  /** As it was typed: `cluster.nodes[0].count=5`. */
  readonly text: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** The override, or what is wrong with the text. */
export function parseOverride(
  text: string,
): { readonly ok: true; readonly override: Override } | { readonly ok: false; readonly problem: string } {
  const equals = text.indexOf('=');
  const form = 'expected path=value, such as cluster.nodes[0].count=5';
  if (equals <= 0) return { ok: false, problem: form };
  const written = text.slice(0, equals);
  if (!/^[\w$-]+(\.[\w$-]+|\[\d+\])*$/.test(written))
    return { ok: false, problem: `"${written}" is not a path; ${form}` };
  const path = [...written.matchAll(/[\w$-]+/g)].map(([step]) => step);
  const keys = path.map((step, index) =>
    index > 0 && new RegExp(`\\[${step}\\]`).test(written) ? Number(step) : step,
  );
  const { documents, problems } = parseYaml(text.slice(equals + 1));
  const [problem] = problems;
  if (problem !== undefined) return { ok: false, problem: `its value is not YAML: ${problem.message}` };
  return { ok: true, override: { text, path: keys, value: documents[0]?.value ?? '' } };
}

/** A copy of the value with the fields replaced, and the overrides that lead nowhere. */
export function applyOverrides(
  value: unknown,
  overrides: readonly Override[],
): { value: unknown; problems: Problem[] } {
  const root = { value: structuredClone(value) };
  const problems: Problem[] = [];
  for (const { path, value: next, text } of overrides) {
    let holder: Record<string | number, unknown> = root as Record<string, unknown>;
    let key: string | number = 'value';
    for (const [index, step] of path.entries()) {
      const inside = holder[key] ?? (typeof step === 'number' ? [] : {});
      if (typeof inside !== 'object' || Array.isArray(inside) !== (typeof step === 'number')) {
        const where = path.slice(0, index).join('.');
        problems.push({
          file: `--set ${text}`,
          line: 1,
          column: 1,
          found: '',
          expected: '',
          message: `${where} is not ${typeof step === 'number' ? 'a list' : 'an object'}.`,
        });
        break;
      }
      holder[key] = inside;
      holder = inside as Record<string | number, unknown>;
      key = step;
      if (index === path.length - 1) holder[key] = structuredClone(next);
    }
  }
  return { value: root.value, problems };
}

/** The last override that has set this path, or something that it lies in. */
export function overrideFor(path: readonly (string | number)[], overrides: readonly Override[]): Override | undefined {
  return overrides.findLast((override) => override.path.every((step, index) => String(step) === String(path[index])));
}
