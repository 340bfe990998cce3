/** Terms that select nodes: pkg/apis/core/validation/validation.go, ValidateNodeSelectorTerm. */
import type { FieldError } from '../field-error.ts';
import { dnsSubdomainProblems, labelKeyProblems, labelValueProblems } from '../label-syntax.ts';
import type { NodeSelectorTerm } from '../node-affinity.ts';
import { forbidden, invalid, invalidFor, required } from './mistakes.ts';

type Requirement = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

/** @param checkValues whether values must be label values: upstream minds in required terms only */
export function validateNodeSelectorTerm(term: NodeSelectorTerm, path: string, checkValues: boolean): FieldError[] {
  const { matchExpressions = [], matchFields = [] } = term;
  return [
    ...matchExpressions.flatMap((each, index) =>
      validateExpression(each, `${path}.matchExpressions[${index}]`, checkValues),
    ),
    ...matchFields.flatMap((each, index) => validateFieldRequirement(each, `${path}.matchFields[${index}]`)),
  ];
}

function validateExpression({ key, operator, values = [] }: Requirement, path: string, check: boolean): FieldError[] {
  const field = `${path}.values`;
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(required(field, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(field, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  errors.push(...invalidFor(`${path}.key`, key, labelKeyProblems(key)));
  if (!check) return errors;
  return [
    ...errors,
    ...values.flatMap((value, index) => invalidFor(`${field}[${index}]`, value, labelValueProblems(value))),
  ];
}

function validateFieldRequirement({ key, operator, values = [] }: Requirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, detail));
  }
  if (key !== 'metadata.name') return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  return [
    ...errors,
    ...values.flatMap((value, index) => invalidFor(`${path}.values[${index}]`, value, dnsSubdomainProblems(value))),
  ];
}
