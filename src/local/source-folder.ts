import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * The files below a folder and what has changed among them. Events of the file system only tell that it is time to look:
 * each folder is watched for itself, since a watch of a file, or Node's recursive one, loses a file that an editor replaces.
 */
export class SourceFolder {
  /** Path below `root` → what a change of the file changes. */
  private files = new Map<string, string>();
  private readonly watchers = new Map<string, FSWatcher>();

  /** `onEvent` is called at every event, often several times for one change. Files written before `since` (milliseconds since 1970) are known. */
  constructor(
    private readonly root: string,
    since: number,
    private readonly onEvent: () => void,
  ) {
    this.look();
    for (const path of this.files.keys()) {
      if ((statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? since) >= since) this.files.delete(path);
    }
  }

  /** Paths of the files that were written, added or removed since the last time. */
  takeChanges(): string[] {
    const before = this.files;
    this.look();
    return [...new Set([...before.keys(), ...this.files.keys()])].filter((path) => before.get(path) !== this.files.get(path));
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
  }

  private look(): void {
    const folders = new Set<string>();
    this.files = new Map();
    this.lookInto('', folders);
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
  }

  private lookInto(folder: string, folders: Set<string>): void {
    folders.add(folder);
    try {
      // Watched before it is read, so that nothing comes in between.
      if (!this.watchers.has(folder)) this.watchers.set(folder, this.watchFolder(folder));
      for (const entry of readdirSync(join(this.root, folder), { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) this.lookInto(path, folders);
        else this.files.set(path, stateOf(join(this.root, path)));
      }
    } catch {
      // Removed while we looked; an event tells of it.
      folders.delete(folder);
    }
  }

  private watchFolder(folder: string): FSWatcher {
    const watcher = watch(join(this.root, folder), () => this.onEvent());
    watcher.on('error', () => this.onEvent());
    return watcher;
  }
}

function stateOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return `${stats?.ino} ${stats?.mtimeMs} ${stats?.size}`;
}
