/** `$(NAME)` in commands, arguments and values (k8s.io/kubernetes/third_party/forked/golang/expansion/expand.go). */

/** What is not defined stays as it is; `$$` is a dollar sign. */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  let result = '';
  let index = 0;
  while (index < text.length) {
    const next = text[index + 1];
    const end = text.indexOf(')', index + 2);
    if (text[index] !== '$' || next === undefined) result += text[index++];
    else if (next === '$') {
      result += '$';
      index += 2;
    } else if (next === '(' && end !== -1) {
      const name = text.slice(index + 2, end);
      result += Object.hasOwn(variables, name) ? variables[name] : `$(${name})`;
      index = end + 1;
    } else {
      // An operator without an end, or before another character, stands for itself.
      result += next === '(' ? '$(' : `$${next}`;
      index += 2;
    }
  }
  return result;
}
