import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { draftOf, writeDurably } from './durable-file.js';
import type { StreamedBody } from './service-call.js';

/** A file by its path, or octets. */
export type Content = string | Uint8Array;

/**
 * Attachments of results on disk, by the SHA-256 of what is in them: `<sha256>.attachment` until it is uploaded, and `<sha256>.uploaded` from then on for as long as a kept result
 * names it: what no result names within a day is gone from the service, and is uploaded once more with its result.
 */
export class KeptAttachments {
  constructor(private readonly folder: string) {}

  /** Copies the content, a file in pieces. Answers its SHA-256 (hex) once it is on disk. */
  async add(content: Content): Promise<string> {
    const body = await bodyOf(content);
    let sha256 = '';
    await writeDurably(this.folder, draftOf(randomUUID()), async (file) => {
      sha256 = await hashOf(body, (piece) => file.writeFile(piece));
      return `${sha256}.attachment`;
    });
    return sha256;
  }

  /** SHA-256 of each that is to be uploaded. @param named those that kept results name, which are uploaded again */
  async waiting(named: ReadonlySet<string>): Promise<string[]> {
    const isWaiting = (name: string) => name.endsWith('.attachment') || (name.endsWith('.uploaded') && named.has(hashIn(name)));
    return (await readdir(this.folder)).filter(isWaiting).map(hashIn).toSorted();
  }

  /** How many have not been uploaded yet. */
  async count(): Promise<number> {
    return (await readdir(this.folder)).filter((name) => name.endsWith('.attachment')).length;
  }

  /** What is sent. @throws where it is not here */
  async body(sha256: string): Promise<StreamedBody> {
    const path = join(this.folder, sha256);
    return bodyOf(`${path}.attachment`).catch(() => bodyOf(`${path}.uploaded`));
  }

  async uploaded(sha256: string): Promise<void> {
    await this.rename(sha256, '.uploaded');
  }

  /** The service refused it for good: it is kept as `*.refused-attachment`, for people. */
  async putAside(sha256: string): Promise<void> {
    await this.rename(sha256, '.refused-attachment');
  }

  /** Removes those that are uploaded and that no kept result names any more. */
  async tidy(named: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (name.endsWith('.uploaded') && !named.has(hashIn(name))) await rm(join(this.folder, name), { force: true });
    }
  }

  private async rename(sha256: string, ending: string): Promise<void> {
    await rename(join(this.folder, `${sha256}.attachment`), join(this.folder, sha256 + ending)).catch((error: NodeJS.ErrnoException) => {
      // It was uploaded before.
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** What is sent of the content, which a file is not to change meanwhile. */
export async function bodyOf(content: Content): Promise<StreamedBody> {
  if (typeof content !== 'string') return { bytes: content.length, open: () => Readable.from(content.length === 0 ? [] : [Buffer.from(content)], { objectMode: false }) };
  const { size } = await stat(content);
  return { bytes: size, open: () => (size === 0 ? Readable.from([]) : createReadStream(content, { end: size - 1 })) };
}

/** SHA-256 (hex) of what is sent, each piece of which `take` gets. */
export async function hashOf(body: StreamedBody, take: (piece: Buffer) => Promise<void> = () => Promise.resolve()): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of body.open() as AsyncIterable<Buffer>) {
    digest.update(piece);
    await take(piece);
  }
  return digest.digest('hex');
}

const hashIn = (name: string) => name.split('.', 1)[0]!;
