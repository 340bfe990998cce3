/** Claims on devices that a pod names: pkg/apis/core/validation/validation.go, validatePodResourceClaim. */
import type { FieldError } from '../field-error.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../label-syntax.ts';
import { duplicate, invalid, invalidFor, required } from './mistakes.ts';

export interface PodResourceClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

export function validateResourceClaims(claims: readonly PodResourceClaim[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const path = `${field}[${index}]`;
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    if (name === '') errors.push(required(`${path}.name`));
    else if (seen.has(name)) errors.push(duplicate(`${path}.name`, name));
    else errors.push(...invalidFor(`${path}.name`, name, dnsLabelProblems(name)));
    seen.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalid(path, claim, detail));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(path, claim, detail));
    }
    for (const [key, value] of Object.entries({ resourceClaimName, resourceClaimTemplateName })) {
      if (value !== undefined) errors.push(...invalidFor(`${path}.${key}`, value, dnsSubdomainProblems(value)));
    }
  }
  return errors;
}
