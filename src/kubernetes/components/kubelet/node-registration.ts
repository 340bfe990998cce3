/**
 * Registers the node, and tells the API how it is (registerWithAPIServer, syncNodeStatus and tryUpdateNodeStatus in
 * pkg/kubelet/kubelet_node_status.go).
 *
 * The status is sent when it has changed, at the next of the moments that come every ten seconds (at once when the node
 * becomes ready for the first time), and every five minutes in any case. In between there is no timer.
 */
import type { Response } from '../../../sim/index.ts';
import { findCondition, isConditionTrue } from '../../api/conditions.ts';
import type { Node } from '../../api/object.ts';
import { NODES } from '../../api/resource.ts';
import { formatTime } from '../../api/time.ts';
import { apiAnswer, askApi, HEARTBEAT_TIMEOUT_MS } from './ask.ts';
import { recordNodeEvent } from './events.ts';
import { argsOf, type KubeletContext, type KubeletState, type Then } from './kubelet-state.ts';
import { newNode, nodeConditions, nodeLabels, nodeStatus, readinessErrors, sameConditions } from './node-status.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 7_000;

export function registerNode(state: KubeletState, ctx: KubeletContext): void {
  const { node } = argsOf(ctx);
  const status = nodeStatus(ctx.host, node, conditionsNow(state, ctx));
  const object = newNode(ctx.host, node, status);
  askApi(state, { verb: 'create', resource: NODES, object }, { to: 'node', step: 'create' }, ctx, HEARTBEAT_TIMEOUT_MS);
}

export function nodeAnswered(
  state: KubeletState,
  { step }: Extract<Then, { to: 'node' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): void {
  const outcome = apiAnswer(state, message);
  switch (step) {
    case 'create':
      if (outcome.ok) registered(state, outcome.object as Node, ctx);
      else if (outcome.reason === 'AlreadyExists') {
        askApi(
          state,
          { verb: 'get', resource: NODES, name: ctx.host },
          { to: 'node', step: 'get' },
          ctx,
          HEARTBEAT_TIMEOUT_MS,
        );
      } else registerLater(state, ctx);
      break;
    case 'get':
      if (outcome.ok) adopt(state, outcome.object as Node, ctx);
      else registerLater(state, ctx);
      break;
    case 'update':
      if (outcome.ok) registered(state, outcome.object as Node, ctx);
      else registerLater(state, ctx);
      break;
    case 'status':
      statusAnswered(state, outcome.ok, ctx);
      break;
    default: // The others are timers.
  }
}

export function nodeTimer(state: KubeletState, step: Extract<Then, { to: 'node' }>['step'], ctx: KubeletContext): void {
  if (step === 'register') registerNode(state, ctx);
  else if (step === 'tick') sendNodeStatus(state, ctx);
}

/** Something that the node's status depends on may have changed. */
export function nodeMayHaveChanged(state: KubeletState, ctx: KubeletContext): void {
  const { node, settings } = state;
  if (!node.registered || node.sending) return;
  const conditions = conditionsNow(state, ctx);
  if (sameConditions(conditions, node.conditions)) return;
  if (!node.wasReady && isReady(conditions)) sendNodeStatus(state, ctx);
  else {
    const periodUs = settings.config.nodeStatusUpdateSeconds * 1_000_000;
    const delayMs = (periodUs - (ctx.monotonic % periodUs)) / 1000;
    ctx.setTimer('node', delayMs, { to: 'node', step: 'tick' });
  }
}

/** The API has another node than it was told: somebody else wrote, or it came to be anew. */
export function nodeSeen(state: KubeletState, seen: Node, ctx: KubeletContext): void {
  const { node } = state;
  if (!node.registered || node.sending) return;
  node.uid = seen.metadata.uid;
  const theirs = seen.status?.conditions ?? [];
  const ours = findCondition(node.conditions, 'Ready');
  if (ours === undefined || findCondition(theirs, 'Ready')?.status === ours.status) return;
  node.conditions = theirs.map((each) => ({ ...each }));
  nodeMayHaveChanged(state, ctx);
}

/** The conditions as they are now; times of transitions from what was last said. */
export function conditionsNow({ node, runtime, settings }: KubeletState, ctx: KubeletContext) {
  const errors = readinessErrors(runtime, settings.config, ctx.monotonic);
  return nodeConditions(errors, node.conditions, formatTime(ctx.now));
}

function sendNodeStatus(state: KubeletState, ctx: KubeletContext): void {
  const { node } = state;
  const wasReady = isReady(node.conditions);
  node.sending = true;
  node.conditions = conditionsNow(state, ctx);
  if (isReady(node.conditions)) node.wasReady = true;
  if (isReady(node.conditions) !== wasReady) {
    const reason = wasReady ? 'NodeNotReady' : 'NodeReady';
    recordNodeEvent(state, reason, `Node ${ctx.host} status is now: ${reason}`, ctx);
  }
  const status = nodeStatus(ctx.host, argsOf(ctx).node, node.conditions);
  askApi(
    state,
    {
      verb: 'patch',
      resource: NODES,
      name: ctx.host,
      subresource: 'status',
      patchType: 'strategic',
      patch: { status: { ...status, addresses: [{ $patch: 'replace' }, ...(status.addresses ?? [])] } },
    },
    { to: 'node', step: 'status' },
    ctx,
    HEARTBEAT_TIMEOUT_MS,
  );
}

function statusAnswered(state: KubeletState, taken: boolean, ctx: KubeletContext): void {
  const { node, settings } = state;
  const { nodeStatusReportSeconds, nodeStatusUpdateSeconds } = settings.config;
  node.sending = false;
  if (taken) node.reportedAt = ctx.monotonic;
  const seconds = taken ? nodeStatusReportSeconds : nodeStatusUpdateSeconds;
  ctx.setTimer('node', seconds * 1000, { to: 'node', step: 'tick' });
  if (taken) nodeMayHaveChanged(state, ctx);
}

function registered(state: KubeletState, object: Node, ctx: KubeletContext): void {
  const { node } = state;
  node.registered = true;
  node.uid = object.metadata.uid;
  node.conditions = (object.status?.conditions ?? []).map((each) => ({ ...each }));
  sendNodeStatus(state, ctx);
}

/** A node of this name exists: its labels become what they should be (reconcileNode's updateDefaultLabels). */
function adopt(state: KubeletState, object: Node, ctx: KubeletContext): void {
  const labels = nodeLabels(ctx.host, argsOf(ctx).node.labels);
  const there = object.metadata.labels ?? {};
  if (Object.entries(labels).every(([key, value]) => there[key] === value)) {
    registered(state, object, ctx);
    return;
  }
  askApi(
    state,
    { verb: 'patch', resource: NODES, name: ctx.host, patchType: 'merge', patch: { metadata: { labels } } },
    { to: 'node', step: 'update' },
    ctx,
    HEARTBEAT_TIMEOUT_MS,
  );
}

function registerLater({ node }: KubeletState, ctx: KubeletContext): void {
  node.retryMs = Math.min(node.retryMs === 0 ? FIRST_RETRY_MS : node.retryMs * 2, LONGEST_RETRY_MS);
  ctx.setTimer('node', node.retryMs, { to: 'node', step: 'register' });
}

function isReady(conditions: KubeletState['node']['conditions']): boolean {
  return isConditionTrue(conditions, 'Ready');
}
