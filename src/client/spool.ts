import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A result that the service has yet to take: the body of its call. */
export interface Kept {
  path: string;
  body: object;
}

/** Results on disk, one file each, in the order in which they were made: what a power cut may not lose. Folder and files are this user's alone. */
export class Spool {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Answers the entry's name once it is on disk. */
  async add(kept: Kept): Promise<string> {
    const name = `${String(Date.now()).padStart(15, '0')}-${randomUUID().slice(0, 8)}.json`;
    await this.write(name, kept);
    return name;
  }

  /** The names of all entries, the oldest first. */
  async names(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.endsWith('.json')).toSorted();
  }

  /** Undefined for a file that can't be read, which is put aside as `*.unreadable`. */
  async read(name: string): Promise<Kept | undefined> {
    const file = join(this.folder, name);
    try {
      return JSON.parse(await readFile(file, 'utf8')) as Kept;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await rename(file, `${file}.unreadable`);
      return undefined;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }

  /** The service refused it for good: it is kept with the reason as `*.refused`, for people. */
  async putAside(name: string, kept: Kept, reason: object): Promise<void> {
    await this.write(name.replace(/\.json$/, '.refused'), { ...kept, reason });
    await this.remove(name);
  }

  /** Whole or not at all, also when the power goes. */
  private async write(name: string, value: object): Promise<void> {
    const temporary = join(this.folder, `${name}.new`);
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(value));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(this.folder, name));
    // Windows opens no folder.
    const folder = process.platform === 'win32' ? undefined : await open(this.folder, 'r');
    await folder?.sync();
    await folder?.close();
  }
}
