/**
 * When a kubelet that has started may act: it knows its pods, and what runs. It takes over what runs for them, and ends
 * what runs for nobody.
 *
 * The list of pods by which it judges is a consistent one (`consistentFirstList`): a watch cache that lags would have it
 * start pods that were deleted long ago, perhaps while another node runs their successors (k8s#59848).
 */
import type { Response } from '../../../sim/index.ts';
import type { Pod } from '../../api/object.ts';
import { PODS } from '../../api/resource.ts';
import { isOlder } from '../../client/compare-resource-versions.ts';
import type { ObjectList } from '../../protocol/api.ts';
import { apiAnswer, askApi } from './ask.ts';
import { INFORMERS } from './kubelet-informers.ts';
import type { KubeletContext, KubeletState, Then } from './kubelet-state.ts';
import { NOTHING_OBSERVED } from './observed-pod.ts';
import { addPod, byCreation } from './pod-updates.ts';
import { observedByUid, takeRelist } from './relist.ts';

const RETRY_MS = 1000;

/** Call it whenever a piece of knowledge has come. */
export function learnPods(state: KubeletState, ctx: KubeletContext): void {
  const { informers, runtime, settings, firstList } = state;
  const listed = runtime.sandboxes !== undefined && runtime.containers !== undefined;
  if (state.podsKnown || !listed) return;
  const { consistentFirstList, orphansAfterSync } = settings.guards;
  if (!orphansAfterSync && !INFORMERS.synced(informers)) {
    state.podsKnown = true;
    takeRelist(state, new Set(), ctx);
    return;
  }
  if (!INFORMERS.synced(informers)) return;
  if (consistentFirstList && !(firstList instanceof Set)) {
    if (firstList === 'none') askFirstList(state, ctx);
    return;
  }
  state.podsKnown = true;
  const pods = INFORMERS.list<Pod>(informers, 'pods');
  const known = new Set(firstList instanceof Set ? firstList : pods.map(({ metadata }) => metadata.uid));
  state.firstList = 'none';
  const observed = observedByUid(state);
  for (const pod of pods.toSorted(byCreation)) {
    const { uid, resourceVersion } = pod.metadata;
    // What has changed after the list was there after it, and what has come since is nobody's orphan.
    if (isOlder(state.firstListVersion, resourceVersion)) known.add(uid);
    // The copy is late: the pod is gone, and the watch will say so.
    if (known.has(uid)) addPod(state, pod, observed.get(uid) ?? NOTHING_OBSERVED, ctx);
  }
  takeRelist(state, known, ctx);
}

export function askFirstList(state: KubeletState, ctx: KubeletContext): void {
  state.firstList = 'asking';
  const request = { verb: 'list', resource: PODS, fieldSelector: `spec.nodeName=${ctx.host}` } as const;
  askApi(state, request, { to: 'first-list', step: 'answer' }, ctx);
}

export function firstListAnswered(state: KubeletState, message: Response<unknown, Then>, ctx: KubeletContext): void {
  const outcome = apiAnswer(state, message);
  if (!outcome.ok) {
    ctx.setTimer('first-list', RETRY_MS, { to: 'first-list', step: 'ask' });
    return;
  }
  const { items, metadata: list } = outcome.object as ObjectList;
  state.firstListVersion = list.resourceVersion;
  state.firstList = new Set(items.map(({ metadata }) => metadata.uid));
  learnPods(state, ctx);
}
