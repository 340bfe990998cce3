/**
 * Resource requests and limits: pkg/apis/core/validation/validation.go, validateResourceRequirements;
 * pkg/apis/core/helper/helpers.go says what each name is. Claims are checked by name only.
 */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems, labelKeyProblems } from '../label-syntax.ts';
import type { Container } from '../object.ts';
import { parseQuantity, QUANTITY_FORM } from '../quantity.ts';
import { duplicate, forbidden, invalid, invalidFor, required } from './mistakes.ts';

export type ResourceRequirements = NonNullable<Container['resources']> & {
  readonly claims?: readonly { readonly name: string; readonly request?: string }[];
};

type Amount = string | number;

/** @param claims the names in the pod's `spec.resourceClaims`; undefined where claims are not allowed */
export function validateResourceRequirements(
  requirements: ResourceRequirements | undefined,
  field: string,
  claims: ReadonlySet<string>,
): FieldError[] {
  if (requirements === undefined) return [];
  const { limits = {}, requests = {} } = requirements as { limits?: Amounts; requests?: Amounts };
  const errors: FieldError[] = [];
  for (const [name, amount] of Object.entries(limits)) {
    errors.push(...validateAmount(name, amount, `${field}.limits[${name}]`));
  }
  for (const [name, amount] of Object.entries(requests)) {
    errors.push(
      ...validateAmount(name, amount, `${field}.requests[${name}]`),
      ...validateRequest(name, amount, limits[name], field),
    );
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(field, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaims(requirements.claims ?? [], `${field}.claims`, claims)];
}

type Amounts = Readonly<Record<string, Amount>>;

/** What may be had more often than it is there: everything but huge pages and extended resources. */
function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

function validateRequest(name: string, request: Amount, limit: Amount | undefined, field: string): FieldError[] {
  if (limit === undefined) {
    const detail = 'Limit must be set for non overcommitable resources';
    return isOvercommitAllowed(name) ? [] : [required(`${field}.limits`, detail)];
  }
  const [asked, most] = [parseQuantity(String(request)), parseQuantity(String(limit))];
  if (asked === undefined || most === undefined) return [];
  if (asked.nano !== most.nano && !isOvercommitAllowed(name)) {
    return [invalid(`${field}.requests`, String(request), `must be equal to ${name} limit of ${limit}`)];
  }
  if (asked.nano <= most.nano) return [];
  return [invalid(`${field}.requests`, String(request), `must be less than or equal to ${name} limit of ${limit}`)];
}

function validateAmount(name: string, amount: Amount, field: string): FieldError[] {
  const errors = [...validateContainerResourceName(name, field), ...validateResourceQuantity(name, amount, field)];
  if (!isHugePages(name)) return errors;
  const quantity = parseQuantity(String(amount));
  const page = parseQuantity(name.slice(HUGE_PAGES.length));
  if (page === undefined || page.nano <= 0n) {
    return [...errors, invalid(field, String(amount), `invalid huge page size in ${JSON.stringify(name)}`)];
  }
  if (quantity === undefined || quantity.nano % page.nano === 0n) return errors;
  return [...errors, invalid(field, String(amount), `${amount} is not positive integer multiple of ${name}`)];
}

/** ValidateResourceQuantityValue: not negative, and whole where parts make no sense. */
export function validateResourceQuantity(name: string, amount: Amount, field: string): FieldError[] {
  const quantity = parseQuantity(String(amount));
  if (quantity === undefined) return [invalid(field, String(amount), QUANTITY_FORM)];
  const errors: FieldError[] = [];
  if (quantity.nano < 0n) errors.push(invalid(field, String(amount), 'must be greater than or equal to 0'));
  const isWhole = quantity.nano % NANO === 0n;
  if (!isWhole && (WHOLE_RESOURCES.includes(name) || isExtended(name))) {
    errors.push(invalid(field, String(amount), 'must be an integer'));
  }
  return errors;
}

const NANO = 1_000_000_000n;
const HUGE_PAGES = 'hugepages-';
const WHOLE_RESOURCES = ['pods'];
const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

function validateContainerResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.includes(name) && !isHugePages(name)) {
      errors.push(invalid(field, name, 'must be a standard resource for containers'));
    }
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

/** ValidateResourceName: qualified, or one of the names that Kubernetes itself gives. */
function validateResourceName(name: string, field: string): FieldError[] {
  const problems = labelKeyProblems(name);
  if (problems.length > 0) return invalidFor(field, name, problems);
  if (name.includes('/') || CONTAINER_RESOURCES.includes(name) || name === 'pods' || isHugePages(name)) return [];
  return [invalid(field, name, 'must be a standard resource type or fully qualified')];
}

function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES);
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && labelKeyProblems(`requests.${name}`).length === 0;
}

function validateClaims(
  claims: readonly { readonly name: string; readonly request?: string }[],
  field: string,
  known: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { name, request = '' }] of claims.entries()) {
    const path = `${field}[${index}]`;
    if (name === '') {
      errors.push(required(path));
      continue;
    }
    const key = request === '' ? name : `${name}/${request}`;
    // The claim as a whole overlaps with each of its requests.
    const overlaps = request === '' ? [...seen].some((each) => each.startsWith(`${name}/`)) : seen.has(name);
    if (seen.has(key) || overlaps) errors.push(duplicate(path, seen.has(name) ? name : key));
    if (request !== '') errors.push(...invalidFor(`${path}.request`, request, dnsLabelProblems(request)));
    seen.add(key);
    if (!known.has(name)) errors.push(notFoundClaim(path, name, known));
  }
  return errors;
}

function notFoundClaim(field: string, value: string, known: ReadonlySet<string>): FieldError {
  const names = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
  return {
    type: 'FieldValueNotFound',
    field,
    detail: `must be one of the names in pod.spec.resourceClaims${names}`,
    value,
  };
}
