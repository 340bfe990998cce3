/** Lease: pkg/registry/coordination/lease/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Lease } from '../object.ts';
import { LEASES } from '../resource.ts';
import { validateLease } from '../validation/lease-validation.ts';

export const lease: KindDeclaration<Lease> = {
  resource: LEASES,
  singular: 'lease',
  shortNames: [],
  hasStatus: false,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  defaults() {},
  validate: validateLease,
};
