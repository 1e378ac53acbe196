import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { draftOf, removeOldDrafts, writeDurably } from './durable-file.js';
import { KeptAttachments } from './kept-attachments.js';

/** A result that the service has yet to take: the body of its call. */
export interface Kept {
  path: string;
  body: object;
}

/** A kept result and its line in a batch. */
export interface KeptLine {
  name: string;
  kept: Kept;
  line: string;
}

const BATCH_LINES = 200;
const BATCH_BYTES = 8 * 1_048_576;

/** Results on disk, one file each, in the order in which they were made, and their attachments: what a power cut may not lose. Folder and files are this user's alone. */
export class Spool {
  readonly attachments: KeptAttachments;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeOldDrafts(folder);
    this.attachments = new KeptAttachments(folder);
  }

  /** Answers the entry's name once it is on disk. */
  async add(kept: Kept): Promise<string> {
    const name = `${String(Date.now()).padStart(15, '0')}-${randomUUID().slice(0, 8)}.json`;
    await this.write(name, kept);
    return name;
  }

  /** Whether nothing waits here, and nothing is to be tidied up. */
  async isEmpty(): Promise<boolean> {
    return !(await readdir(this.folder)).some((name) => /\.(json|attachment|uploaded)$/.test(name));
  }

  /** The names of all results, the oldest first. */
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

  /** All results, the oldest first, as many at a time as one batch is to have. */
  async *batches(): AsyncGenerator<KeptLine[], void, void> {
    let batch: KeptLine[] = [];
    let bytes = 0;
    for (const name of await this.names()) {
      const kept = await this.read(name);
      if (!kept) continue;
      const line = `${JSON.stringify({ ...kept.body, job: kept.path.split('/')[3] })}\n`;
      if (batch.length > 0 && (batch.length === BATCH_LINES || bytes + line.length > BATCH_BYTES)) {
        yield batch;
        [batch, bytes] = [[], 0];
      }
      batch.push({ name, kept, line });
      bytes += line.length;
    }
    if (batch.length > 0) yield batch;
  }

  /** SHA-256 of the attachments that the results name. */
  async namedAttachments(): Promise<Set<string>> {
    const named = new Set<string>();
    for (const name of await this.names()) {
      const { attachments = [] } = ((await this.read(name))?.body ?? {}) as { attachments?: { sha256: string }[] };
      for (const { sha256 } of attachments) named.add(sha256);
    }
    return named;
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }

  /** The service refused it for good: it is kept with the refusal as `*.refused`, for people. */
  async putAside(name: string, kept: Kept, problem: object): Promise<void> {
    await this.write(name.replace(/\.json$/, '.refused'), { ...kept, problem });
    await this.remove(name);
  }

  /** Removes the attachments that are uploaded and that no result here names any more. */
  async tidy(): Promise<void> {
    await this.attachments.tidy(await this.namedAttachments());
  }

  private write(name: string, value: object): Promise<void> {
    return writeDurably(this.folder, draftOf(name), async (file) => {
      await file.writeFile(JSON.stringify(value));
      return name;
    });
  }
}
