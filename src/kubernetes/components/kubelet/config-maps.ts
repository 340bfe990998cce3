/**
 * The config maps that pods name: read when a container is made, and good for a minute (the `Cache` strategy of
 * pkg/kubelet/util/manager/cache_based_manager.go; upstream's default watches each instead).
 */
import type { Response } from '../../../sim/index.ts';
import type { ConfigMap } from '../../api/object.ts';
import { CONFIG_MAPS } from '../../api/resource.ts';
import { apiAnswer, askApi } from './ask.ts';
import { configMapsOf, type FindConfigMap } from './environment.ts';
import type { KubeletContext, KubeletState, Then } from './kubelet-state.ts';
import type { PodWorker, Sync } from './pod-worker.ts';

/** Asks for those that are not at hand; how many answers are to come. */
export function readConfigMaps(state: KubeletState, worker: PodWorker, sync: Sync, ctx: KubeletContext): number {
  const { namespace = '' } = worker.pod.metadata;
  const names = configMapsOf(worker.pod).filter((name) => !isFresh(state, `${namespace}/${name}`, ctx));
  for (const name of names) {
    const then: Then = { to: 'config-map', key: `${namespace}/${name}`, uid: worker.uid, sync: sync.id };
    askApi(state, { verb: 'get', resource: CONFIG_MAPS, namespace, name, resourceVersion: '0' }, then, ctx);
  }
  return names.length;
}

/** Remembers an answer; false: there was none. */
export function configMapAnswered(
  state: KubeletState,
  { key }: Extract<Then, { to: 'config-map' }>,
  message: Response<unknown, Then>,
  ctx: KubeletContext,
): boolean {
  const outcome = apiAnswer(state, message);
  if (outcome.ok) state.configMaps.set(key, { object: outcome.object as ConfigMap, readAt: ctx.monotonic });
  else if (outcome.reason === 'NotFound') state.configMaps.set(key, { object: undefined, readAt: ctx.monotonic });
  return outcome.ok || outcome.reason === 'NotFound';
}

export function findConfigMap({ configMaps }: KubeletState, { pod }: PodWorker): FindConfigMap {
  return (name) => configMaps.get(`${pod.metadata.namespace ?? ''}/${name}`)?.object;
}

/** What does not exist may exist a moment later: only what was found is kept. */
function isFresh({ configMaps, settings }: KubeletState, key: string, ctx: KubeletContext): boolean {
  const cached = configMaps.get(key);
  if (cached?.object === undefined) return false;
  return ctx.monotonic - cached.readAt < settings.config.configMapCacheSeconds * 1_000_000;
}
