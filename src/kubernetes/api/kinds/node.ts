/** Node: pkg/registry/core/node/strategy.go. */
import type { KindDeclaration } from '../kind-declaration.ts';
import type { Node } from '../object.ts';
import { NODES } from '../resource.ts';
import { validateNode, validateNodeStatusUpdate, validateNodeUpdate } from '../validation/node-validation.ts';
import { roundResourceList } from './resource-list-defaults.ts';

export const node: KindDeclaration<Node> = {
  resource: NODES,
  singular: 'node',
  shortNames: ['no'],
  hasStatus: true,
  hasGeneration: false,
  nameRule: 'dns-subdomain',
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  defaults(object) {
    object.spec ??= {};
    const status = object.status as Node['status'];
    if (status?.capacity !== undefined) status.allocatable ??= { ...status.capacity };
    roundResourceList(status?.capacity);
    roundResourceList(status?.allocatable);
  },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: validateNodeStatusUpdate,
};
