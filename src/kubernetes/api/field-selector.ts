/**
 * Field selectors: `spec.nodeName=node-1,status.phase!=Failed`. Backslash escapes `,`, `=` and itself in values.
 * Upstream: apimachinery/pkg/fields/selector.go.
 */

export interface FieldRequirement {
  readonly field: string;
  /** Whether it must be equal, or different. */
  readonly equal: boolean;
  readonly value: string;
}

/** The requirements, or what is wrong with the text. An empty text selects everything. */
export function parseFieldSelector(text: string): FieldRequirement[] | string {
  const requirements: FieldRequirement[] = [];
  // Upstream takes the terms in alphabetical order, and says what is wrong with the first.
  for (const term of termsOf(text).sort()) {
    if (term === '') continue;
    const operator = operatorIn(term);
    if (operator === undefined) return `invalid selector: '${text}'; can't understand '${term}'`;
    const value = unescaped(term.slice(operator.at + operator.text.length));
    if ('problem' in value) return `invalid field selector: ${value.problem}`;
    requirements.push({ field: term.slice(0, operator.at), equal: operator.text !== '!=', value: value.text });
  }
  return requirements;
}

/** Whether an object meets every requirement; `fieldValue` gives the value of a field. */
export function matchesFields(
  requirements: readonly FieldRequirement[],
  fieldValue: (field: string) => string,
): boolean {
  return requirements.every(({ field, equal, value }) => (fieldValue(field) === value) === equal);
}

/** Separated by commas that no backslash escapes. */
function termsOf(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+|(?<=,)(?=,|$)/g) ?? [];
}

function operatorIn(term: string): { readonly at: number; readonly text: string } | undefined {
  const match = /!=|==|=/.exec(term);
  return match === null ? undefined : { at: match.index, text: match[0] };
}

/** Upstream writes the rune that should have been escaped as a number. */
function unescaped(value: string): { readonly text: string } | { readonly problem: string } {
  let text = '';
  for (let at = 0; at < value.length; at++) {
    const letter = value.charAt(at);
    if (letter === '=' || letter === ',') {
      return { problem: `unescaped character in value: ${letter.charCodeAt(0)}` };
    }
    if (letter !== '\\') {
      text += letter;
      continue;
    }
    const escaped = value.charAt(++at);
    if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
      return { problem: `invalid escape sequence: \\${escaped}` };
    }
    text += escaped;
  }
  return { text };
}
