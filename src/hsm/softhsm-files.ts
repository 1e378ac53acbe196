import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where an attribute of an object stands in its file: PKCS#11 type, first octet and length of its value. */
export interface KeptAttribute {
  type: number;
  at: number;
  length: number;
}

/** A file that SoftHSM can't read through, and the octet from which on it can't. */
export interface DamagedFile {
  path: string;
  octet: number;
}

class Damage extends Error {
  constructor(readonly octet: number) {
    super(`damaged at octet ${octet}`);
  }
}

/** Kinds of values in the file, by number (SoftHSM 2.6, ObjectFile.cpp). */
const [FLAG, NUMBER, OCTETS, ATTRIBUTES, MECHANISMS] = [1n, 2n, 3n, 4n, 5n];
const NUMBER_OCTETS = 8;

/** An object's file: a number that grows with each change, then attributes, each with its type, kind and value. Numbers have eight octets, the highest first. @throws Damage */
export function keptAttributes(file: Buffer): KeptAttribute[] {
  return attributesIn(file, NUMBER_OCTETS, file.length);
}

function attributesIn(file: Buffer, from: number, end: number): KeptAttribute[] {
  const numberAt = (at: number): bigint => {
    if (at + NUMBER_OCTETS > end) throw new Damage(at);
    return file.readBigUInt64BE(at);
  };
  /** Octets of so many pieces behind the number that stands here. */
  const counted = (at: number, octetsEach: number): number => {
    const octets = numberAt(at) * BigInt(octetsEach);
    if (octets > BigInt(end - at - NUMBER_OCTETS)) throw new Damage(at);
    return Number(octets);
  };
  const found: KeptAttribute[] = [];
  for (let at = from; at < end; ) {
    const type = Number(numberAt(at));
    const kind = numberAt(at + NUMBER_OCTETS);
    const value = at + 2 * NUMBER_OCTETS;
    let length: number;
    if (kind === FLAG) length = 1;
    else if (kind === NUMBER) length = NUMBER_OCTETS;
    else if (kind === OCTETS || kind === ATTRIBUTES) length = counted(value, 1);
    else if (kind === MECHANISMS) length = counted(value, NUMBER_OCTETS);
    else throw new Damage(at + NUMBER_OCTETS);
    const start = kind === FLAG || kind === NUMBER ? value : value + NUMBER_OCTETS;
    if (start + length > end) throw new Damage(value);
    if (kind === ATTRIBUTES) attributesIn(file, start, start + length);
    found.push({ type, at: start, length });
    at = start + length;
  }
  return found;
}

/** The files of SoftHSM's token folders that it can't read through. It leaves out the objects of some, and ends each process that reads some others. */
export function findDamagedFiles(tokenDir: string): DamagedFile[] {
  return filesIn(tokenDir).flatMap((path) => {
    try {
      const file = readFileSync(path);
      // An object has a class at least.
      if (file.length <= NUMBER_OCTETS) throw new Damage(file.length);
      keptAttributes(file);
      return [];
    } catch (error) {
      return error instanceof Damage ? [{ path, octet: error.octet }] : [];
    }
  });
}

function filesIn(tokenDir: string): string[] {
  try {
    return readdirSync(tokenDir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.object')).map((name) => join(tokenDir, name)).sort();
  } catch {
    return [];
  }
}
