/** ServiceAccount: pkg/registry/core/serviceaccount/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { ServiceAccount } from '../object.ts';
import { SERVICE_ACCOUNTS } from '../resource.ts';
import { validateServiceAccount } from '../validation/service-account-validation.ts';

export const serviceAccount: KindDeclaration<ServiceAccount> = {
  resource: SERVICE_ACCOUNTS,
  singular: 'serviceaccount',
  shortNames: ['sa'],
  hasStatus: false,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  defaults() {},
  validate: validateServiceAccount,
};
