/** An actor that does what it is told from outside and logs, as text with the true time, all that befalls it. */
import type { Actor, Message } from '../../src/sim/kernel/actor.ts';
import type { Context, ProcessOptions } from '../../src/sim/kernel/context.ts';
import type { DiskOperation } from '../../src/sim/kernel/disk-operation.ts';

export type Command =
  | { readonly do: 'send'; readonly to: string; readonly body: unknown }
  | { readonly do: 'request'; readonly to: string; readonly body: unknown; readonly timeoutMs?: number }
  | { readonly do: 'open'; readonly to: string }
  | { readonly do: 'stream'; readonly body: unknown }
  | { readonly do: 'timer'; readonly key: string; readonly afterMs: number }
  /** Sends one datagram after the other for ever, so that there is always something to disturb. */
  | { readonly do: 'chatter'; readonly to: string; readonly everyMs: number }
  | { readonly do: 'disk'; readonly operation: DiskOperation; readonly disk?: string }
  | { readonly do: 'start'; readonly name: string; readonly options?: ProcessOptions }
  | { readonly do: 'kill'; readonly name: string }
  | { readonly do: 'exit'; readonly code: number };

export interface LogEntry {
  /** The host's two clocks in milliseconds. */
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly text: string;
}

export interface PuppetState {
  readonly log: LogEntry[];
  stream: number;
}

export const puppet: Actor<PuppetState, unknown, unknown> = {
  start: () => ({ log: [], stream: 0 }),
  receive(state, message, ctx) {
    if (message.type === 'message' && message.from === 'outside') obey(message.body as Command, state, ctx);
    else {
      state.log.push({ monotonicMs: ctx.monotonic / 1000, wallMs: ctx.now / 1000, text: textOf(message) });
      if (message.type === 'request') ctx.reply(message.id, `re: ${message.body}`);
      if (message.type === 'stream' && message.event === 'opened') state.stream = message.stream;
      if (message.type === 'timer' && typeof message.then === 'object') {
        state.log.pop();
        chatter(message.then as Extract<Command, { do: 'chatter' }>, ctx);
      }
    }
    return state;
  },
};

function obey(command: Command, state: PuppetState, ctx: Context): void {
  switch (command.do) {
    case 'send':
      ctx.send(command.to, command.body);
      return;
    case 'request': {
      const { timeoutMs } = command;
      ctx.request(command.to, command.body, timeoutMs === undefined ? {} : { timeoutMs });
      return;
    }
    case 'open':
      state.stream = ctx.openStream(command.to, 'open');
      return;
    case 'stream':
      ctx.streamSend(state.stream, command.body);
      return;
    case 'timer':
      ctx.setTimer(command.key, command.afterMs, command.key);
      return;
    case 'chatter':
      chatter(command, ctx);
      return;
    case 'disk':
      ctx.disk(command.operation, command.disk === undefined ? {} : { disk: command.disk });
      return;
    case 'start':
      ctx.startProcess(command.name, 'puppet', command.options);
      return;
    case 'kill':
      ctx.killProcess(command.name);
      return;
    case 'exit':
      ctx.exit(command.code);
      return;
    default:
      throw new Error(`A puppet cannot ${JSON.stringify(command satisfies never)}.`);
  }
}

function chatter(command: Extract<Command, { do: 'chatter' }>, ctx: Context): void {
  ctx.send(command.to, 'chatter');
  ctx.setTimer('chatter', command.everyMs, command);
}

function textOf(message: Message): string {
  switch (message.type) {
    case 'message':
      return `message ${message.body}`;
    case 'request':
      return `request ${message.body}`;
    case 'response':
      return message.ok
        ? `response ${message.body}`
        : `${message.failure}${message.mayHaveHappened ? ', may have happened' : ''}: ${message.reason}`;
    case 'timer':
      return `timer ${message.key}`;
    case 'stream':
      if (message.event === 'closed') return `stream closed: ${message.detail}`;
      return message.event === 'message' ? `stream message ${message.body}` : `stream ${message.event}`;
    case 'disk': {
      const { result } = message;
      if (!result.ok) return `disk ${result.error}`;
      return result.kind === 'read' ? `disk read ${[...result.bytes].join()}` : `disk ${result.kind}`;
    }
    case 'exit':
      return `exit of ${message.of}: ${message.reason} (${message.code})${message.restarts ? ', restarts' : ''}`;
    default:
      return message satisfies never;
  }
}
