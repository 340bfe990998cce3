/**
 * Kubernetes manifests from text: every document of it, with everything that is wrong, each with file, line and column.
 *
 * What is checked is what the API server would refuse: kinds that it does not know, fields that the kind does not have
 * (with the nearest one that it does), wrong types, and the kind's own validation. `List`s are taken apart.
 *
 * YAML 1.2: a bare `on` or `y` is a text here, where kubectl reads true.
 */
import { formatFieldError } from '../../kubernetes/api/field-error.ts';
import { isJsonObject } from '../../kubernetes/api/json-value.ts';
import { kindOf, knownKinds } from '../../kubernetes/api/kinds/registry.ts';
import type { KubernetesObject, NewObject } from '../../kubernetes/api/object.ts';
import { validateObjectMeta } from '../../kubernetes/api/object-meta-validation.ts';
import { structuralErrors } from '../../kubernetes/api/structural-schema.ts';
import {
  describeFound,
  type FieldProblem,
  type LocatedDocument,
  locateProblem,
  nearestName,
  type Problem,
  parseYaml,
} from '../../sim/index.ts';
import { fieldPath } from './field-path.ts';
import type { Manifest, WrittenObject } from './manifest.ts';

export interface ParsedManifest {
  readonly manifest: Manifest;
  readonly problems: readonly Problem[];
}

/** @param file the name of the file, for messages */
export function parseManifests(text: string, file: string): ParsedManifest {
  const { documents, problems: syntax } = parseYaml(text);
  const problems: Problem[] = syntax.map((problem) => ({ file, ...problem }));
  const objects: WrittenObject[] = [];
  for (const document of documents) {
    if (document.value === null) continue;
    const read = readObjects(document.value, document, [], file);
    objects.push(...read.objects);
    problems.push(...read.problems);
  }
  if (objects.length === 0 && problems.length === 0) {
    problems.push(problemIn(file, { line: 1, column: 1 }, 'there is no object in it; expected Kubernetes manifests.'));
  }
  return { manifest: { source: file, objects }, problems };
}

/** Objects that stand at a path of a document: one, a list of them, or a `List`. */
export function readObjects(
  value: unknown,
  document: LocatedDocument,
  path: readonly (string | number)[],
  file: string,
): { objects: WrittenObject[]; problems: Problem[] } {
  if (Array.isArray(value)) return readAll(value, document, path, file);
  if (isJsonObject(value) && value.kind === 'List' && Array.isArray(value.items)) {
    return readAll(value.items, document, [...path, 'items'], file);
  }
  const at = (below: readonly (string | number)[], message: string, place: 'key' | 'value' = 'value'): Problem =>
    problemIn(file, document.positionOf([...path, ...below], place), message);
  const problems = objectProblems(value).map((problem) =>
    locateProblem({ ...problem, path: [...path, ...problem.path] }, document, file),
  );
  return { objects: isNewObject(value) ? [{ object: value, problemAt: at }] : [], problems };
}

function readAll(
  values: readonly unknown[],
  document: LocatedDocument,
  path: readonly (string | number)[],
  file: string,
): { objects: WrittenObject[]; problems: Problem[] } {
  const read = values.map((item, index) => readObjects(item, document, [...path, index], file));
  return { objects: read.flatMap(({ objects }) => objects), problems: read.flatMap(({ problems }) => problems) };
}

function objectProblems(value: unknown): FieldProblem[] {
  if (!isJsonObject(value)) return [wrong([], `expected a Kubernetes object; found ${describeFound(value)}.`)];
  const { apiVersion, kind, metadata } = value;
  const missing = (['apiVersion', 'kind'] as const).filter((field) => typeof value[field] !== 'string');
  if (missing.length > 0) {
    return missing.map((field) =>
      value[field] === undefined
        ? wrong(
            [],
            `an object needs ${field}, such as ${field === 'kind' ? 'kind: Deployment' : 'apiVersion: apps/v1'}.`,
          )
        : wrong([field], `expected a text; found ${describeFound(value[field])}.`),
    );
  }
  const declaration = kindOf(String(apiVersion), String(kind));
  if (declaration === undefined) return [unknownKind(String(apiVersion), String(kind))];
  const structural = structuralErrors(value).map(({ path, place, message }) => wrong(path, message, place));
  // Validation takes the types for granted.
  if (structural.length > 0) return structural;
  if (!isJsonObject(metadata)) return [wrong([], `${String(kind)} needs metadata with a name.`)];
  const copy = structuredClone(value) as NewObject;
  if (declaration.resource.namespaced) copy.metadata.namespace ??= 'default';
  declaration.defaults(copy);
  const errors = [...validateObjectMeta(copy.metadata, declaration), ...declaration.validate(copy as KubernetesObject)];
  return errors.map((error) => wrong(fieldPath(error.field), `${formatFieldError(error)}.`));
}

function unknownKind(apiVersion: string, kind: string): FieldProblem {
  const known = knownKinds();
  const elsewhere = known.find((each) => each.kind === kind);
  if (elsewhere !== undefined) {
    const message = `${kind} is not in ${apiVersion}; write apiVersion: ${elsewhere.apiVersion}.`;
    return wrong(['apiVersion'], message);
  }
  const nearest = nearestName(
    kind,
    known.map((each) => each.kind),
  );
  const hint =
    nearest === undefined
      ? `the kinds are ${known.map((each) => each.kind).join(', ')}.`
      : `did you mean "${nearest}"?`;
  return wrong(['kind'], `there is no kind ${kind} in ${apiVersion} here; ${hint}`);
}

function wrong(path: readonly (string | number)[], message: string, place: 'key' | 'value' = 'value'): FieldProblem {
  return { path, place, found: '', expected: '', message };
}

function problemIn(file: string, { line, column }: { line: number; column: number }, message: string): Problem {
  return { file, line, column, found: '', expected: '', message };
}

function isNewObject(value: unknown): value is NewObject {
  return (
    isJsonObject(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    isJsonObject(value.metadata)
  );
}
