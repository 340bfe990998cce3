/**
 * A stage for tests: hosts whose process `main` runs a probe, an actor that writes down what it hears and does what the
 * test tells it. Every packet takes exactly 1 ms between hosts, unless the test says otherwise.
 */
import type { Actor, Message } from '../src/sim/kernel/actor.ts';
import type { Context } from '../src/sim/kernel/context.ts';
import type { ProcessSpec } from '../src/sim/kernel/process-spec.ts';
import type { NetworkSpec } from '../src/sim/network/network-spec.ts';
import { World } from '../src/sim/world/world.ts';
import type { HostSpec, WorldSpec } from '../src/sim/world/world-spec.ts';

export interface Heard {
  /** True time in milliseconds. */
  readonly atMs: number;
  readonly who: string;
  readonly message: Message | { readonly type: 'start' };
}

/** What a probe does besides listening. */
export type React = (message: Heard['message'], ctx: Context) => void;

export interface StageOptions extends Partial<Omit<WorldSpec, 'hosts' | 'programs'>> {
  /** Names, or whole specs. Default: a, b. */
  readonly hosts?: readonly (string | HostSpec)[];
  /** What is special about every `main`. */
  readonly main?: Partial<ProcessSpec>;
  /** Reactions by program; `probe` is what `main` runs. */
  readonly react?: Readonly<Record<string, React>>;
  readonly programs?: WorldSpec['programs'];
}

const MS = { latency: { constant: 1 } };
export const QUIET: NetworkSpec = { zone: MS, region: MS, world: MS };

export class Stage {
  readonly world: World;
  readonly heard: Heard[] = [];
  readonly #acts: ((ctx: Context) => void)[] = [];

  constructor(options: StageOptions = {}) {
    const { hosts = ['a', 'b'], main, react = {}, programs = {}, network, ...rest } = options;
    const probes: Record<string, Actor> = { probe: this.#probe(react.probe) };
    for (const [name, each] of Object.entries(react)) probes[name] = this.#probe(each);
    this.world = new World({
      seed: 'stage',
      trace: { keep: 'full' },
      ...rest,
      network: { ...QUIET, ...network },
      programs: { ...probes, ...programs },
      hosts: hosts.map((host) => {
        const spec = typeof host === 'string' ? { name: host } : host;
        return { processes: [{ name: 'main', program: 'probe', ...main }], ...spec };
      }),
    });
  }

  /** Has an actor do something, in a step of its own, as soon as the world runs on. */
  tell(who: string, act: (ctx: Context) => void): void {
    this.world.post(who, { act: this.#acts.push(act) - 1 });
  }

  /** Has it done now. */
  async act(who: string, act: (ctx: Context) => void): Promise<void> {
    this.tell(who, act);
    await this.world.run({ forMs: 0 });
  }

  /** What an actor has heard, without the starts. */
  of(who: string): Message[] {
    return this.heard.flatMap(({ who: by, message }) => (by === who && message.type !== 'start' ? [message] : []));
  }

  /** What an actor has heard of one kind. */
  all<Type extends Message['type']>(who: string, type: Type): Extract<Message, { type: Type }>[] {
    return this.of(who).filter((message): message is Extract<Message, { type: Type }> => message.type === type);
  }

  /** The bodies of the messages of one kind that an actor has heard. */
  bodies(who: string, type: 'message' | 'request' | 'response' | 'stream' = 'message'): unknown[] {
    return this.all(who, type).flatMap((message) => ('body' in message ? [message.body] : []));
  }

  starts(who: string): number[] {
    return this.heard.filter((each) => each.who === who && each.message.type === 'start').map(({ atMs }) => atMs);
  }

  /** Why messages were dropped so far. */
  drops(): string[] {
    return [...this.world.trace()].filter(({ kind }) => kind === 'drop').map(({ detail }) => String(detail));
  }

  panics(): string[] {
    return this.world.report().panics.map(({ message }) => message);
  }

  #probe(react: React | undefined): Actor<{ steps: number }> {
    const hear = (message: Heard['message'], ctx: Context): void => {
      this.heard.push({ atMs: this.world?.nowMs ?? 0, who: ctx.self, message });
      react?.(message, ctx);
    };
    return {
      start: (ctx) => {
        hear({ type: 'start' }, ctx);
        return { steps: 0 };
      },
      receive: (state, message, ctx) => {
        state.steps++;
        if (message.type === 'message' && message.from === 'outside') {
          this.#acts[(message.body as { act: number }).act]?.(ctx);
        } else hear(message, ctx);
        return state;
      },
    };
  }
}
