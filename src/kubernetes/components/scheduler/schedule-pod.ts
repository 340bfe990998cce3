/**
 * One scheduling cycle: filter, score, choose. A pure function of the pod, the nodes, and chance, which only decides
 * between equals. Upstream: pkg/scheduler/schedule_one.go (schedulePod, findNodesThatFitPod, prioritizeNodes, selectHost).
 */
import type { RandomStream } from '../../../sim/index.ts';
import type { Pod } from '../../api/object.ts';
import type { Plugin, Verdict } from './framework.ts';
import type { NodeInfo } from './node-info.ts';

export type Decision =
  | { readonly ok: true; readonly node: string; readonly evaluated: number; readonly feasible: number }
  /** By node: the plugin that rejected it, and why. */
  | { readonly ok: false; readonly rejections: ReadonlyMap<string, Rejection>; readonly evaluated: number };

export interface Rejection {
  readonly plugin: string;
  readonly verdict: Exclude<Verdict, { code: 'Success' }>;
}

export interface CycleOptions {
  /** Where in the list the search begins, so that all nodes are looked at equally often. */
  readonly startAt: number;
  /** In percent; 0: adaptive. */
  readonly percentageOfNodesToScore: number;
}

export function schedulePod(
  pod: Pod,
  nodes: readonly NodeInfo[],
  plugins: readonly Plugin[],
  options: CycleOptions,
  random: RandomStream,
): Decision {
  const rejections = new Map<string, Rejection>();
  const feasible: NodeInfo[] = [];
  const wanted = nodesToFind(nodes.length, options.percentageOfNodesToScore);
  let evaluated = 0;
  for (; evaluated < nodes.length && feasible.length < wanted; evaluated++) {
    const info = nodes[(options.startAt + evaluated) % nodes.length];
    if (info === undefined) break;
    const rejection = filterNode(pod, info, plugins);
    if (rejection === undefined) feasible.push(info);
    else rejections.set(info.name, rejection);
  }
  if (feasible.length === 0) return { ok: false, rejections, evaluated };
  const [only] = feasible;
  const node = feasible.length === 1 && only !== undefined ? only.name : best(pod, feasible, plugins, random);
  return { ok: true, node, evaluated, feasible: feasible.length };
}

const MIN_FEASIBLE_NODES = 100;
const MIN_PERCENTAGE = 5;

/** How many feasible nodes are enough (numFeasibleNodesToFind). */
export function nodesToFind(count: number, percentage: number): number {
  if (count < MIN_FEASIBLE_NODES) return count;
  const used = percentage === 0 ? Math.max(50 - Math.floor(count / 125), MIN_PERCENTAGE) : percentage;
  return Math.max(Math.floor((count * used) / 100), MIN_FEASIBLE_NODES);
}

function filterNode(pod: Pod, info: NodeInfo, plugins: readonly Plugin[]): Rejection | undefined {
  for (const plugin of plugins) {
    const verdict = plugin.filter?.(pod, info);
    if (verdict !== undefined && verdict.code !== 'Success') return { plugin: plugin.name, verdict };
  }
  return undefined;
}

/** The weighted sum of each feasible node's normalized scores, in their order. */
export function scoreNodes(pod: Pod, feasible: readonly NodeInfo[], plugins: readonly Plugin[]): number[] {
  const totals = feasible.map(() => 0);
  for (const plugin of plugins) {
    if (plugin.score === undefined) continue;
    const raw = feasible.map((info) => plugin.score?.(pod, info) ?? 0);
    const normalized = plugin.normalize?.(raw) ?? raw;
    normalized.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + score * (plugin.weight ?? 1);
    });
  }
  return totals;
}

function best(pod: Pod, feasible: readonly NodeInfo[], plugins: readonly Plugin[], random: RandomStream): string {
  const totals = scoreNodes(pod, feasible, plugins);
  const highest = Math.max(...totals);
  const winners = feasible.filter((_, index) => totals[index] === highest);
  return random.choice(winners).name;
}
