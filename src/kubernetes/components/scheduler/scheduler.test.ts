/** The scheduler at a real API server. */
import { describe, expect, it } from 'vitest';
import { ACCESS, ControlPlaneStage } from '../../../../test/kubernetes/control-plane.ts';
import type { Event, NewObject, Pod } from '../../api/object.ts';
import { NAMESPACES, NODES, PODS } from '../../api/resource.ts';
import { scheduler } from './scheduler.ts';

const node: NewObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { allocatable: { cpu: '1', memory: '1Gi', pods: '10' } },
};
const pod = (name: string, cpu: string): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'x:1', resources: { requests: { cpu } } }] },
});

/** @param stepMs how long the scheduler takes for each message */
async function cluster(stepMs = 0): Promise<ControlPlaneStage> {
  const service = stepMs === 0 ? {} : { service: { time: stepMs } };
  const process = { name: 'scheduler', program: 'scheduler', args: { api: ACCESS }, ...service };
  const host = { name: 'cp-2', processes: [process] };
  const stage = new ControlPlaneStage([host], { scheduler });
  await stage.run(2000);
  await stage.ask({
    verb: 'create',
    resource: NAMESPACES,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  });
  await stage.create(NODES, node);
  return stage;
}

const events = (stage: ControlPlaneStage): string[] =>
  stage.stored<Event>('events').map(({ involvedObject, type, reason, message, count, source }) => {
    return `${source?.component} ${involvedObject.name} ${type} ${reason} x${count}: ${message}`;
  });
const bound = (stage: ControlPlaneStage) => () =>
  stage.stored<Pod>('pods').every(({ spec }) => spec.nodeName === 'node-1');

describe('the scheduler', () => {
  it.each([
    ['before the answer does', false],
    ['long after the answer', true],
  ])('tells once that a pod was assigned, though the watch brings the binding %s', async (_, late) => {
    // Slow, so that watches can be held between what tells of the pod and what tells of its binding.
    const stage = await cluster(20);
    await stage.create(PODS, pod('web', '100m'));
    if (late) stage.hold(true);
    await stage.until(bound(stage));
    await stage.run(1000);
    if (late) stage.hold(false);
    await stage.run(1000);
    expect(events(stage)).toEqual([
      'default-scheduler web Normal Scheduled x1: Successfully assigned default/web to node-1',
    ]);
  });

  it('says of a pod that fits nowhere why, in its condition and in one event', async () => {
    const stage = await cluster();
    await stage.create(PODS, pod('large', '2'));
    await stage.run(5000);
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const [large] = stage.stored<Pod>('pods');
    expect(large?.status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ]);
    expect(events(stage)).toEqual([`default-scheduler large Warning FailedScheduling x1: ${message}`]);
  });
});
