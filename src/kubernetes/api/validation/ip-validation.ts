/** IP addresses in objects: apimachinery/pkg/util/validation/ip.go, IsValidIP. */
import type { FieldError } from '../field-error.ts';
import { ipFamily } from '../ip-address.ts';
import { invalid } from './mistakes.ts';

export function validateIp(text: string, field: string): FieldError[] {
  if (ipFamily(text) !== undefined) return [];
  return [invalid(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

/** Ranges in which no endpoint and no external address may be; upstream: pkg/apis/core/validation/validation.go, ValidateNonSpecialIP. */
const SPECIAL: readonly [pattern: RegExp, detail: string][] = [
  [/^(?:127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^(?:169\.254\.|fe[89ab][0-9a-f]:)/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^(?:224\.0\.0\.|ff[0-9a-f]2:)/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

export function validateEndpointIp(text: string, field: string): FieldError[] {
  const errors = validateIp(text, field);
  if (errors.length > 0) return errors;
  if (/^[0.:]+$/.test(text)) return [invalid(field, text, `may not be unspecified (${text})`)];
  return SPECIAL.filter(([pattern]) => pattern.test(text)).map(([, detail]) => invalid(field, text, detail));
}
