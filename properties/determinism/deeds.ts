/** What a chatterbox does of its own accord: one of these, drawn by weight. */
import type { DiskOperation } from 'wavetank/sim';
import type { Chat, ChatterArgs, ChatterContext, ChatterState } from './chat.ts';

type Deed = (state: ChatterState, ctx: ChatterContext) => void;

/** Every method of the context is in here, or in chatterbox.ts. */
const DEEDS: readonly (readonly [weight: number, deed: Deed])[] = [
  [12, (state, ctx) => ctx.send(somebody(ctx), chat(state, ctx))],
  [4, (state, ctx) => ctx.broadcast([somebody(ctx), somebody(ctx), ctx.self, somebody(ctx)], chat(state, ctx))],
  [4, sendFrozen],
  [10, ask],
  [4, useRegister],
  [3, (state, ctx) => settleDebts(state, ctx)],
  [8, openStream],
  [8, useStream],
  [2, (_, ctx) => ctx.disconnect(somebody(ctx), channel(ctx))],
  [6, spawnChild],
  [2, (_, ctx) => ctx.stop(child(ctx))],
  [2, startProcess],
  [1, (_, ctx) => ctx.killProcess(ctx.random.choice(['p0', 'p1', 'x0', 'x1']), ctx.random.integer(0, 2))],
  [12, (state, ctx) => useDisk(state, ctx)],
  [5, setTimers],
  [4, (state, ctx) => ctx.note(`note-${state.steps % 3}`, chat(state, ctx))],
  [1, panic],
  [0.5, (_, ctx) => ctx.exit(ctx.random.integer(0, 1))],
];

const WEIGHTS = DEEDS.map(([weight]) => weight);

export function deed(state: ChatterState, ctx: ChatterContext): void {
  ctx.random.weightedChoice(DEEDS, WEIGHTS)[1](state, ctx);
}

/** Mostly an actor that is there, sometimes nobody. */
function somebody({ random, args, self, process }: ChatterContext): string {
  const { addresses, hosts } = args as ChatterArgs;
  switch (random.integer(0, 11)) {
    case 0:
      return random.choice([
        'nowhere',
        'no-such-host/p0',
        `${random.choice(hosts)}/no-such-process`,
        `${process}/none`,
      ]);
    case 1:
      return `${random.choice(addresses)}/k${random.integer(0, 2)}`;
    case 2:
      return `${random.choice(hosts)}/x${random.integer(0, 1)}`;
    case 3:
      return `${self}/k${random.integer(0, 2)}`;
    case 4:
      return process;
    default:
      return random.choice(addresses);
  }
}

/** A body of any shape of plain data. */
function chat(state: ChatterState, ctx: ChatterContext): Chat {
  const text = `${ctx.self} at ${ctx.monotonic}`;
  const number = ctx.random.integer(0, 1000);
  switch (number % 6) {
    case 0:
      return {
        text,
        number,
        more: new Map<unknown, unknown>([
          [number, [...state.heard.keys()]],
          ['set', new Set(state.names)],
        ]),
      };
    case 1:
      return { text, number, more: state.bytes };
    case 2:
      return { text, number, more: { wall: ctx.now, tree: state.tree, half: number / 2, none: undefined, no: null } };
    case 3:
      // A shape of its own, of which the codec learns more as the run goes on.
      return {
        text,
        number,
        more: { [`key-${number % 40}`]: number, [`other-${state.steps % 10}`]: 2 ** 40 + number },
      };
    case 4:
      return { text: text.repeat(1 + (number % 20)), number, more: state.kept };
    default:
      return { text, number };
  }
}

/** Freezes a body, keeps it, and sends it again and again. */
function sendFrozen(state: ChatterState, ctx: ChatterContext): void {
  if (state.frozen === undefined || ctx.random.chance(0.3)) state.frozen = ctx.freeze(chat(state, ctx));
  ctx.broadcast([somebody(ctx), somebody(ctx)], state.frozen);
  ctx.send(somebody(ctx), state.frozen);
}

function ask(state: ChatterState, ctx: ChatterContext): void {
  const then = { about: 'ask', tried: 0, marks: new Set([ctx.self, `${state.steps}`]) };
  const { random } = ctx;
  ctx.request(somebody(ctx), chat(state, ctx), {
    then,
    channel: channel(ctx),
    ...(random.chance(0.6) ? { timeoutMs: random.exponential(30) } : {}),
  });
}

/** The first process of the world holds a register; operations on it are noted. */
function useRegister(state: ChatterState, ctx: ChatterContext): void {
  const op = ++state.operations;
  const value = ctx.random.integer(1, 5);
  const type = ctx.random.choice(['read', 'write']);
  ctx.note('invoke', { op, input: type === 'read' ? { type } : { type, value } });
  state.open.push(op);
  const [first] = (ctx.args as ChatterArgs).addresses as readonly [string];
  ctx.request(first, { text: type, number: value }, { timeoutMs: 50, then: { about: 'register', tried: op } });
}

function settleDebts(state: ChatterState, ctx: ChatterContext): void {
  for (const id of state.owed.splice(0)) {
    if (ctx.random.chance(0.7)) ctx.reply(id, { text: 'late', number: id });
    else ctx.refuse(id, 'late');
  }
  if (ctx.random.chance(0.1)) ctx.reply(999, { text: 'to nobody', number: 0 });
}

function openStream(state: ChatterState, ctx: ChatterContext): void {
  const options = { then: { about: 'stream', tried: state.steps }, channel: channel(ctx) };
  const window = ctx.random.integer(1, 4);
  const stream = ctx.openStream(
    somebody(ctx),
    chat(state, ctx),
    ctx.random.chance(0.8) ? { ...options, window } : options,
  );
  state.streams.push(stream);
  for (let count = ctx.random.integer(0, 6); count > 0; count--)
    ctx.streamSend(stream, { text: 'first', number: count });
}

function useStream(state: ChatterState, ctx: ChatterContext): void {
  const stream = state.streams.length === 0 ? 1 : ctx.random.choice(state.streams);
  for (let count = ctx.random.integer(0, 5); count > 0; count--) ctx.streamSend(stream, chat(state, ctx));
  if (ctx.random.chance(0.3)) ctx.closeStream(stream);
}

function spawnChild(state: ChatterState, ctx: ChatterContext): void {
  const { random } = ctx;
  const name = child(ctx);
  // A name that is taken is a panic, which should happen, but seldom.
  if (state.names.has(name) && random.chance(0.9)) {
    state.names.delete(name);
    ctx.stop(name);
  }
  state.names.add(name);
  const deep = ctx.self.split('/').length > 3;
  const to = ctx.spawn(name, deep || random.chance(0.5) ? 'worker' : 'chatterbox', {
    args: ctx.args,
    ...(random.chance(0.85) ? { onPanic: random.choice(['stop', 'restart', 'restart', 'restart-all'] as const) } : {}),
    ...(random.chance(0.7)
      ? { backoff: { initialMs: random.integer(0, 20), factor: 2, maxMs: 100, resetAfterMs: random.integer(1, 100) } }
      : {}),
  });
  if (random.chance(0.5)) ctx.send(to, chat(state, ctx));
}

function startProcess(state: ChatterState, ctx: ChatterContext): void {
  const { random } = ctx;
  const name = `x${random.integer(0, 1)}`;
  if (random.chance(0.5)) ctx.killProcess(name, random.integer(0, 1));
  ctx.startProcess(name, random.choice(['chatterbox', 'clerk']), {
    args: { ...(ctx.args as ChatterArgs), everyMs: 40 + (state.steps % 50) },
    ...(random.chance(0.6) ? { restart: random.choice(['always', 'on-failure', 'never'] as const) } : {}),
    ...(random.chance(0.3) ? { service: { time: { exponential: { meanMs: 2 } }, queueLimit: 2 } } : {}),
  });
}

function useDisk(state: ChatterState, ctx: ChatterContext): void {
  const { random } = ctx;
  for (let count = random.integer(1, 3); count > 0; count--) {
    const operation = diskOperation(state, ctx);
    const then = { about: operation.kind, tried: count };
    ctx.disk(operation, random.chance(0.1) ? { then, disk: random.choice(['d0', 'd1', 'none']) } : { then });
  }
}

function diskOperation(state: ChatterState, { random }: ChatterContext): DiskOperation {
  const file = `f${random.integer(0, 3)}`;
  const bytes = state.bytes.slice(0, random.integer(0, 8));
  switch (random.integer(0, 11)) {
    case 0:
      return { kind: 'write', file, offset: random.integer(0, 40), bytes };
    case 1:
      return { kind: 'read', file, offset: random.integer(0, 9), length: random.integer(0, 20) };
    case 2:
      return { kind: 'truncate', file, size: random.integer(0, 30) };
    case 3:
    case 4:
      return { kind: 'fsync', file };
    case 5:
      return { kind: 'fsyncDirectory' };
    case 6:
      return { kind: 'rename', from: file, to: `f${random.integer(0, 3)}` };
    case 7:
      return { kind: 'remove', file };
    case 8:
      return { kind: 'list', ...(random.chance(0.5) ? { prefix: 'f1' } : {}) };
    case 9:
      return { kind: 'stat', file: random.chance(0.1) ? '' : file };
    default:
      return { kind: 'append', file, bytes };
  }
}

function setTimers(state: ChatterState, ctx: ChatterContext): void {
  const { random } = ctx;
  for (let count = random.integer(1, 3); count > 0; count--) {
    const key = `t${random.integer(0, 4)}`;
    // Many are due at one time, so that their ties matter.
    const afterMs = random.chance(0.5) ? random.integer(0, 5) * 10 : random.uniform(0, 60);
    ctx.setTimer(key, afterMs, { about: key, tried: state.steps });
  }
  if (random.chance(0.4)) ctx.cancelTimer(`t${random.integer(0, 4)}`);
}

function panic(state: ChatterState, ctx: ChatterContext): void {
  ctx.send(somebody(ctx), { text: 'never sent', number: 0 });
  state.names.add('panicked');
  throw new Error(`a panic of ${ctx.self} in step ${state.steps}`);
}

/** A name that a child may have. */
function child({ random }: ChatterContext): string {
  return `k${random.integer(0, 2)}`;
}

function channel({ random }: ChatterContext): string {
  return random.chance(0.7) ? '' : 'bulk';
}
