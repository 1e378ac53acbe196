import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptAttributes } from '../../src/hsm/softhsm-files.js';

/** Where SoftHSM keeps the halves of a key. */
export interface KeyFiles {
  private: string;
  public: string;
}

interface Octets {
  from: number;
  length: number;
}

const CKA_CLASS = 0;
const CKO_PRIVATE_KEY = 3n;

const objects = (tokenDir: string) => readdirSync(tokenDir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.object')).map((name) => join(tokenDir, name));
const attribute = (file: Buffer, type: number) => keptAttributes(file).find((each) => each.type === type)!;

/** The files of the key that `make` makes. */
export async function filesOfKey(tokenDir: string, make: () => Promise<unknown>): Promise<KeyFiles> {
  const before = objects(tokenDir);
  await make();
  const [first = '', second = ''] = objects(tokenDir).filter((path) => !before.includes(path));
  const file = readFileSync(first);
  return file.readBigUInt64BE(attribute(file, CKA_CLASS).at) === CKO_PRIVATE_KEY ? { private: first, public: second } : { private: second, public: first };
}

/** Four octets in the middle of an attribute's value (PKCS#11 number). */
export function inside(path: string, type: number): Octets {
  const { at, length } = attribute(readFileSync(path), type);
  return { from: at + (length >> 1), length: 4 };
}

/** The octets that say how long an attribute's value is. */
export const lengthOf = (path: string, type: number): Octets => ({ from: attribute(readFileSync(path), type).at - 8, length: 8 });

/** The file has these octets turned around while `work` runs; its number of changes grows, as with SoftHSM's own changes. */
export async function damaged(path: string, { from, length }: Octets, work: () => Promise<void>): Promise<void> {
  const whole = readFileSync(path);
  const file = Buffer.from(whole);
  file.writeBigUInt64BE(whole.readBigUInt64BE(0) + 1n, 0);
  for (let at = from; at < from + length; at++) file[at]! ^= 0xff;
  writeFileSync(path, file);
  await work().finally(() => writeFileSync(path, whole));
}
