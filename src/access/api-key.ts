import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../platform/http/roles.js';

const FORM = /^ls_([a-z]+)_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** An API key as its holder has it: `ls_<role>_<id>_<secret>`; the secret is 256 random bits. */
export interface ApiKey {
  id: string;
  role: string;
  secret: string;
}

export function newApiKey(role: Role): { id: string; text: string; secretSha256: Buffer } {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, text: `ls_${role}_${id}_${secret}`, secretSha256: hashSecret(secret) };
}

/** Undefined when the text is not of our form; says nothing about whether the key is known. */
export function parseApiKey(text: string): ApiKey | undefined {
  const match = FORM.exec(text);
  return match ? { role: match[1]!, id: match[2]!, secret: match[3]! } : undefined;
}

/** A plain hash is enough: the secret has 256 random bits, so there is nothing to guess and no salt to add. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

export function secretMatches(secret: string, sha256: Buffer): boolean {
  return timingSafeEqual(hashSecret(secret), sha256);
}
