/**
 * What the runtime's disk says: a line for each change, a checksum and JSON. Reading takes the lines in order; a line that a
 * power loss has torn, or a disk has spoilt, counts as never written.
 */
import type { ContainerProgress, ContainerRecord, ImageRecord, SandboxRecord } from './records.ts';

export type MetaRecord =
  | { readonly sandbox: Omit<SandboxRecord, 'containers'> }
  | { readonly sandboxState: string; readonly state: SandboxRecord['state']; readonly ip: string }
  | { readonly container: ContainerRecord }
  | { readonly containerState: string; readonly progress: ContainerProgress }
  | { readonly image: ImageRecord }
  /** A sandbox or a container. */
  | { readonly gone: string };

export interface Metadata {
  readonly sandboxes: Map<string, SandboxRecord>;
  readonly containers: Map<string, ContainerRecord>;
  readonly images: Map<string, ImageRecord>;
}

export function metaLine(record: MetaRecord): string {
  const text = JSON.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

export function readMetadata(text: string): Metadata {
  const found: Metadata = { sandboxes: new Map(), containers: new Map(), images: new Map() };
  for (const line of text.split('\n')) {
    const record = parse(line);
    if (record !== undefined) apply(found, record);
  }
  // A container whose sandbox's line was lost belongs to nothing: nobody could stop it.
  for (const [id, { sandboxId }] of found.containers) {
    const sandbox = found.sandboxes.get(sandboxId);
    if (sandbox === undefined) found.containers.delete(id);
    else sandbox.containers.push(id);
  }
  return found;
}

/** All that is known, as few lines. */
export function writeMetadata({ sandboxes, containers, images }: Metadata): string {
  let text = '';
  for (const { id, config, state, createdAt, ip } of sandboxes.values()) {
    text += metaLine({ sandbox: { id, config, state, createdAt, ip } });
  }
  for (const container of containers.values()) text += metaLine({ container });
  for (const image of images.values()) text += metaLine({ image });
  return text;
}

export function progressOf(container: ContainerRecord): ContainerProgress {
  const { state, startedAt, finishedAt, exitCode, reason, message } = container;
  return { state, startedAt, finishedAt, exitCode, reason, message };
}

function apply(found: Metadata, record: MetaRecord): void {
  if ('sandbox' in record) found.sandboxes.set(record.sandbox.id, { ...record.sandbox, containers: [] });
  else if ('sandboxState' in record) {
    const sandbox = found.sandboxes.get(record.sandboxState);
    if (sandbox !== undefined) Object.assign(sandbox, { state: record.state, ip: record.ip });
  } else if ('container' in record) found.containers.set(record.container.id, record.container);
  else if ('containerState' in record) {
    const container = found.containers.get(record.containerState);
    if (container !== undefined) Object.assign(container, record.progress);
  } else if ('image' in record) found.images.set(record.image.name, record.image);
  else if ('gone' in record) {
    found.sandboxes.delete(record.gone);
    found.containers.delete(record.gone);
  }
}

function parse(line: string): MetaRecord | undefined {
  const space = line.indexOf(' ');
  const text = line.slice(space + 1);
  return line.slice(0, space) === checksum(text) ? (JSON.parse(text) as MetaRecord) : undefined;
}

/** FNV-1a over UTF-16 code units. */
function checksum(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36);
}
