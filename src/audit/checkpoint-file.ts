import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Checkpoint } from './checkpoint.js';

const Point = { index: z.int().min(0), seq: z.int().min(0), leafHash: z.string().regex(/^[0-9a-f]{64}$/), at: z.iso.datetime() };
const Kept = z.strictObject({
  ...Point,
  ledger: z.string(),
  epoch: z.int().min(0),
  earlier: z.strictObject(Point).nullable(),
  server: z.strictObject({ system: z.string(), timeline: z.int() }).nullable(),
});
/** `checkpoint` is the text that is signed (Ed25519, base64); `publicKey` is the DER of the key's public half, base64. */
const Signed = z.strictObject({ checkpoint: z.string(), publicKey: z.base64(), signature: z.base64() });

/** The file is there and can't be believed. */
export class CheckpointDamaged extends Error {}

const fileIn = (folder: string) => join(folder, 'checkpoint.json');
const keyIn = (folder: string) => join(folder, 'checkpoint.key');

/** Undefined where there is none. @throws CheckpointDamaged */
export async function readCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  const file = fileIn(folder);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const { checkpoint, publicKey, signature } = Signed.parse(JSON.parse(text));
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (!verify(null, Buffer.from(checkpoint), key, Buffer.from(signature, 'base64'))) throw new Error('the signature is wrong');
    return Kept.parse(JSON.parse(checkpoint));
  } catch (error) {
    throw new CheckpointDamaged(`${file} is damaged`, { cause: error });
  }
}

/** In one step and to the disk, so that a reader finds the old one or the new one, whatever ends. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint, key: KeyObject): Promise<void> {
  const text = JSON.stringify(checkpoint);
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  const signature = sign(null, Buffer.from(text), key).toString('base64');
  await replaceFile(fileIn(folder), JSON.stringify({ checkpoint: text, publicKey, signature }));
}

/** Keeps it under another name, as evidence: from now on the folder tells of nothing. */
export async function putCheckpointAside(folder: string): Promise<void> {
  const file = fileIn(folder);
  await rename(file, `${file}.${new Date().toISOString().replaceAll(':', '')}`).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** The key that checkpoints of this folder are signed with; undefined where there is none. */
export async function findCheckpointKey(folder: string): Promise<KeyObject | undefined> {
  try {
    return createPrivateKey(await readFile(keyIn(folder)));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The same, made on first use, with the folder. */
export async function openCheckpointKey(folder: string): Promise<KeyObject> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = await findCheckpointKey(folder);
  if (known) return known;
  const { privateKey } = generateKeyPairSync('ed25519');
  await replaceFile(keyIn(folder), privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  return privateKey;
}

/** Processes that share a folder don't share the name of their draft. */
const DRAFT = `.${randomBytes(4).toString('hex')}.new`;

async function replaceFile(file: string, content: string): Promise<void> {
  const draft = `${file}${DRAFT}`;
  const handle = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
