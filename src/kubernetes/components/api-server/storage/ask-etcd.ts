/**
 * Questions to etcd. As upstream's client does, a question that certainly has not happened, or that changes nothing, is
 * asked again, at the next member; for any other, an answer that does not come is an error, and it may have happened
 * (etcd's client/v3/retry_interceptor.go).
 */
import type { Context, Response } from '../../../../sim/index.ts';
import type {
  EtcdRequest,
  EtcdResponse,
  OperationResponse,
  RangeResponse,
  TxnResponse,
} from '../../../protocol/etcd.ts';
import type { Question, Step, Then } from '../continuation.ts';
import type { ApiServerState } from '../server-state.ts';

/** How often a question is asked at most, and how long between. */
const MAX_TRIES = 20;
const ASK_AGAIN_AFTER_MS = 100;

type AnyResponse = OperationResponse | { readonly op: 'compact' | 'status' };

/** What came of a question. */
export type EtcdOutcome =
  | { readonly ok: true; readonly revision: number; readonly response: AnyResponse }
  | { readonly ok: false; readonly error: 'Compacted'; readonly message: string; readonly compactRevision: number }
  | { readonly ok: false; readonly error: 'Failed' | 'FutureRevision'; readonly message: string };

export function askEtcd(
  state: ApiServerState,
  ctx: Context<Then>,
  request: EtcdRequest,
  step: Step,
  deadlineUs: number,
): void {
  ask(state, ctx, { request, deadlineUs, tries: 0, step });
}

/** Puts the question; also when its time to be asked again has come. */
export function ask(state: ApiServerState, ctx: Context<Then>, question: Question): void {
  const { etcd, etcdTimeoutMs } = state.options;
  const to = etcd[state.member % etcd.length];
  if (to === undefined) throw new Error('The API server knows no member of etcd.');
  const leftMs = Math.max(1, Math.floor((question.deadlineUs - ctx.monotonic) / 1000));
  const then: Then = { kind: 'etcd', question };
  ctx.request(to, question.request, { timeoutMs: Math.min(etcdTimeoutMs, leftMs), then });
}

/** What an answer, or its absence, comes to. Undefined: it is asked again. */
export function etcdOutcome(
  state: ApiServerState,
  ctx: Context<Then>,
  message: Response<unknown, Then>,
  question: Question,
): EtcdOutcome | undefined {
  if (message.ok) {
    const body = message.body as EtcdResponse;
    if (body.ok) {
      const { response, header } = body;
      return { ok: true, revision: header.revision, response };
    }
    if (body.error === 'Compacted') {
      const { message: text, compactRevision = body.header.revision } = body;
      return { ok: false, error: 'Compacted', message: text, compactRevision };
    }
    if (body.error !== 'Unavailable') {
      const error = body.error === 'FutureRevision' ? body.error : 'Failed';
      return { ok: false, error, message: body.message };
    }
    return againOr(state, ctx, question, message.from, changes(question.request), body.message);
  }
  const mayHaveHappened = message.mayHaveHappened && changes(question.request);
  return againOr(state, ctx, question, message.from, mayHaveHappened, 'etcdserver: request timed out');
}

function againOr(
  state: ApiServerState,
  ctx: Context<Then>,
  question: Question,
  from: string,
  mayHaveHappened: boolean,
  message: string,
): EtcdOutcome | undefined {
  const { etcd } = state.options;
  // Of many questions that fail at one member, the first moves all to the next.
  if (etcd[state.member % etcd.length] === from) state.member++;
  const tries = question.tries + 1;
  const late = ctx.monotonic + ASK_AGAIN_AFTER_MS * 1000 >= question.deadlineUs;
  if (mayHaveHappened || tries >= MAX_TRIES || late) return { ok: false, error: 'Failed', message };
  ctx.setTimer(`ask-again/${state.nextNumber++}`, ASK_AGAIN_AFTER_MS, {
    kind: 'ask-again',
    question: { ...question, tries },
  });
  return undefined;
}

function changes(request: EtcdRequest): boolean {
  return request.op !== 'range' && request.op !== 'status';
}

/** The answer to a range. */
export function rangeOf(response: AnyResponse | undefined): RangeResponse {
  if (response === undefined || !('kvs' in response))
    throw new Error(`etcd was asked for a range and answered ${response?.op ?? 'nothing'}.`);
  return response;
}

/** The answer to a transaction. */
export function txnOf(response: AnyResponse | undefined): TxnResponse {
  if (response === undefined || !('succeeded' in response))
    throw new Error(`etcd was asked for a transaction and answered ${response?.op ?? 'nothing'}.`);
  return response;
}
