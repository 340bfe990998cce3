/** What a step asked for, in the order in which it asked. Bodies are encoded already. */
import type { Address, RequestId, StreamId } from './address.ts';
import type { Packet } from './codec.ts';
import type { ProcessOptions, SpawnOptions } from './context.ts';
import type { DiskOperation } from './disk-operation.ts';

export type Effect =
  | { readonly type: 'send'; readonly to: Address; readonly packet: Packet }
  | { readonly type: 'broadcast'; readonly to: readonly Address[]; readonly packet: Packet }
  | RequestEffect
  | { readonly type: 'reply'; readonly request: RequestId; readonly packet: Packet }
  | { readonly type: 'refuse'; readonly request: RequestId; readonly reason: string }
  | OpenStreamEffect
  | { readonly type: 'stream-send'; readonly stream: StreamId; readonly packet: Packet }
  | { readonly type: 'close-stream'; readonly stream: StreamId }
  | { readonly type: 'disconnect'; readonly to: Address; readonly channel: string }
  | { readonly type: 'set-timer'; readonly key: string; readonly delayUs: number; readonly then: unknown }
  | { readonly type: 'cancel-timer'; readonly key: string }
  | {
      readonly type: 'disk';
      readonly disk: string | undefined;
      readonly operation: DiskOperation;
      readonly then: unknown;
    }
  | { readonly type: 'spawn'; readonly name: string; readonly program: string; readonly options: SpawnOptions }
  | { readonly type: 'stop'; readonly name: string }
  | {
      readonly type: 'start-process';
      readonly name: string;
      readonly program: string;
      readonly options: ProcessOptions;
    }
  | { readonly type: 'kill-process'; readonly name: string; readonly code: number }
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'note'; readonly name: string; readonly packet: Packet };

export interface RequestEffect {
  readonly type: 'request';
  readonly to: Address;
  readonly packet: Packet;
  readonly timeoutUs: number;
  readonly then: unknown;
  readonly channel: string;
}

export interface OpenStreamEffect {
  readonly type: 'open-stream';
  readonly stream: StreamId;
  readonly to: Address;
  readonly packet: Packet;
  readonly then: unknown;
  readonly window: number;
  readonly channel: string;
}
