/** How a pod looks up names: pkg/apis/core/validation/validation.go, validateDNSPolicy, validatePodDNSConfig. */
import type { FieldError } from '../field-error.ts';
import { dnsSubdomainProblems } from '../label-syntax.ts';
import type { PodSpec } from '../object.ts';
import { oneOf } from './container-validation.ts';
import { validateIp } from './ip-validation.ts';
import { invalid, invalidFor, required } from './mistakes.ts';

const POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const MAX_NAME_SERVERS = 3;
const MAX_SEARCH_PATHS = 32;
const MAX_SEARCH_LETTERS = 2048;

export function validateDns({ dnsPolicy, dnsConfig }: PodSpec, field: string): FieldError[] {
  const errors = oneOf(dnsPolicy, POLICIES, `${field}.dnsPolicy`);
  const path = `${field}.dnsConfig`;
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) {
      return [...errors, required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    }
    if ((dnsConfig.nameservers ?? []).length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [...errors, required(`${path}.nameservers`, detail)];
    }
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (nameservers.length > MAX_NAME_SERVERS) {
    const detail = `must not have more than ${MAX_NAME_SERVERS} nameservers`;
    errors.push(invalid(`${path}.nameservers`, nameservers, detail));
  }
  errors.push(...nameservers.flatMap((server, index) => validateIp(server, `${path}.nameservers[${index}]`)));
  if (searches.length > MAX_SEARCH_PATHS) {
    const detail = `must not have more than ${MAX_SEARCH_PATHS} search paths`;
    errors.push(invalid(`${path}.searches`, searches, detail));
  }
  if (searches.join(' ').length > MAX_SEARCH_LETTERS) {
    const detail = `must not have more than ${MAX_SEARCH_LETTERS} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, searches, detail));
  }
  for (const [index, search] of searches.entries()) {
    // A single dot, and underscores, are fine in a search path since v1.32 (RelaxedDNSSearchValidation).
    if (search === '.') continue;
    const name = search.replace(/\.$/, '').replaceAll('_', 'a');
    errors.push(...invalidFor(`${path}.searches[${index}]`, search, dnsSubdomainProblems(name)));
  }
  for (const [index, { name = '' }] of options.entries()) {
    if (name === '') errors.push(required(`${path}.options[${index}]`, 'must not be empty'));
  }
  return errors;
}
