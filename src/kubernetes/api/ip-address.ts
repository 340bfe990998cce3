/**
 * IPv4 addresses and blocks of them. Parsing is ipaddr.js', which only this file imports (it must be told to want four
 * parts: it takes `10.1` for an address otherwise); arithmetic is on whole numbers.
 */
import ipaddr from 'ipaddr.js';

/** A block of addresses, `10.244.1.0/24`. */
export interface Cidr {
  /** The first address, as a number. */
  readonly base: number;
  readonly prefix: number;
  /** How many addresses: 2^(32 - prefix). */
  readonly size: number;
}

/** An address as a number from 0 to 2^32 - 1; undefined unless it is a dotted quad. */
export function parseIp(text: string): number | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  return ipaddr.IPv4.parse(text).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function formatIp(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Undefined unless it is `address/prefix` with no bit set behind the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const base = parseIp(address);
  const prefix = Number(length);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || prefix > 32) return undefined;
  const size = blockSize(prefix);
  return base % size === 0 ? { base, prefix, size } : undefined;
}

/** How many addresses a block with this prefix has. */
export function blockSize(prefix: number): number {
  let size = 2 ** 32;
  for (let bits = 0; bits < prefix; bits++) size /= 2;
  return size;
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${formatIp(base)}/${prefix}`;
}

export function cidrContains({ base, size }: Cidr, address: number): boolean {
  return address >= base && address < base + size;
}

/** Which family an address of either is of; undefined for what is none. Zones are refused, as upstream does. */
export function ipFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  if (parseIp(text) !== undefined) return 'IPv4';
  return text.includes('%') || !ipaddr.IPv6.isValid(text) ? undefined : 'IPv6';
}

/** Which family a block of addresses is of; bits behind the prefix may be set. */
export function cidrFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = ipFamily(address);
  if (rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return Number(length) <= (family === 'IPv6' ? 128 : 32) ? family : undefined;
}
