/** The promises that every run of a cluster is held to. */
import type { Check } from '../../../sim/index.ts';
import { nodesAreNotOvercommitted } from './nodes-are-not-overcommitted.ts';
import { podAddressesAreUnique } from './pod-addresses-are-unique.ts';
import { podRunsOnOneNode } from './pod-runs-on-one-node.ts';
import { resourceVersionsOnlyGrow } from './resource-versions-only-grow.ts';
import { watchesTellAllOfHistory } from './watches-tell-all-of-history.ts';

export const CLUSTER_CHECKS: readonly Check[] = [
  podRunsOnOneNode,
  podAddressesAreUnique,
  nodesAreNotOvercommitted,
  resourceVersionsOnlyGrow,
  watchesTellAllOfHistory,
];
