/** nact as it is, on the real event loop: two actors, one message in flight, nothing serialized. */
import { createRequire } from 'node:module';

interface Nact {
  start(options: { name: string }): object;
  spawn(
    parent: object,
    step: (state: unknown, message: unknown, ctx: Context) => unknown,
    name: string,
    options: object,
  ): object;
  dispatch(to: object, message: unknown, sender?: object): void;
  stop(reference: object): void;
}

interface Context {
  readonly self: object;
  readonly sender: object;
  readonly stop: unknown;
}

// nact's own types do not say what a step's context is.
const nact = createRequire(import.meta.url)('nact') as Nact;
let systems = 0;

/** Messages per second of wall time. */
export function rawNactMessagesPerSecond(messages: number): Promise<number> {
  return new Promise((resolve) => {
    const system = nact.start({ name: `raw-${systems++}` });
    const options = { onCrash: (_message: unknown, _error: unknown, ctx: Context) => ctx.stop };
    let received = 0;
    const before = performance.now();
    const server = nact.spawn(
      system,
      (_state, message, ctx) => {
        nact.dispatch(ctx.sender, { sequence: (message as { sequence: number }).sequence, text: 'hello' }, ctx.self);
      },
      'server',
      options,
    );
    const client = nact.spawn(
      system,
      (_state, _message, ctx) => {
        received += 2;
        if (received < messages) nact.dispatch(server, { sequence: received, text: 'hello' }, ctx.self);
        else {
          resolve((received * 1000) / (performance.now() - before));
          nact.stop(system);
        }
      },
      'client',
      options,
    );
    nact.dispatch(client, { sequence: 0 }, client);
  });
}
