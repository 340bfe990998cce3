/**
 * The actor contract: a synchronous, deterministic step over plain data.
 *
 * 1. No `await`, no promises, no callbacks held across messages: what must be remembered is in the state.
 * 2. The state is plain data (see plain-data.ts), owned by its actor, which may change it in place and returns it.
 * 3. A message body is deeply frozen; an actor may keep references to it.
 * 4. An actor acts only through its context, which records effects; they happen when `receive` returns.
 * 5. Time is `ctx.now`, chance is `ctx.random`; nothing else is nondeterministic (guard.ts makes sure).
 * 6. The outcome of a request or a disk operation arrives exactly once, as a message that carries `then`, a
 *    continuation as data.
 * 7. A thrown error is a panic, never a way to report an outcome: none of the step's effects happen, and the actor's
 *    supervision decides what goes down with it (`onPanic`).
 */
import type { Address, RequestId, StreamId } from './address.ts';
import type { Context } from './context.ts';
import type { DiskResult } from './disk-operation.ts';

/** A behaviour: the program that an actor runs. It holds no state of its own. */
export interface Actor<State = unknown, Body = unknown, Then = unknown> {
  /** The state with which it begins; effects are allowed. Also called at each restart: what a crash left is on disk. */
  start(ctx: Context<Then>): State;
  /** One step. Returns the state, which may be the same object. */
  receive(state: State, message: Message<Body, Then>, ctx: Context<Then>): State;
}

/** Programs by the name under which specs, spawns and snapshots refer to them. */
// biome-ignore lint/suspicious/noExplicitAny: programs of different state and message types share one table
export type Programs = Readonly<Record<string, Actor<any, any, any>>>;

/** Why a request failed. */
export type RequestFailure =
  /** Nobody there: unknown host or process, no such actor, a full queue, or the server's own refusal. */
  | 'refused'
  /** No reply in time. */
  | 'timeout'
  /** The connection broke, or was reset. */
  | 'disconnected';

/** What comes back from a request. */
export type Response<Body, Then> =
  | {
      readonly type: 'response';
      readonly from: Address;
      readonly then: Then;
      readonly ok: true;
      readonly body: Body;
    }
  | {
      readonly type: 'response';
      readonly from: Address;
      readonly then: Then;
      readonly ok: false;
      readonly failure: RequestFailure;
      /** For people: "no such host", "queue full", … */
      readonly reason: string;
      /** Whether the other side may have received the request. */
      readonly mayHaveHappened: boolean;
    };

/** Something that happened on a stream. */
export type StreamMessage<Body, Then> =
  /** The other side opened it; `body` is what it said in doing so. */
  | {
      readonly type: 'stream';
      readonly event: 'opened';
      readonly stream: StreamId;
      readonly from: Address;
      readonly body: Body;
    }
  | {
      readonly type: 'stream';
      readonly event: 'message';
      readonly stream: StreamId;
      readonly from: Address;
      readonly then: Then | undefined;
      readonly body: Body;
    }
  /** Everything that had been held back by flow control is on its way. */
  | {
      readonly type: 'stream';
      readonly event: 'drained';
      readonly stream: StreamId;
      readonly from: Address;
      readonly then: Then | undefined;
    }
  /** It is over: closed by the other side, refused, or its connection is gone. Nothing follows. */
  | {
      readonly type: 'stream';
      readonly event: 'closed';
      readonly stream: StreamId;
      readonly from: Address;
      readonly then: Then | undefined;
      readonly reason: StreamEnd;
      readonly detail: string;
    };

/** Why a stream ended. */
export type StreamEnd = 'closed' | 'refused' | 'disconnected';

/** A child actor, or a process started by this actor, has ended. */
export interface Exit {
  readonly type: 'exit';
  /** Its address. */
  readonly of: Address;
  readonly reason: 'panic' | 'exited' | 'killed';
  /** 0 for a regular end, otherwise as the program or the kill chose. */
  readonly code: number;
  readonly detail: string;
  /** Whether its supervision will start it again. */
  readonly restarts: boolean;
}

/** What an actor receives. */
export type Message<Body = unknown, Then = unknown> =
  /** A datagram, or a message from within the process. */
  | { readonly type: 'message'; readonly from: Address; readonly body: Body }
  | { readonly type: 'request'; readonly from: Address; readonly id: RequestId; readonly body: Body }
  | Response<Body, Then>
  | { readonly type: 'timer'; readonly key: string; readonly then: Then }
  | StreamMessage<Body, Then>
  | { readonly type: 'disk'; readonly disk: string; readonly then: Then; readonly result: DiskResult }
  | Exit;
