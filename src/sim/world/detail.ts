/** An event's particulars as plain data for people: bodies decoded, our own bookkeeping left out. */
import { type Codec, Packet } from '../kernel/codec.ts';

export function showDetail(detail: unknown, codec: Codec): unknown {
  if (detail instanceof Packet) return { body: codec.decode(detail) };
  if (typeof detail !== 'object' || detail === null) return detail;
  if (!('packet' in detail) || !(detail.packet instanceof Packet)) return detail;
  const { packet, to: _to, ...rest } = detail as { packet: Packet; to?: unknown };
  return { ...rest, body: codec.decode(packet) };
}
