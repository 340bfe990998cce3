/** Where a program's calls go: `http://address:port/path`. There are no names (no DNS): addresses, or variables that hold them. */
import { parseIp } from '../../api/ip-address.ts';
import type { ContainerArgs } from '../../protocol/container.ts';
import { expand } from './settings.ts';

export interface Target {
  /** As it was written, expanded: for reports. */
  readonly url: string;
  readonly ip: string;
  readonly port: number;
  readonly path: string;
}

const URL_SHAPE = /^(?:http:\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/;

/** A target, or what is wrong with it. */
export function parseTarget(written: string, args: ContainerArgs): Target | string {
  const url = expand(written.trim(), args);
  const variable = /\$\(([^)]*)\)/.exec(url);
  if (variable !== null) return `${url}: the environment has no ${variable[1]}`;
  const [, host, portText = '80', path = '/'] = URL_SHAPE.exec(url) ?? [];
  const port = Number(portText);
  if (host === undefined || port < 1 || port > 65_535) return `"${url}" is not http://address:port/path`;
  if (parseIp(host) === undefined) return `"${host}" is not an address, and there is no DNS: use $(NAME_SERVICE_HOST)`;
  return { url, ip: host, port, path };
}
