import { describe, expect, it } from 'vitest';
import type { NewObject } from '../../api/object.ts';
import { CONFIG_MAPS, DEPLOYMENTS } from '../../api/resource.ts';
import type { ApiOutcome } from '../../client/api-client.ts';
import { type Step, stepDone } from './steps.ts';

const target = { resource: CONFIG_MAPS, namespace: 'default', name: 'settings' };
const object: NewObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };

const LOOK = { kind: 'look', target, object } as const;
const CREATE = { kind: 'create', target, object } as const;
const DELETE = { kind: 'delete', target } as const;
const SCALE = {
  kind: 'patch',
  target: { resource: DEPLOYMENTS, namespace: 'default', name: 'web' },
  patchType: 'merge',
  patch: {},
  subresource: 'scale',
  verb: 'scaled',
} as const;

const refused = (reason: Extract<ApiOutcome, { ok: false }>['reason'], message = 'why'): ApiOutcome => {
  return { ok: false, reason, message, mayHaveHappened: false };
};
const done: ApiOutcome = { ok: true, code: 200, object: {} as never };

describe('an answer', () => {
  it.each<
    [
      what: string,
      step: Exclude<Step, { kind: 'refuse' }>,
      ApiOutcome,
      again: boolean,
      means: ReturnType<typeof stepDone>,
    ]
  >([
    ['to a look: nothing is there', LOOK, refused('NotFound'), false, { next: [CREATE] }],
    ['to a creation', CREATE, done, false, { next: [], line: 'configmap/settings created' }],
    ['to a patch', SCALE, done, false, { next: [], line: 'deployment.apps/web scaled' }],
    [
      'to a creation: somebody else was faster',
      CREATE,
      refused('AlreadyExists'),
      false,
      { next: [], error: 'Error from server (AlreadyExists): why' },
    ],
    ['to a creation tried again: it may be our own', CREATE, refused('AlreadyExists'), true, { next: [LOOK] }],
    [
      'to a deletion: there is none',
      DELETE,
      refused('NotFound'),
      false,
      { next: [], error: 'Error from server (NotFound): why' },
    ],
    [
      'to a deletion tried again: it was done',
      DELETE,
      refused('NotFound'),
      true,
      { next: [], line: 'configmap "settings" deleted from default namespace' },
    ],
    [
      'of nobody',
      DELETE,
      refused('Unreachable', 'refused: no such process'),
      true,
      { next: [], error: 'The connection to the server was refused - did you specify the right host or port?' },
    ],
    [
      'that does not come',
      DELETE,
      refused('Unreachable', 'timeout: no reply in time'),
      true,
      { next: [], error: 'Unable to connect to the server: timeout: no reply in time' },
    ],
    [
      'about an invalid object',
      SCALE,
      refused('Invalid', 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1'),
      false,
      { next: [], error: 'The Deployment "web" is invalid: spec.replicas: Invalid value: -1' },
    ],
  ])('%s', (_, step, outcome, again, means) => {
    expect(stepDone(step, outcome, again)).toEqual(means);
  });
});
