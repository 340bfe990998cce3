/** What Deployments and ReplicaSets are filled in with, in place: pkg/apis/apps/v1/defaults.go. */
import type { DeploymentSpec, NewObject, PodTemplateSpec, ReplicaSetSpec } from '../object.ts';
import { defaultPodSpec } from './pod-defaults.ts';

export function defaultReplicaSet(object: NewObject): void {
  const spec = object.spec as ReplicaSetSpec | undefined;
  if (spec === undefined) return;
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}

export function defaultDeployment(object: NewObject): void {
  const spec = object.spec as DeploymentSpec | undefined;
  if (spec === undefined) return;
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  defaultTemplate(spec.template);
}

function defaultTemplate(template: PodTemplateSpec | undefined): void {
  if (template?.spec !== undefined) defaultPodSpec(template.spec);
}
