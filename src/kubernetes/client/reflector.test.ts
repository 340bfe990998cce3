/** client-go/tools/cache/reflector_test.go: which resource versions lists ask for. */
import { describe, expect, it } from 'vitest';
import { type Actor, World } from '../../sim/index.ts';
import { PODS } from '../api/resource.ts';
import { failureStatus, type Status } from '../api/status.ts';
import type { ApiResponse, ListRequest, WatchEvent } from '../protocol/api.ts';
import { Informers, type InformersState, informerViews } from './informers.ts';

const INFORMERS = new Informers({ pods: { resource: PODS } });

const client: Actor<InformersState> = {
  start: (ctx) => INFORMERS.start(ctx, { servers: ['s/main'], user: 'test' }),
  receive: (state, message, ctx) => {
    INFORMERS.receive(state, message, ctx);
    return state;
  },
};

const ok = (resourceVersion: string): ApiResponse => {
  return { code: 200, object: { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion }, items: [] } };
};
const refused = (object: Status): ApiResponse => ({ code: object.code, object });

/** Answers lists in turn, and ends every watch with this error; the last watch is left open. */
async function listsOf(answers: readonly ApiResponse[], watchError: Status): Promise<{ asked: string[]; has: string }> {
  const asked: string[] = [];
  const server: Actor<{ lists: number }> = {
    start: () => ({ lists: 0 }),
    receive: (state, message, ctx) => {
      if (message.type === 'request') {
        asked.push((message.body as ListRequest).resourceVersion ?? '');
        ctx.reply(message.id, answers[state.lists++] ?? refused(failureStatus('InternalError', 'no more answers')));
      }
      if (message.type === 'stream' && message.event === 'opened' && state.lists < answers.length) {
        ctx.streamSend(message.stream, { type: 'ERROR', object: watchError } satisfies WatchEvent);
        ctx.closeStream(message.stream);
      }
      return state;
    },
  };
  const world = new World({
    seed: 1,
    programs: { server, client },
    hosts: [
      { name: 's', processes: [{ name: 'main', program: 'server' }] },
      { name: 'c', processes: [{ name: 'main', program: 'client' }] },
    ],
  });
  await world.run({ untilMs: 60_000 });
  const view = informerViews(world.view.state('c/main') as InformersState).get('pods');
  return { asked, has: view?.lastResourceVersion ?? '' };
}

const EXPIRED = failureStatus('Expired', 'too old resource version');

describe('a reflector', () => {
  // TestReflectorFullListIfTooLarge
  it('asks for the newest if a server has not seen its version yet, in whichever way that is said', async () => {
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    const { asked, has } = await listsOf(
      [
        ok('20'),
        refused(failureStatus('Timeout', 'a new form', { causes })),
        ok('30'),
        refused(failureStatus('Timeout', 'Timeout: Too large resource version: 30, current: 20')),
        ok('40'),
        refused(failureStatus('Timeout', 'Too large resource version')),
        ok('50'),
      ],
      EXPIRED,
    );
    expect(asked).toEqual(['0', '20', '', '30', '', '40', '']);
    expect(has).toBe('50');
  });

  // TestReflectorFullListIfExpired
  it('asks for the newest if its version has expired', async () => {
    const { asked } = await listsOf([ok('20'), refused(EXPIRED), ok('30')], EXPIRED);
    expect(asked).toEqual(['0', '20', '']);
  });

  it('refuses a list that is older than it asked for, and lets the newest go back', async () => {
    const back = await listsOf([ok('20'), ok('10'), ok('21')], EXPIRED);
    expect(back).toEqual({ asked: ['0', '20', '20'], has: '21' });
    const restored = await listsOf([ok('20'), refused(EXPIRED), ok('5')], EXPIRED);
    expect(restored).toEqual({ asked: ['0', '20', ''], has: '5' });
  });

  it('tries again after any other refusal, for the same version', async () => {
    const { asked, has } = await listsOf(
      [
        refused(failureStatus('InternalError', 'etcd is away')),
        ok('7'),
        refused(failureStatus('Forbidden', 'no')),
        ok('8'),
      ],
      failureStatus('InternalError', 'etcd is away'),
    );
    expect(asked).toEqual(['0', '0', '7', '7']);
    expect(has).toBe('8');
  });
});
