/** Environment variables: pkg/apis/core/validation/validation.go, ValidateEnv, ValidateEnvFrom. */
import type { FieldError } from '../field-error.ts';
import { configKeyProblems, dnsSubdomainProblems, envNameProblems } from '../label-syntax.ts';
import type { Container } from '../object.ts';
import { validateFieldRef, validateResourceFieldRef } from './field-ref-validation.ts';
import { invalid, invalidFor, required } from './mistakes.ts';

type EnvVar = NonNullable<Container['env']>[number];
type EnvSource = NonNullable<EnvVar['valueFrom']>;

/** What an environment variable may know of its pod. */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

export function validateEnv(env: readonly EnvVar[], field: string): FieldError[] {
  return env.flatMap((variable, index) => {
    const path = `${field}[${index}]`;
    const { name, value = '', valueFrom } = variable;
    const nameErrors =
      name === '' ? [required(`${path}.name`)] : invalidFor(`${path}.name`, name, envNameProblems(name));
    if (valueFrom === undefined) return nameErrors;
    return [...nameErrors, ...validateEnvSource(valueFrom, value, `${path}.valueFrom`)];
  });
}

function validateEnvSource(source: EnvSource, value: string, field: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef !== undefined) errors.push(...validateFieldRef(fieldRef, `${field}.fieldRef`, ENV_FIELDS));
  if (resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, false));
  }
  if (configMapKeyRef !== undefined) errors.push(...validateKeyRef(configMapKeyRef, `${field}.configMapKeyRef`));
  if (secretKeyRef !== undefined) errors.push(...validateKeyRef(secretKeyRef, `${field}.secretKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((each) => each !== undefined);
  if (sources.length === 0) {
    errors.push(
      invalid(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'),
    );
  } else if (value !== '') {
    errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  } else if (sources.length > 1) {
    errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function validateKeyRef({ name = '', key }: { name?: string; key: string }, field: string): FieldError[] {
  const errors = invalidFor(`${field}.name`, name, dnsSubdomainProblems(name));
  if (key === '') return [...errors, required(`${field}.key`)];
  return [...errors, ...invalidFor(`${field}.key`, key, configKeyProblems(key))];
}

export function validateEnvFrom(sources: NonNullable<Container['envFrom']>, field: string): FieldError[] {
  return sources.flatMap(({ prefix = '', configMapRef, secretRef }, index) => {
    const path = `${field}[${index}]`;
    const errors = prefix === '' ? [] : invalidFor(`${path}.prefix`, prefix, envNameProblems(prefix));
    for (const [name, reference] of Object.entries({ configMapRef, secretRef })) {
      if (reference === undefined) continue;
      const { name: referent = '' } = reference;
      if (referent === '') errors.push(required(`${path}.${name}.name`));
      else errors.push(...invalidFor(`${path}.${name}.name`, referent, dnsSubdomainProblems(referent)));
    }
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}
