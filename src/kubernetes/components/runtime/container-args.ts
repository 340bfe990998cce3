/** What the runtime gives a container's program at its start. */
import type { ContainerArgs } from '../../protocol/container.ts';
import { overlayOf } from '../../protocol/places.ts';
import type { ContainerRecord, SandboxRecord } from './records.ts';

export function containerArgs(sandbox: SandboxRecord, container: ContainerRecord, host: string): ContainerArgs {
  const { name, namespace, uid } = sandbox.config.metadata;
  const { config, programConfig } = container;
  const env: Record<string, string> = {};
  for (const { key, value } of config.envs) if (key !== '__proto__') env[key] = value;
  return {
    pod: { name, namespace, uid, ip: sandbox.ip },
    container: config.metadata.name,
    image: config.image,
    config: programConfig,
    command: config.command,
    args: config.args,
    env,
    files: config.files ?? {},
    ports: config.ports,
    network: overlayOf(host),
  };
}
