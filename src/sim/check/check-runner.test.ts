import { describe, expect, it } from 'vitest';
import { Drives } from '../disk/drives.ts';
import type { Actor } from '../kernel/actor.ts';
import { decodePlain, encodePlain } from '../kernel/codec.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Lifecycle } from '../kernel/lifecycle.ts';
import type { EventKind, TraceEvent } from '../kernel/trace.ts';
import { Network } from '../network/network.ts';
import type { AlwaysCheck, Check, EventuallyCheck, SometimesCheck, Violation } from './check.ts';
import { CheckRunner, type CheckRunnerState } from './check-runner.ts';
import { registerModel } from './linearizability/register-model.ts';
import { linearizableCheck } from './linearizable-check.ts';
import type { Note, WorldView } from './world-view.ts';

/** One thing that the scribe of a run notes. */
interface Line {
  readonly atMs: number;
  readonly name: string;
  readonly data?: unknown;
}

/** Notes what its args say, each line at its time. Its state is how many lines it has noted. */
const scribe: Actor<{ noted: number }, unknown, Line> = {
  start(ctx) {
    for (const [index, line] of (ctx.args as Line[]).entries()) ctx.setTimer(`${index}`, line.atMs, line);
    return { noted: 0 };
  },
  receive(state, message, ctx) {
    if (message.type !== 'timer') return state;
    ctx.note(message.then.name, message.then.data);
    return { noted: state.noted + 1 };
  },
};

/** A world of one scribe, with a runner that can be exchanged for another in the middle. */
class Scribed {
  readonly kernel: Kernel;
  readonly view: WorldView;
  readonly subscribed: EventKind[] = [];
  readonly seen: Violation[] = [];
  readonly #checks: readonly Check[];
  runner: CheckRunner;

  constructor(lines: readonly Line[], checks: readonly Check[]) {
    const kernel = new Kernel({
      seed: '1',
      ties: 'fifo',
      requestTimeoutUs: 1e7,
      keep: 'full',
      ringCapacity: 4096,
      digest: true,
      paranoid: false,
    });
    const lifecycle = new Lifecycle(kernel, { scribe });
    kernel.transport = new Network(kernel, {});
    kernel.supervision = lifecycle;
    kernel.storage = new Drives(kernel);
    const history: Note[] = [];
    kernel.observe('note', ({ id, time, subject, object, detail }) => {
      history.push({ event: id, time, actor: subject, name: object, data: detail });
    });
    const { hosts, processes, cells } = kernel;
    this.view = {
      get now() {
        return kernel.now;
      },
      hosts,
      processes,
      cells,
      history,
      state: (address) => cells.get(address)?.state,
      isRunning: (address) => processes.get(address)?.status === 'running',
      file: () => undefined,
    };
    this.kernel = kernel;
    this.#checks = checks;
    this.runner = this.#attach();
    const boot = [{ name: 'scribe', program: 'scribe', args: lines }];
    lifecycle.boot(lifecycle.addHost({ name: 'desk', zone: 'z', region: 'r', labels: {}, boot }));
  }

  /** Puts a runner before the kernel that stops hearing of events when the next one is attached. */
  #attach(): CheckRunner {
    const { subscribed } = this;
    const heard = (observer: (event: TraceEvent) => void) => (event: TraceEvent) => {
      if (this.runner === runner) observer(event);
    };
    const kernel = new Proxy(this.kernel, {
      get(target, key) {
        if (key === 'observe') {
          return (kind: EventKind, observer: (event: TraceEvent) => void) => {
            subscribed.push(kind);
            target.observe(kind, heard(observer));
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
    const runner = new CheckRunner(kernel, this.#checks, this.view, {
      onViolation: (violation) => this.seen.push(violation),
    });
    return runner;
  }

  /** Saves the runner and goes on with another one, as a restored world does. */
  exchange(): void {
    const saved = decodePlain(encodePlain(this.runner.save())) as CheckRunnerState;
    this.runner = this.#attach();
    this.runner.load(saved);
    const { agenda } = this.kernel;
    for (const entry of agenda.entries()) {
      const { type } = entry.payload;
      if (type !== 'check-deadline') continue;
      const restored = this.runner.occurrence(type, decodePlain(encodePlain(entry.payload.save())));
      if (restored === undefined) throw new Error('The runner does not know its own deadline.');
      agenda.cancel((entry.payload as typeof restored).slot);
      restored.slot = agenda.restore({ ...entry, payload: restored });
    }
  }

  async until(ms: number): Promise<void> {
    for (;;) {
      const end = this.kernel.burst(ms * 1000, 4096);
      if (end !== 'drain') return;
      await undefined;
      this.kernel.nact.drained();
    }
  }

  /** What a world does once it is healed. */
  heal(): void {
    const { kernel, runner } = this;
    kernel.cause = kernel.emitText('phase', kernel.names.number('world'), 0, 'liveness');
    runner.beginLiveness();
  }

  event(id: number): TraceEvent | undefined {
    return this.kernel.trace.at(id, this.kernel.names.all, (detail) => detail);
  }

  events(kind: EventKind): TraceEvent[] {
    const all = Array.from({ length: this.kernel.events }, (_, index) => this.event(index + 1) as TraceEvent);
    return all.filter((event) => event.kind === kind);
  }
}

/** How many lines the scribe has noted, as it knows itself. */
const noted = (view: WorldView): number => (view.state('desk/scribe') as { noted: number }).noted;

/** Breaks at each note of a name. */
const never = (name: string): AlwaysCheck => ({
  kind: 'always',
  name: `never-${name}`,
  promise: `Nobody notes ${name}.`,
  on: ['note'],
  observe: ({ object }) => (object === name ? `${name} was noted` : undefined),
});

/** Holds while exactly the lines in `during` are noted, counted from the first. */
const lines = (during: readonly number[], more: Partial<EventuallyCheck> = {}): EventuallyCheck => ({
  kind: 'eventually',
  name: 'lines',
  promise: 'The lines are noted.',
  withinMs: 100,
  missing: (view) => (during.includes(noted(view)) ? undefined : `${noted(view)} lines are noted`),
  ...more,
});

const some = (name: string): SometimesCheck => ({
  kind: 'sometimes',
  name: `some-${name}`,
  promise: `Somebody notes ${name}.`,
  on: ['note'],
  reached: ({ object }) => object === name,
});

const LINES: readonly Line[] = [
  { atMs: 10, name: 'a' },
  { atMs: 20, name: 'b' },
  { atMs: 30, name: 'a' },
];

describe('always', () => {
  it('is asked after the events that it listens to, once each, and after no others', async () => {
    const all: Check[] = (['note', 'deliver', 'start', 'drop'] as const).map((kind) => ({
      ...never('nothing'),
      name: kind,
      on: [kind, kind],
    }));
    const run = new Scribed(LINES, all);
    await run.until(1000);
    expect(run.runner.report().map(({ name, evaluations }) => [name, evaluations])).toEqual([
      ['note', 3],
      ['deliver', 3],
      ['start', 1],
      ['drop', 0],
    ]);
    expect(run.runner.report().every(({ status }) => status === 'held')).toBe(true);
    expect(run.subscribed).toEqual(['note', 'deliver', 'start', 'drop']);
  });

  it('sees the state after the step, and the history up to the event that it is shown', async () => {
    const seen: unknown[] = [];
    const watching: Check = {
      ...never('c'),
      on: ['deliver', 'note'],
      observe: ({ kind, time }, view) => {
        seen.push([kind, time, view.now, noted(view), view.history.length]);
        return undefined;
      },
    };
    const run = new Scribed(LINES.slice(0, 2), [watching]);
    await run.until(1000);
    expect(seen).toEqual([
      ['deliver', 10_000, 10_000, 1, 0],
      ['note', 10_000, 10_000, 1, 1],
      ['deliver', 20_000, 20_000, 2, 1],
      ['note', 20_000, 20_000, 2, 2],
    ]);
  });

  it('keeps its first violation, whose event is the one that showed it, and counts the others', async () => {
    const run = new Scribed([...LINES, { atMs: 40, name: 'a' }], [never('a'), never('b'), never('c')]);
    await run.until(1000);
    const [a, b] = run.runner.violations;
    expect(run.runner.violations).toEqual([
      { check: 'never-a', kind: 'always', time: 10_000, event: a?.event, message: 'a was noted' },
      { check: 'never-b', kind: 'always', time: 20_000, event: b?.event, message: 'b was noted' },
    ]);
    expect(run.event(a?.event ?? 0)).toMatchObject({ kind: 'note', object: 'a', time: 10_000 });
    expect(run.event(b?.event ?? 0)).toMatchObject({ kind: 'note', object: 'b', time: 20_000 });
    expect(run.runner.report()).toMatchObject([
      { status: 'violated', at: 10_000, event: a?.event, repeats: 2, violation: a },
      { status: 'violated', at: 20_000, event: b?.event, repeats: 0, violation: b },
      { status: 'held', repeats: 0 },
    ]);
    expect(run.seen).toEqual(run.runner.violations);
    expect(run.runner.violated).toBe(true);
  });

  it('writes each violation into the trace and the digest, caused by the event that showed it', async () => {
    const run = new Scribed(LINES, [never('a')]);
    const unwatched = new Scribed(LINES, []);
    await run.until(1000);
    await unwatched.until(1000);
    expect(run.events('check')).toMatchObject([
      { subject: 'world', object: 'never-a', detail: 'a was noted', cause: run.runner.violations[0]?.event },
    ]);
    expect(unwatched.runner.violated).toBe(false);
    expect(run.kernel.digest.hex()).not.toBe(unwatched.kernel.digest.hex());
  });

  it('that holds changes nothing: the digest is that of a run without checks', async () => {
    const run = new Scribed(LINES, [never('c')]);
    const unwatched = new Scribed(LINES, []);
    await run.until(1000);
    await unwatched.until(1000);
    expect(run.kernel.digest.hex()).toBe(unwatched.kernel.digest.hex());
  });

  it('may listen to violations of others', async () => {
    const run = new Scribed(LINES, [{ ...never('never-a'), on: ['check'] }, never('a')]);
    await run.until(1000);
    expect(run.events('check').map(({ object }) => object)).toEqual(['never-a', 'never-never-a']);
    expect(run.events('check')[1]?.cause).toBe(run.events('check')[0]?.id);
  });

  it('names an earlier event as the one that shows it, if it knows better', async () => {
    const broken: Check = {
      ...never('a'),
      observe: (_event, view) =>
        noted(view) === 3 ? { message: 'too many', event: view.history[1]?.event ?? 0 } : undefined,
    };
    const run = new Scribed(LINES, [broken]);
    await run.until(1000);
    const [violation] = run.runner.violations;
    expect(violation).toMatchObject({ time: 30_000, message: 'too many', event: run.view.history[1]?.event });
    expect(run.events('check')[0]?.cause).toBe(violation?.event);
  });

  it('leaves the cause of what follows as it was', async () => {
    const run = new Scribed(LINES, [
      { ...never('a'), observe: () => ({ message: 'it began at the start', event: 1 }) },
    ]);
    const causes: boolean[] = [];
    run.kernel.observe('note', ({ id }) => causes.push(run.kernel.cause === id));
    await run.until(1000);
    expect([run.runner.violations[0]?.event, causes]).toEqual([1, [true, true, true]]);
  });

  it('is not asked any more once the run is over', async () => {
    const run = new Scribed(LINES, [never('a'), some('b'), lines([3])]);
    await run.until(5);
    run.heal();
    run.runner.finish();
    const report = run.runner.report();
    await run.until(1000);
    expect(run.runner.report()).toEqual(report);
    expect(run.events('note')).toHaveLength(3);
  });

  it.each<[string, ReturnType<NonNullable<AlwaysCheck['atEnd']>>, object]>([
    ['held', undefined, { status: 'held' }],
    ['violated', 'lines are missing', { status: 'violated', violation: { message: 'lines are missing', event: 8 } }],
    ['violated', { message: 'line 2', event: 5 }, { status: 'violated', violation: { message: 'line 2', event: 5 } }],
    ['undecided', { undecided: 'too long' }, { status: 'undecided', reason: 'too long' }],
  ])('looks at the whole run at its end, if it has anything to look at: %s', async (_status, answer, expected) => {
    const run = new Scribed(LINES, [
      { ...never('c'), on: [], atEnd: () => answer },
      { ...never('a'), atEnd: () => 'again' },
    ]);
    await run.until(1000);
    const violated = run.runner.violations.length;
    expect([run.kernel.events, violated, run.runner.report()[0]?.status]).toEqual([8, 1, 'held']);
    run.runner.finish();
    expect(run.runner.report()[0]).toMatchObject({ evaluations: 1, ...expected });
    // What was broken before is not asked again.
    expect(run.runner.report()[1]).toMatchObject({ evaluations: 3, violation: { message: 'a was noted' } });
    run.runner.finish();
    expect(run.runner.report()[0]).toMatchObject({ evaluations: 1, ...expected });
  });
});

describe('eventually', () => {
  const cases: {
    name: string;
    check: EventuallyCheck;
    healMs?: number;
    endMs: number;
    expected: object;
    evaluations: number;
  }[] = [
    {
      name: 'holds at the heal: that is all',
      check: lines([1, 2, 3]),
      healMs: 15,
      endMs: 1000,
      expected: { status: 'held', at: 15_000 },
      evaluations: 1,
    },
    {
      name: 'holds within its time',
      check: lines([3]),
      healMs: 15,
      endMs: 1000,
      expected: { status: 'held', at: 30_000 },
      evaluations: 3,
    },
    {
      name: 'holds at the very time of its deadline',
      check: lines([3], { withinMs: 15 }),
      healMs: 15,
      endMs: 1000,
      expected: { status: 'held', at: 30_000 },
      evaluations: 3,
    },
    {
      name: 'does not hold at its deadline, but later: violated',
      check: lines([3], { withinMs: 14.999 }),
      healMs: 15,
      endMs: 1000,
      expected: {
        status: 'violated',
        at: 29_999,
        violation: { time: 29_999, message: '2 lines are noted (14.999 ms after the heal)' },
      },
      evaluations: 3,
    },
    {
      name: 'is looked at once more at its deadline, also if none of its events came',
      check: lines([2], { withinMs: 10, on: ['drop'] }),
      healMs: 15,
      endMs: 1000,
      expected: { status: 'held', at: 25_000 },
      evaluations: 2,
    },
    {
      name: 'did hold for a while: held',
      check: lines([2]),
      healMs: 15,
      endMs: 1000,
      expected: { status: 'held', at: 20_000 },
      evaluations: 2,
    },
    {
      name: 'did hold, but should have stayed: violated at the end',
      check: lines([2], { stays: true }),
      healMs: 15,
      endMs: 1000,
      expected: {
        status: 'violated',
        at: 30_000,
        violation: { time: 30_000, message: '3 lines are noted (it held, but did not stay)' },
      },
      evaluations: 3,
    },
    {
      name: 'holds and stays',
      check: lines([2, 3], { stays: true }),
      healMs: 15,
      endMs: 1000,
      expected: { status: 'held', at: 20_000 },
      evaluations: 3,
    },
    {
      name: 'the run ends before its deadline: undecided',
      check: lines([3]),
      healMs: 15,
      endMs: 25,
      expected: { status: 'undecided', reason: '2 lines are noted' },
      evaluations: 3,
    },
    {
      name: 'holds when the run ends before its deadline, unnoticed until then: held',
      check: lines([3], { on: ['drop'] }),
      healMs: 15,
      endMs: 50,
      expected: { status: 'held', at: 30_000 },
      evaluations: 2,
    },
    {
      name: 'the world is never healed: undecided',
      check: lines([0, 1, 2, 3]),
      endMs: 1000,
      expected: { status: 'undecided', reason: 'the liveness phase never began' },
      evaluations: 0,
    },
  ];

  it.each(cases)('$name', async ({ check, healMs, endMs, expected, evaluations }) => {
    const run = new Scribed(LINES, [check]);
    if (healMs !== undefined) {
      await run.until(healMs);
      // Nothing happens between two events, so that true time is told by hand.
      run.kernel.now = healMs * 1000;
      expect(run.runner.report()).toMatchObject([{ status: 'pending', evaluations: 0 }]);
      expect(run.subscribed).toEqual([]);
      run.heal();
    }
    await run.until(endMs);
    run.runner.finish();
    const [report] = run.runner.report();
    expect(report).toMatchObject({ ...expected, evaluations });
    expect(run.runner.violations).toEqual(report?.violation === undefined ? [] : [report.violation]);
    expect(run.events('check').map(({ cause }) => cause)).toEqual(run.runner.violations.map(({ event }) => event));
    expect(run.kernel.agenda.entries().filter(({ payload }) => payload.type === 'check-deadline')).toEqual([]);
  });

  it('has the last event that it looked at as the cause of a missed deadline', async () => {
    const run = new Scribed(LINES, [
      lines([3], { withinMs: 10, on: ['note'] }),
      lines([3], { name: 'deaf', withinMs: 10, on: ['drop'] }),
    ]);
    await run.until(10);
    run.heal();
    await run.until(1000);
    const [heard, deaf] = run.runner.violations;
    expect([heard?.check, run.event(heard?.event ?? 0)?.kind, run.event(heard?.event ?? 0)?.time]).toEqual([
      'lines',
      'note',
      20_000,
    ]);
    expect([deaf?.check, run.event(deaf?.event ?? 0)?.kind]).toEqual(['deaf', 'phase']);
  });

  it('cannot begin twice', async () => {
    const run = new Scribed(LINES, [lines([3])]);
    await run.until(1);
    run.heal();
    expect(() => run.heal()).toThrow('liveness began when the phase was liveness');
  });
});

describe('sometimes', () => {
  it('is reached once, and not asked again', async () => {
    const run = new Scribed(LINES, [some('a'), some('b'), some('c')]);
    await run.until(1000);
    run.runner.finish();
    const [a, b] = run.events('note');
    expect(run.runner.report()).toMatchObject([
      { status: 'reached', at: 10_000, event: a?.id, evaluations: 1 },
      { status: 'reached', at: 20_000, event: b?.id, evaluations: 2 },
      { status: 'not-reached', evaluations: 3 },
    ]);
    expect(run.events('check').map(({ object, detail, cause }) => [object, detail, cause])).toEqual([
      ['some-a', 'reached', a?.id],
      ['some-b', 'reached', b?.id],
    ]);
    expect(run.runner.violated).toBe(false);
  });
});

describe('a mistake in a check', () => {
  const thrower = (): never => {
    throw new TypeError('boom');
  };

  it.each<[string, Check, string]>([
    ['observe', { ...never('a'), observe: thrower }, 'after event 3 (note of desk/scribe)'],
    ['reached', { ...some('a'), name: 'never-a', reached: thrower }, 'after event 3 (note of desk/scribe)'],
    ['missing', lines([], { name: 'never-a', missing: thrower }), 'when event 2 began the liveness phase'],
    ['start', { ...never('a'), start: thrower }, 'at the start'],
    ['atEnd', { ...never('b'), name: 'never-a', on: [], atEnd: thrower }, 'at the end'],
  ])('%s throws: the run fails, and the error names the check and keeps its cause', async (_which, check, moment) => {
    const play = async (): Promise<void> => {
      const run = new Scribed(LINES, [check]);
      await run.until(1);
      if (check.kind === 'eventually') run.heal();
      await run.until(15);
      run.runner.finish();
    };
    const error = await play().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'CheckError', check: 'never-a', cause: new TypeError('boom') });
    expect((error as Error).message).toBe(`Check "never-a" threw ${moment}: boom`);
  });

  it.each<[string, Check[], string]>([
    ['two of one name', [never('a'), never('b'), never('a')], 'Two checks are named "never-a"'],
    ['two of one name and different kinds', [never('a'), { ...some('b'), name: 'never-a' }], 'are named "never-a"'],
    ['no name', [{ ...never('a'), name: '' }], 'A check has no name'],
    ['no events', [{ ...never('a'), on: [] }], 'Check "never-a" would never be looked at'],
    ['no events for sometimes', [{ ...some('a'), on: [] }], 'Check "some-a" would never be looked at'],
    ['a negative time', [lines([], { withinMs: -1 })], 'Check "lines" must hold within -1 ms'],
    ['no time', [lines([], { withinMs: Number.NaN })], 'Check "lines" must hold within NaN ms'],
    ['an unknown kind of event', [{ ...never('a'), on: ['notes' as 'note'] }], 'did you mean "note"'],
  ])('is found before the run: %s', (_which, checks, message) => {
    expect(() => new Scribed(LINES, checks)).toThrow(message);
  });
});

describe('save and load', () => {
  const counting: AlwaysCheck<{ names: Map<string, number> }> = {
    kind: 'always',
    name: 'no-name-twice',
    promise: 'No name is noted twice.',
    on: ['note'],
    start: () => ({ names: new Map() }),
    observe({ object }, _view, { names }) {
      const times = (names.get(object) ?? 0) + 1;
      names.set(object, times);
      return times > 1 ? `${object} was noted ${times} times` : undefined;
    },
  };
  const checks: Check[] = [
    counting,
    never('a'),
    some('b'),
    lines([3], { name: 'in-time' }),
    lines([99], { name: 'too-late', withinMs: 10, on: ['note'] }),
    lines([99], { name: 'undecided', withinMs: 5000 }),
    lines([1, 2], { name: 'stays', stays: true }),
  ];

  const play = async (exchangeMs: readonly number[]): Promise<Scribed> => {
    const run = new Scribed(LINES, checks);
    for (const ms of [0, 5, 10, 12, 15, 20, 22, 24, 30, 40]) {
      await run.until(ms);
      if (ms === 12) run.heal();
      if (exchangeMs.includes(ms)) run.exchange();
    }
    run.runner.finish();
    if (exchangeMs.includes(1000)) run.exchange();
    return run;
  };

  it.each([[[5]], [[12]], [[15]], [[22]], [[30]], [[1000]], [[0, 5, 10, 12, 15, 20, 22, 24, 30, 40, 1000]]])(
    'in the middle, at %j ms, give the same report and the same digest',
    async (exchangeMs) => {
      const straight = await play([]);
      const exchanged = await play(exchangeMs);
      expect(exchanged.runner.report()).toEqual(straight.runner.report());
      expect(exchanged.runner.violations).toEqual(straight.runner.violations);
      expect(exchanged.kernel.digest.hex()).toBe(straight.kernel.digest.hex());
      expect(straight.runner.report().map(({ status }) => status)).toEqual([
        'violated',
        'violated',
        'reached',
        'held',
        'violated',
        'undecided',
        'violated',
      ]);
    },
  );

  it('what was saved stays as it was while the run goes on', async () => {
    const run = new Scribed(LINES, [never('a'), some('b')]);
    const saved = run.runner.save();
    await run.until(1000);
    expect(saved).toEqual(new Scribed(LINES, [never('a'), some('b')]).runner.save());
  });

  it('refuses what was saved with other checks', () => {
    const saved = new Scribed([], [never('a'), never('b')]).runner.save();
    expect(() => new Scribed([], [never('a')]).runner.load(saved)).toThrow(
      'The saved world has the checks [never-a, never-b], this one has [never-a].',
    );
  });

  it('refuses memories that are not plain data, by the name of the check', () => {
    const run = new Scribed([], [{ ...never('a'), start: () => ({ when: new Date(0) }) }]);
    expect(() => run.runner.save()).toThrow('What check "never-a" remembers at .when is not plain data');
  });

  it('leaves occurrences of others alone', () => {
    expect(new Scribed([], []).runner.occurrence('timer', {})).toBeUndefined();
  });
});

describe('linearizableCheck in a run', () => {
  const step = (atMs: number, name: string, op: number, data: object): Line => ({ atMs, name, data: { op, ...data } });
  const STALE: Line[] = [
    step(10, 'invoke', 1, { input: { type: 'write', value: 7 } }),
    step(20, 'ok', 1, { output: null }),
    step(30, 'invoke', 2, { input: { type: 'read' } }),
    step(40, 'ok', 2, { output: null }),
    step(50, 'invoke', 3, { input: { type: 'read' } }),
    step(60, 'ok', 3, { output: 7 }),
  ];

  it.each([
    ['at the end', undefined, 60_000],
    ['after each operation', 1, 40_000],
  ])('finds a stale read %s; the chain of causes begins at the note of its outcome', async (_when, every, time) => {
    const model = registerModel();
    const run = new Scribed(STALE, [
      linearizableCheck({ name: 'register', model, ...(every === undefined ? {} : { every }) }),
    ]);
    await run.until(1000);
    run.runner.finish();
    expect(run.runner.violations).toEqual([
      { check: 'register', kind: 'always', time, event: run.view.history[3]?.event, message: expect.any(String) },
    ]);
    expect(run.runner.violations[0]?.message).toBe(
      'Not linearizable (register). Cannot be placed: client desk/scribe read → null at 30.000–40.000 ms, but register is 7 after desk/scribe write 7 at 10.000–20.000 ms.',
    );
    expect(run.runner.report()).toMatchObject([{ status: 'violated', repeats: 0 }]);
  });

  it('holds without the stale read', async () => {
    const run = new Scribed(STALE.toSpliced(2, 2), [linearizableCheck({ name: 'register', model: registerModel() })]);
    await run.until(1000);
    run.runner.finish();
    expect(run.runner.report()).toMatchObject([{ status: 'held', evaluations: 1 }]);
  });
});
