/** Liveness: nothing can be promised while the network is cut, so the time counts from the heal. */
import type { EventuallyCheck } from 'wavetank/sim';
import type { ClientState } from './client.ts';
import type { ServerState } from './server.ts';

/** @param pings how many there are */
export function everyPingIsAnswered(pings: number): EventuallyCheck {
  return {
    kind: 'eventually',
    name: 'every-ping-is-answered',
    promise: 'Every ping is answered, and has been counted.',
    // Each takes 100 ms and a little, and the first may have to be asked again.
    withinMs: pings * 110 + 500,
    missing(view) {
      const client = view.state('client/main') as ClientState | undefined;
      const server = view.state('server/main') as ServerState | undefined;
      if (client?.answered === pings && (server?.count ?? 0) >= pings) return undefined;
      return `${client?.answered ?? 0} of ${pings} pings are answered, ${server?.count ?? 0} are counted`;
    },
  };
}
