import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { hasCode } from './local.errors.js';

/** Mode bits that let anyone but the owner in. */
export const OPEN_TO_OTHERS = 0o077;

/** Writes a file of mode 0600 in one step, so that no reader ever finds half of it. */
export function writeSecretFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** The secret in `file`, made on first use: 24 random bytes in base64url, which needs no quoting anywhere. */
export function ensureSecretFile(file: string, make = () => randomBytes(24).toString('base64url')): string {
  const known = findSecret(file);
  if (known !== undefined) return known;
  const secret = make();
  writeSecretFile(file, secret);
  return secret;
}

/** The secret in `file` without its line end, or undefined when the file is missing or empty. */
export function findSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    return secret === '' ? undefined : secret;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** True when somebody other than the owner may read or write the file. */
export function isOpenToOthers(file: string): boolean {
  return (statSync(file).mode & OPEN_TO_OTHERS) !== 0;
}
