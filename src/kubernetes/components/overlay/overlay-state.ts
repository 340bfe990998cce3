/** What a node's network remembers, is told at its start, and is asked; plain data. */
import type { Address, StreamId } from '../../../sim/index.ts';
import type { ApiAccess } from '../../client/api-client.ts';
import type { InformersState } from '../../client/informers.ts';
import type { ListenRequest, TrafficRequest } from '../../protocol/container.ts';
import type { CniRequest, ForwardedTraffic, RulesRequest } from '../../protocol/node-network.ts';
import type { AddressPool } from './address-pool.ts';
import type { ConnectionTracking } from './connection-tracking.ts';
import type { Routes } from './routes.ts';
import type { RuleTable } from './rule-table.ts';

export interface OverlayArgs {
  /** As whom it follows the nodes. */
  readonly api: ApiAccess;
  /** The node's own address. */
  readonly nodeIp: string;
}

export interface OverlayState {
  readonly nodeIp: string;
  readonly informers: InformersState;
  readonly pool: AddressPool;
  readonly routes: Routes;
  readonly table: RuleTable;
  readonly tracking: ConnectionTracking;
  /** From `TCP 10.244.1.2:80` to the actor that listens. */
  readonly listeners: Map<string, Address>;
  /** Requests that came before the record was read; undefined once it is. */
  waiting: { readonly id: number; readonly from: Address; readonly body: unknown }[] | undefined;
  /** Files of the record that are still to be read. */
  unread: number;
}

export type OverlayRequest = CniRequest | RulesRequest | ListenRequest | TrafficRequest | ForwardedTraffic;

/** What outcomes of this actor's own requests and disk operations carry. */
export type OverlayThen =
  | { readonly for: 'list' }
  | { readonly for: 'read'; readonly file: string }
  | { readonly for: 'cni'; readonly request: number; readonly ip: string; readonly sandboxId: string }
  | { readonly for: 'record' }
  | { readonly for: 'traffic'; readonly request: number }
  | { readonly for: 'tunnel'; readonly request: number }
  | {
      readonly for: 'probe';
      readonly request: number;
      readonly from: Address;
      /** Whose the socket is. */
      readonly owner: Address;
      /** In the timer that ends the probe: the stream to the owner. */
      readonly stream?: StreamId;
      readonly listen: ListenRequest['listen'];
    };
