/** What Deployments and ReplicaSets are filled in with, in place: pkg/apis/apps/v1/defaults.go. */
import type { DeploymentSpec, NewObject, PodTemplateSpec, ReplicaSetSpec } from '../object.ts';
import { defaultPodSpec } from './pod-defaults.ts';

export function defaultReplicaSet(object: NewObject): void {
  object.spec ??= {};
  const spec = object.spec as ReplicaSetSpec;
  spec.replicas ??= 1;
  defaultTemplate(spec);
}

export function defaultDeployment(object: NewObject): void {
  object.spec ??= {};
  const spec = object.spec as DeploymentSpec;
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  defaultTemplate(spec);
}

/** A template that is missing, or empty, is defaulted as well: what is wrong with it is its containers. */
function defaultTemplate(spec: { template?: PodTemplateSpec }): void {
  spec.template ??= {};
  spec.template.spec ??= { containers: [] };
  defaultPodSpec(spec.template.spec);
}
