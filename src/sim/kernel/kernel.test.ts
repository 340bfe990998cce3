/** The actor contract, as each clause of it can be broken. */
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../test/probe.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';

/** A program whose state or step is what the test says. */
function program(start: () => unknown, receive: (state: unknown, ctx: Context) => unknown = (state) => state): Actor {
  return { start, receive: (state, _, ctx) => receive(state, ctx) };
}

async function panicsOf(odd: Actor, options: { paranoid?: boolean; steps?: number } = {}): Promise<string[]> {
  const { paranoid = false, steps = 1 } = options;
  const main = { name: 'main', program: 'odd', restart: 'never' as const };
  const stage = new Stage({ hosts: [{ name: 'a', processes: [main] }], programs: { odd }, paranoid });
  for (let i = 0; i < steps; i++) stage.world.post('a/main', i);
  await stage.world.run({ forMs: 1 });
  return stage.panics();
}

async function panicOf(act: (ctx: Context) => void): Promise<string | undefined> {
  const stage = new Stage();
  await stage.act('a/main', act);
  return stage.panics()[0];
}

describe('a step', () => {
  it('has effects after it, in the order in which it asked for them', async () => {
    const seen: string[] = [];
    const stage = new Stage({ react: { child: ({ type }) => void seen.push(type) } });
    await stage.act('a/main', (ctx) => {
      ctx.spawn('child', 'child');
      ctx.send('a/main/child', 1);
      ctx.stop('child');
      ctx.spawn('child', 'child');
      ctx.send('a/main/child', 2);
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['start', 'message']);
    expect(stage.bodies('a/main/child')).toEqual([2]);
  });

  it('has no effects at all if it throws', async () => {
    const stage = new Stage({ main: { backoff: { initialMs: 1000, factor: 1, maxMs: 1000, resetAfterMs: 1 } } });
    await stage.act('a/main', (ctx) => {
      ctx.send('b/main', 1);
      ctx.request('b/main', 2);
      ctx.openStream('b/main', 3);
      ctx.setTimer('t', 1);
      ctx.spawn('child', 'probe');
      ctx.startProcess('other', 'probe');
      ctx.note('n');
      ctx.exit(0);
      throw new Error('never mind');
    });
    await stage.world.run({ forMs: 100 });
    expect(stage.of('b/main')).toEqual([]);
    expect(stage.panics()).toEqual(['never mind']);
    expect([...stage.world.view.processes.keys()]).toEqual(['a/main', 'b/main']);
    expect([...stage.world.trace()].filter(({ kind }) => kind === 'note')).toEqual([]);
  });

  it('has none of the effects that it asked for after its own exit', async () => {
    const stage = new Stage({ main: { restart: 'never' } });
    await stage.act('a/main', (ctx) => {
      ctx.send('b/main', 'before');
      ctx.exit(0);
      ctx.send('b/main', 'after');
    });
    await stage.world.run({ forMs: 100 });
    expect(stage.bodies('b/main')).toEqual(['before']);
  });

  it.each<[what: string, receive: () => unknown, found: RegExp]>([
    ['nothing', () => undefined, /returned no state from receive \(message\)/],
    ['a promise', async () => ({}), /returned a promise from receive/],
  ])('that returns %s is a panic', async (_, receive, found) => {
    expect(await panicsOf(program(() => ({}), receive))).toEqual([expect.stringMatching(found)]);
  });

  it.each<[what: string, start: () => unknown, found: RegExp]>([
    ['nothing', () => undefined, /returned no state from start/],
    ['a promise', async () => ({}), /returned a promise from start/],
    ['a function in it', () => ({ deep: [{ f: () => 1 }] }), /The state of a\/main at \.deep\[0\]\.f .*a function/],
    ['a Date in it', () => new Map([['k', new Date(0)]]), /The state of a\/main at \.get\(k\) .*Date/],
  ])('that starts with %s is a panic', async (_, start, found) => {
    expect(await panicsOf(program(start))).toEqual([expect.stringMatching(found)]);
  });

  it('may return null as its state, or another state each time', async () => {
    expect(await panicsOf(program(() => null))).toEqual([]);
    expect(
      await panicsOf(
        program(
          () => 0,
          (state) => (state as number) + 1,
        ),
        { steps: 3 },
      ),
    ).toEqual([]);
  });

  it('panics in paranoid mode as soon as the state is not plain, and not only at a snapshot', async () => {
    const odd = program(
      () => ({ list: [] as unknown[] }),
      (state) => {
        (state as { list: unknown[] }).list.push(() => 1);
        return state;
      },
    );
    expect(await panicsOf(odd, { paranoid: true })).toEqual([expect.stringMatching(/\.list\[0\] .*a function/)]);
    expect(await panicsOf(odd)).toEqual([]);
  });

  it('panics in paranoid mode when one mutable thing of the state is reachable by two ways', async () => {
    const odd = program(() => {
      const shared = { n: 1 };
      return { one: shared, other: { same: shared } };
    });
    expect(await panicsOf(odd, { paranoid: true })).toEqual([expect.stringMatching(/\.other\.same .*two ways/)]);
  });

  it('may keep one message body in two places, also in paranoid mode', async () => {
    const keeper: Actor<{ kept: unknown[] }> = {
      start: () => ({ kept: [] }),
      receive: (state, message) => {
        if (message.type === 'message') state.kept.push(message.body, { again: message.body });
        return state;
      },
    };
    const main = { name: 'main', program: 'keeper' };
    const stage = new Stage({ hosts: [{ name: 'a', processes: [main] }], programs: { keeper }, paranoid: true });
    stage.world.post('a/main', { map: new Map([['k', new Set([1])]]), list: [{ a: 1 }] });
    await stage.world.run({ forMs: 1 });
    expect(stage.panics()).toEqual([]);
    expect((stage.world.view.state('a/main') as { kept: unknown[] }).kept).toHaveLength(2);
  });
});

describe('a body that is not plain', () => {
  const odd = { pods: [{ at: new Date(0) }] };
  it.each<[how: string, act: (ctx: Context) => void]>([
    ['sent', (ctx) => ctx.send('b/main', odd)],
    ['sent within the process', (ctx) => ctx.send('a/main', odd)],
    ['broadcast', (ctx) => ctx.broadcast(['b/main'], odd)],
    ['frozen', (ctx) => void ctx.freeze(odd)],
    ['requested with', (ctx) => ctx.request('b/main', odd)],
    ['replied', (ctx) => ctx.reply(1, odd)],
    ['opened a stream with', (ctx) => void ctx.openStream('b/main', odd)],
    ['sent on a stream', (ctx) => ctx.streamSend(1, odd)],
    ['noted', (ctx) => ctx.note('n', odd)],
    ['given to come back from a request', (ctx) => ctx.request('b/main', 1, { then: odd })],
    ['given to come back from a timer', (ctx) => ctx.setTimer('t', 1, odd)],
    ['given to come back from a disk', (ctx) => ctx.disk({ type: 'read', file: 'f' } as never, { then: odd })],
    ['given to a child', (ctx) => void ctx.spawn('child', 'probe', { args: odd })],
    ['given to a process', (ctx) => void ctx.startProcess('other', 'probe', { args: odd })],
  ])('is a panic when it is %s, and names where it is not', async (_, act) => {
    expect(await panicOf(act)).toMatch(/a\/main at \.pods\[0\]\.at is not plain data: an instance of Date/);
  });
});

describe('a context', () => {
  it.each<[what: string, use: (ctx: Context) => unknown]>([
    ['send', (ctx) => ctx.send('b/main', 1)],
    ['broadcast', (ctx) => ctx.broadcast([], 1)],
    ['freeze', (ctx) => ctx.freeze({ unseen: 1 })],
    ['request', (ctx) => ctx.request('b/main', 1)],
    ['reply', (ctx) => ctx.reply(1, 1)],
    ['refuse', (ctx) => ctx.refuse(1, 'no')],
    ['open a stream', (ctx) => ctx.openStream('b/main', { unseen: 1 })],
    ['send on a stream', (ctx) => ctx.streamSend(1, 1)],
    ['close a stream', (ctx) => ctx.closeStream(1)],
    ['disconnect', (ctx) => ctx.disconnect('b/main')],
    ['set a timer', (ctx) => ctx.setTimer('t', 1)],
    ['cancel a timer', (ctx) => ctx.cancelTimer('t')],
    ['use a disk', (ctx) => ctx.disk({ type: 'read', file: 'f' } as never)],
    ['spawn', (ctx) => ctx.spawn('c', 'probe')],
    ['stop', (ctx) => ctx.stop('c')],
    ['start a process', (ctx) => ctx.startProcess('p', 'probe')],
    ['kill a process', (ctx) => ctx.killProcess('p')],
    ['exit', (ctx) => ctx.exit()],
    ['note', (ctx) => ctx.note('n', { unseen: 1 })],
  ])('cannot be used outside its step: %s', async (_, use) => {
    const kept: Context[] = [];
    const stage = new Stage();
    const other = new Stage();
    await stage.act('a/main', (ctx) => void kept.push(ctx));
    await other.act('a/main', () => {});
    const outside = kept[0] as Context;
    expect(() => use(outside)).toThrow(/outside its step/);
    // Nor while another actor steps; and it changes nothing for the run.
    await stage.act('b/main', () => expect(() => use(outside)).toThrow(/outside its step/));
    await other.act('b/main', () => {});
    for (const each of [stage, other])
      await each.act('a/main', (ctx) => void ctx.openStream('b/main', { unseen: { more: 1 } }));
    for (const each of [stage, other]) await each.world.run({ forMs: 10 });
    expect(stage.world.digest).toBe(other.world.digest);
  });

  it('cannot be used any more when its actor has ended', async () => {
    const kept: Context[] = [];
    const stage = new Stage({ react: { child: (_, ctx) => void kept.push(ctx) } });
    await stage.act('a/main', (ctx) => void ctx.spawn('child', 'child'));
    await stage.act('a/main', (ctx) => ctx.stop('child'));
    expect(() => kept[0]?.send('b/main', 1)).toThrow(/outside its step/);
  });

  it('knows where its actor is', async () => {
    const found: unknown[] = [];
    const stage = new Stage({
      react: { child: (_, { self, process, host, args }) => void found.push({ self, process, host, args }) },
    });
    await stage.act('a/main', (ctx) => void ctx.spawn('child', 'child', { args: { x: 1 } }));
    expect(found).toEqual([{ self: 'a/main/child', process: 'a/main', host: 'a', args: { x: 1 } }]);
  });

  it.each<[what: string, act: (ctx: Context) => void, found: RegExp]>([
    ['a program that there is not', (ctx) => void ctx.spawn('c', 'prob'), /no program "prob"; did you mean "probe"/],
    ['a process of no program', (ctx) => void ctx.startProcess('p', 'prob'), /no program "prob"/],
    ['a name with a slash', (ctx) => void ctx.spawn('c/d', 'probe'), /not a name/],
    ['a process without a name', (ctx) => void ctx.startProcess('', 'probe'), /not a name/],
    ['a negative delay', (ctx) => ctx.setTimer('t', -1), /afterMs/],
    ['a delay that is no number', (ctx) => ctx.setTimer('t', Number.NaN), /afterMs/],
    ['a delay without end', (ctx) => ctx.request('b/main', 1, { timeoutMs: Number.POSITIVE_INFINITY }), /timeoutMs/],
    ['a window of nothing', (ctx) => void ctx.openStream('b/main', 1, { window: 0 }), /window/],
  ])('refuses %s by a panic', async (_, act, found) => {
    expect(await panicOf(act)).toMatch(found);
  });
});

describe('what an actor is given', () => {
  it.each<[what: string, mutate: (args: { list: number[] }) => void]>([
    ['an array of its args', (args) => void args.list.push(1)],
    ['its args', (args) => Object.assign(args, { more: 1 })],
  ])('is frozen: it cannot change %s, whether the world, a parent or a starter gave them', async (_, mutate) => {
    const errors: unknown[] = [];
    const victim = (_message: unknown, ctx: Context): void => {
      try {
        mutate(ctx.args as { list: number[] });
        errors.push(`${ctx.self} could`);
      } catch (error) {
        errors.push((error as Error).constructor.name);
      }
    };
    const processes = [
      { name: 'main', program: 'probe' },
      { name: 'victim', program: 'victim', args: { list: [] } },
    ];
    const stage = new Stage({ hosts: [{ name: 'a', processes }], react: { victim } });
    await stage.act('a/main', (ctx) => {
      ctx.spawn('child', 'victim', { args: { list: [] } });
      ctx.startProcess('other', 'victim', { args: { list: [] } });
    });
    expect(errors).toEqual(['TypeError', 'TypeError', 'TypeError']);
  });

  it('takes no notice of what happens to args after they were given', async () => {
    const found: unknown[] = [];
    const stage = new Stage({ react: { child: (_, ctx) => void found.push(ctx.args) } });
    const args = { n: 1 };
    await stage.act('a/main', (ctx) => {
      ctx.spawn('child', 'child', { args });
      args.n = 2;
    });
    expect(found).toEqual([{ n: 1 }]);
  });

  it('is frozen when it is a message, from outside or within its process or another', async () => {
    const frozen: boolean[] = [];
    const look = (message: object): void => {
      if ('body' in message)
        frozen.push(Object.isFrozen(message.body), Object.isFrozen((message.body as { a: object }).a));
    };
    const stage = new Stage({ react: { probe: look } });
    await stage.act('a/main', (ctx) => {
      ctx.broadcast(['a/main', 'b/main'], { a: { b: 1 } });
      ctx.request('b/main', { a: [] });
    });
    await stage.world.run({ forMs: 10 });
    expect(frozen).toEqual(Array(6).fill(true));
  });

  it('is one value for all who get the same broadcast, or the same frozen body', async () => {
    const bodies = new Set<unknown>();
    const look = (message: object): void => void ('body' in message && bodies.add(message.body));
    const stage = new Stage({ hosts: ['a', 'b', 'c'], react: { probe: look } });
    await stage.act('a/main', (ctx) => {
      const body = ctx.freeze({ a: 1 });
      ctx.send('b/main', body);
      ctx.send('c/main', body);
      ctx.broadcast(['b/main', 'c/main'], body);
    });
    await stage.world.run({ forMs: 10 });
    expect(bodies.size).toBe(1);
  });

  it('comes back as the continuation that it gave', async () => {
    const stage = new Stage();
    await stage.act('a/main', (ctx) => ctx.setTimer('t', 5, { next: [1, { step: 2 }] }));
    await stage.world.run({ forMs: 10 });
    expect(stage.all('a/main', 'timer')).toEqual([{ type: 'timer', key: 't', then: { next: [1, { step: 2 }] } }]);
  });
});
