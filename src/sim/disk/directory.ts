/**
 * The names of a disk's files, as the page cache has them and as they would be after a power loss.
 *
 * A change of names is a creation, a removal or a rename, and it becomes durable as a whole or not at all: after a
 * power loss a renamed file has its new name or its old one, never both and never none.
 *
 * 1. `sync(name)` makes durable the change that gave a file this name, and before it every earlier change on which it
 *    depends: one that shares a name with it, and what that one depends on in turn. So no name ever passes to another
 *    file while its former owner, renamed before, falls back to it.
 * 2. `syncAll` makes every change durable.
 * 3. Changes that share no name become durable independently of each other and in any order.
 *
 * This is the promise of soft updates (Ganger and Patt, OSDI '94), and it is less than journalling file systems keep
 * in practice: with ext4 an fsync commits all earlier changes of names. ALICE (Pillai et al., OSDI '14) found that
 * programs break where they rely on more, for example on a removal not overtaking a rename.
 */
import type { FileContent } from './file-content.ts';

/** What each name is bound to once the change is made; undefined unbinds it. */
type NameChange = readonly (readonly [name: string, content: FileContent | undefined])[];

/** Files are numbered in the order in which `save` is given them. */
export interface SavedDirectory {
  readonly cached: readonly (readonly [name: string, file: number])[];
  readonly durable: readonly (readonly [name: string, file: number])[];
  /** -1 unbinds the name. */
  readonly unsynced: readonly (readonly (readonly [name: string, file: number])[])[];
}

export class Directory {
  #cached = new Map<string, FileContent>();
  #durable = new Map<string, FileContent>();
  /** Oldest first. */
  #unsynced: NameChange[] = [];
  /** The names in `#unsynced`: a sync of any other name is free, however many changes wait. */
  #unsyncedNames = new Set<string>();

  lookup(name: string): FileContent | undefined {
    return this.#cached.get(name);
  }

  lookupDurable(name: string): FileContent | undefined {
    return this.#durable.get(name);
  }

  /** In the page cache, in an order that depends only on the changes made. */
  files(): ReadonlyMap<string, FileContent> {
    return this.#cached;
  }

  create(name: string, content: FileContent): void {
    this.#change([[name, content]]);
  }

  remove(name: string): void {
    this.#change([[name, undefined]]);
  }

  rename(from: string, to: string): void {
    if (from === to) return;
    const content = this.#cached.get(from);
    if (content === undefined) throw new Error(`Directory: no file ${from} to rename.`);
    this.#change([
      [from, undefined],
      [to, content],
    ]);
  }

  /** Whether a power loss now would leave this name as it is. */
  isDurable(name: string): boolean {
    return !this.#unsyncedNames.has(name);
  }

  get allDurable(): boolean {
    return this.#unsynced.length === 0;
  }

  sync(name: string): void {
    if (!this.#unsyncedNames.has(name)) return;
    const needed = new Set([name]);
    const chosen: NameChange[] = [];
    const left: NameChange[] = [];
    // A change depends on earlier ones only, so one pass from the last to the first finds all.
    for (let i = this.#unsynced.length - 1; i >= 0; i--) {
      const change = this.#unsynced[i] as NameChange; // within the bounds
      if (change.some(([changed]) => needed.has(changed))) {
        for (const [changed] of change) needed.add(changed);
        chosen.push(change);
      } else {
        left.push(change);
      }
    }
    for (const change of chosen.reverse()) apply(change, this.#durable);
    this.#unsynced = left.reverse();
    this.#unsyncedNames = namesOf(this.#unsynced);
  }

  syncAll(): void {
    for (const change of this.#unsynced) apply(change, this.#durable);
    this.#forgetChanges();
  }

  /** Power is lost: what was not synced never was. Returns the contents that are left. */
  revert(): Iterable<FileContent> {
    this.#cached = new Map(this.#durable);
    this.#forgetChanges();
    return this.#cached.values();
  }

  /** Every content that a name leads to, or may lead to after a power loss, each once and in a fixed order. */
  contents(): Set<FileContent> {
    const contents = new Set([...this.#cached.values(), ...this.#durable.values()]);
    for (const change of this.#unsynced) {
      for (const [, content] of change) if (content !== undefined) contents.add(content);
    }
    return contents;
  }

  /** @param numbers the number of each of `contents()` */
  save(numbers: ReadonlyMap<FileContent, number>): SavedDirectory {
    const numbered = ([name, content]: readonly [string, FileContent | undefined]): readonly [string, number] => {
      const number = content === undefined ? -1 : numbers.get(content);
      if (number === undefined) throw new Error(`Directory: the content of ${name} has no number.`);
      return [name, number];
    };
    return {
      cached: Array.from(this.#cached, numbered),
      durable: Array.from(this.#durable, numbered),
      unsynced: this.#unsynced.map((change) => change.map(numbered)),
    };
  }

  static restore(saved: SavedDirectory, contents: readonly FileContent[]): Directory {
    const bound = ([name, number]: readonly [string, number]): [string, FileContent] => {
      const content = contents[number];
      if (content === undefined) throw new Error(`Directory: the saved content ${number} of ${name} is missing.`);
      return [name, content];
    };
    const directory = new Directory();
    directory.#cached = new Map(saved.cached.map(bound));
    directory.#durable = new Map(saved.durable.map(bound));
    directory.#unsynced = saved.unsynced.map((change) =>
      change.map((entry) => (entry[1] === -1 ? ([entry[0], undefined] as const) : bound(entry))),
    );
    directory.#unsyncedNames = namesOf(directory.#unsynced);
    return directory;
  }

  #change(change: NameChange): void {
    apply(change, this.#cached);
    this.#unsynced.push(change);
    for (const [name] of change) this.#unsyncedNames.add(name);
  }

  #forgetChanges(): void {
    this.#unsynced = [];
    this.#unsyncedNames = new Set();
  }
}

function apply(change: NameChange, names: Map<string, FileContent>): void {
  for (const [name, content] of change) {
    if (content === undefined) names.delete(name);
    else names.set(name, content);
  }
}

function namesOf(changes: readonly NameChange[]): Set<string> {
  const names = new Set<string>();
  for (const change of changes) for (const [name] of change) names.add(name);
  return names;
}
