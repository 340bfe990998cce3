/**
 * Plays controllers on their stage as chance will have it: caches see changes when they do, keys are worked on in any order,
 * actions fail, or take effect and their answers are lost, and the manager crashes.
 *
 * A manager that starts again has seen everything before it works, as caches that have synced have.
 */
import fc from 'fast-check';
import type { Manager, Outcome, Store } from './controller-cluster.ts';

export interface Chance {
  readonly choice: number;
  readonly what: 'move' | 'fail' | 'lose' | 'crash';
}

/** Mostly moves. `what` says what happens to the actions of the step, or to the manager. */
export const chances = (maxLength = 150): fc.Arbitrary<Chance[]> =>
  fc.array(
    fc.record({
      choice: fc.nat(997),
      what: fc.oneof(
        { weight: 16, arbitrary: fc.constant('move' as const) },
        { weight: 2, arbitrary: fc.constant('fail' as const) },
        { weight: 2, arbitrary: fc.constant('lose' as const) },
        { weight: 1, arbitrary: fc.constant('crash' as const) },
      ),
    }),
    { minLength: 20, maxLength },
  );

/** How many creations and deletions took effect though the manager was told that they had failed. */
export interface Lost {
  readonly creations: number;
  readonly deletions: number;
}

/**
 * @param start makes a manager.
 * @param worldMoves what users and kubelets could do now.
 * @param watch is called after each step.
 * @returns the manager that is left when the chances are used up; nothing fails from then on.
 */
export function play(
  store: Store,
  start: () => Manager,
  list: readonly Chance[],
  worldMoves: () => readonly (() => void)[],
  watch: (lost: Lost) => void = () => undefined,
): Manager {
  const startSynced = (): Manager => {
    const started = start();
    for (let [next] = started.behind(); next !== undefined; [next] = started.behind()) started.deliver(next);
    return started;
  };
  let manager = startSynced();
  const lost = { creations: 0, deletions: 0 };
  let attempts = 0;
  const failed: Outcome = { reason: 'Unreachable', message: 'no answer' };
  for (const { choice, what } of list) {
    if (what === 'crash') manager = startSynced();
    store.refuse = (action) => {
      // Of creations in a row some get through.
      const hit = (what === 'fail' || what === 'lose') && (action.do !== 'create' || attempts++ % 2 === choice % 2);
      if (!hit) return undefined;
      if (what === 'fail' || action.do === 'check' || action.do === 'check-empty') return failed;
      const { refuse } = store;
      store.refuse = () => undefined;
      const outcome = store.perform(action) as { reason?: string } | undefined;
      store.refuse = refuse;
      if (action.do === 'create' && outcome?.reason === undefined) lost.creations++;
      if (action.do === 'delete') lost.deletions++;
      return failed;
    };
    const moves = [
      ...manager.behind().map((plural) => () => manager.deliver(plural)),
      ...manager.queued().map((id) => () => manager.step(id)),
      ...worldMoves(),
    ];
    moves[choice % Math.max(1, moves.length)]?.();
    watch(lost);
  }
  store.refuse = () => undefined;
  return manager;
}
