/** IP addresses in objects: apimachinery/pkg/util/validation/ip.go, IsValidIP. */
import type { FieldError } from '../field-error.ts';
import { ipFamily } from '../ip-address.ts';
import { invalid } from './mistakes.ts';

export function validateIp(text: string, field: string): FieldError[] {
  if (ipFamily(text) !== undefined) return [];
  return [invalid(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}
