/**
 * Chatterboxes: actors that use everything that a context offers, at random.
 *
 * What they do depends on `ctx.random` and on what they have received, remembered and read, so that anything that a run, a
 * restore or an engine changes in any of it changes all that follows. Their deeds are in deeds.ts; this file is
 * what they remember, and how they react.
 *
 * 1. Each reaction causes less than one further message on average, so that talk dies down between two ticks.
 * 2. States are plain data without aliases: a body is kept in one place, and mutable data is copied.
 */
import type { Actor } from 'wavetank/sim';
import type { Chat, ChatterArgs, ChatterContext, ChatterMessage, ChatterState, Then } from './chat.ts';
import { deed } from './deeds.ts';

/** Talks with everybody, by every means. */
const chatterbox: Actor<ChatterState, Chat, Then> = {
  start(ctx) {
    const state = newState(ctx);
    const { everyMs } = ctx.args as ChatterArgs;
    ctx.setTimer('tick', ctx.random.uniform(0, everyMs));
    if (ctx.random.chance(0.3)) deed(state, ctx);
    if (ctx.random.chance(0.01)) throw new Error('a panic at the start');
    return state;
  },
  receive: react,
};

/** Keeps its books on disk, and acts on what it finds there; otherwise a chatterbox. */
const clerk: Actor<ChatterState, Chat, Then> = {
  start(ctx) {
    ctx.disk({ kind: 'list' }, { then: { about: 'boot', tried: 0 } });
    ctx.disk({ kind: 'read', file: 'f0', offset: 0 }, { then: { about: 'boot', tried: 1 } });
    ctx.setTimer('tick', (ctx.args as ChatterArgs).everyMs);
    return newState(ctx);
  },
  receive(state, message, ctx) {
    if (message.type === 'timer' && message.key === 'tick') {
      const file = `f${ctx.random.integer(0, 2)}`;
      ctx.disk({ kind: 'append', file, bytes: Uint8Array.of(state.steps & 255) }, { then: { about: file, tried: 0 } });
      if (ctx.random.chance(0.4)) ctx.disk({ kind: 'fsync', file }, { then: { about: file, tried: 1 } });
    }
    return react(state, message, ctx);
  },
};

/** Does one piece of work for its parent, tells it, and is stopped. */
const worker: Actor<{ result: number }, Chat, Then> = {
  start(ctx) {
    ctx.setTimer('work', ctx.random.exponential(3));
    return { result: ctx.random.integer(0, 99) };
  },
  receive(state, message, ctx) {
    if (message.type === 'timer') {
      if (ctx.random.chance(0.2)) throw new Error('work has failed');
      const parent = ctx.self.slice(0, ctx.self.lastIndexOf('/'));
      ctx.send(parent, { text: `done by ${ctx.self}`, number: state.result });
    }
    return state;
  },
};

export const chatterboxes = { chatterbox, clerk, worker };

function newState(ctx: ChatterContext): ChatterState {
  return {
    steps: 0,
    heard: new Map(),
    names: new Set([ctx.host]),
    bytes: new Uint8Array(8),
    tree: { depth: 0, children: [] },
    kept: null,
    frozen: undefined,
    streams: [],
    owed: [],
    open: [],
    operations: 0,
    register: 0,
  };
}

function react(state: ChatterState, message: ChatterMessage, ctx: ChatterContext): ChatterState {
  const { random } = ctx;
  state.steps++;
  remember(state, message);
  switch (message.type) {
    case 'message':
      if (message.body.text.startsWith('done by ')) ctx.stop(message.body.text.slice(`done by ${ctx.self}/`.length));
      else if (random.chance(0.3)) deed(state, ctx);
      break;
    case 'request':
      answer(state, message, ctx);
      break;
    case 'response': {
      const op = message.then.about === 'register' ? take(state.open, message.then.tried) : undefined;
      if (op !== undefined) {
        if (message.ok) ctx.note('ok', { op, output: message.body.number });
        else ctx.note(message.mayHaveHappened ? 'unknown' : 'fail', { op, why: message.reason });
      }
      if (!message.ok && message.then.tried < 2 && random.chance(0.5)) {
        const then = { about: `again ${message.failure}`, tried: message.then.tried + 1 };
        ctx.request(message.from, { text: message.reason, number: state.steps }, { timeoutMs: 20, then });
      }
      break;
    }
    case 'timer':
      if (message.key === 'tick') {
        ctx.setTimer('tick', (ctx.args as ChatterArgs).everyMs * random.uniform(0.5, 1.5));
        for (let deeds = random.integer(1, 3); deeds > 0; deeds--) deed(state, ctx);
      } else if (random.chance(0.5)) {
        deed(state, ctx);
      }
      break;
    case 'stream':
      if (message.event === 'opened') state.streams.push(message.stream);
      else if (message.event === 'closed') take(state.streams, message.stream);
      if (message.event !== 'closed' && random.chance(0.3)) {
        ctx.streamSend(message.stream, { text: message.event, number: ctx.streamBacklog(message.stream) });
      }
      break;
    case 'disk':
      if (!message.result.ok) ctx.note(message.result.error, message.result.message);
      else if (message.result.kind === 'read') state.bytes.set(message.result.bytes.subarray(0, 8));
      else if (message.result.kind === 'list') for (const file of message.result.files) state.names.add(file);
      else if (message.result.kind === 'stat') state.tree.depth = message.result.size;
      if (random.chance(0.2)) deed(state, ctx);
      break;
    case 'exit':
      ctx.note('exit', { of: message.of, reason: message.reason, code: message.code, restarts: message.restarts });
      if (random.chance(0.3)) deed(state, ctx);
      break;
    default:
      message satisfies never;
  }
  return state;
}

function remember(state: ChatterState, message: ChatterMessage): void {
  const from = 'from' in message ? message.from : message.type === 'timer' ? message.key : '';
  const key = `${message.type} ${from}`;
  const count = (state.heard.get(key) ?? 0) + 1;
  // A key that is heard often moves to the end: the order of the map says something too.
  if (count % 3 === 0) state.heard.delete(key);
  state.heard.set(key, count);
  state.bytes[state.steps % state.bytes.length] = count & 255;
  // What is frozen is sent as messages only, so that a body that is kept here is not the frozen one as well.
  if (message.type === 'request' && message.body.number % 3 === 0) state.kept = message.body;
  if (message.type === 'message' && message.body.number % 7 === 0) state.names.add(message.from);
  if (state.tree.children.length < 5)
    state.tree.children.push({ value: state.steps / 3, leaf: count > 2 ? true : undefined });
  else state.tree.children.splice(state.steps % 5, 1);
}

/** Now, later, never, twice, or not at all. */
function answer(
  state: ChatterState,
  { id, body }: Extract<ChatterMessage, { type: 'request' }>,
  ctx: ChatterContext,
): void {
  if (body.text === 'read' || body.text === 'write') {
    // The register is as linearizable as its host's disk is not asked.
    if (body.text === 'write') state.register = body.number;
    ctx.reply(id, { text: body.text, number: state.register });
    return;
  }
  switch (ctx.random.integer(0, 7)) {
    case 0:
      ctx.refuse(id, `refused after ${state.steps} steps`);
      break;
    case 1:
      state.owed.push(id);
      break;
    case 2:
      break;
    case 3:
      ctx.reply(id, { text: 'twice', number: 1 });
      ctx.reply(id, { text: 'twice', number: 2 });
      break;
    default:
      ctx.reply(id, { text: 'reply', number: body.number + 1, more: [ctx.now, ctx.monotonic, ctx.queueLength] });
  }
}

/** Removes an item from a list, and returns it if it was there. */
function take(list: number[], item: number): number | undefined {
  const at = list.indexOf(item);
  return at === -1 ? undefined : list.splice(at, 1)[0];
}
