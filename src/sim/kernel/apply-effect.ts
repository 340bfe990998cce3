/** Carries out one effect of a step: each kind is one call. */
import type { Codec, Packet } from './codec.ts';
import type { Effect } from './effect.ts';
import type { Engine } from './engine.ts';
import type { Names } from './names.ts';
import type { Storage, Supervision, Transport } from './ports.ts';
import type { ProcessCell } from './process.ts';
import { cancelTimer, setTimer } from './timer.ts';
import type { EventKind } from './trace.ts';

/** Where effects go. */
interface EffectTarget extends Engine {
  readonly transport: Transport;
  readonly storage: Storage;
  readonly supervision: Supervision;
  readonly codec: Codec;
  readonly names: Names;
  emitBody(kind: EventKind, subject: number, object: number, packet: Packet, detail: unknown): number;
}

export function applyEffect(target: EffectTarget, cell: ProcessCell, effect: Effect): void {
  const { transport, supervision } = target;
  switch (effect.type) {
    case 'send':
      transport.send(cell, effect.to, effect.packet);
      return;
    case 'broadcast':
      for (const to of effect.to) transport.send(cell, to, effect.packet);
      return;
    case 'request':
      transport.request(cell, effect);
      return;
    case 'reply':
      transport.reply(cell, effect.request, effect.packet);
      return;
    case 'refuse':
      transport.refuse(cell, effect.request, effect.reason);
      return;
    case 'open-stream':
      transport.openStream(cell, effect);
      return;
    case 'stream-send':
      transport.streamSend(cell, effect.stream, effect.packet);
      return;
    case 'close-stream':
      transport.closeStream(cell, effect.stream);
      return;
    case 'disconnect':
      transport.disconnect(cell, effect.to, effect.channel);
      return;
    case 'set-timer':
      setTimer(target, cell, effect.key, effect.delayUs, effect.then);
      return;
    case 'cancel-timer':
      cancelTimer(target, cell, effect.key);
      return;
    case 'disk':
      target.storage.submit(cell, effect.disk, effect.operation, effect.then);
      return;
    case 'spawn':
      supervision.spawn(cell, effect.name, effect.program, effect.options);
      return;
    case 'stop':
      supervision.stopChild(cell, effect.name);
      return;
    case 'start-process':
      supervision.startProcess(cell, effect.name, effect.program, effect.options);
      return;
    case 'kill-process':
      supervision.killProcess(cell, effect.name, effect.code);
      return;
    case 'exit':
      supervision.exit(cell.process, effect.code);
      return;
    case 'note': {
      const data = target.codec.decode(effect.packet);
      target.emitBody('note', cell.number, target.names.number(effect.name), effect.packet, data);
      return;
    }
    default: {
      const never: never = effect;
      throw new Error(`Kernel: unknown effect ${JSON.stringify(never)}.`);
    }
  }
}
