/**
 * From upstream's text for a field to the path of keys that leads to it: `spec.ports[0].name`, and with keys in brackets
 * `metadata.labels[app.kubernetes.io/name]`, in which dots are part of the key.
 */
export function fieldPath(field: string): (string | number)[] {
  const path: (string | number)[] = [];
  for (const [, name, inBrackets] of field.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) path.push(name);
    else if (inBrackets !== undefined) path.push(/^\d+$/.test(inBrackets) ? Number(inBrackets) : inBrackets);
  }
  return path;
}
