import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCsr } from '../dist/x509/csr-writer.js';
import { toPem } from '../dist/x509/pem.js';

/**
 * A file of `count` different P-256 CSRs, one a line, as the inside of a JSON string. Made once and kept: every run and
 * every contestant gets the same ones. The ledger takes a key once, so there are as many keys as requests of one ledger.
 */
export function ensureCsrPool(folder, count) {
  const file = join(folder, `csrs-${count}.txt`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = Array.from({ length: count }, (_, index) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const subject = [{ type: 'O', value: 'Lineside Bench' }, { type: 'CN', value: serialOf(index) }];
    return JSON.stringify(toPem('CERTIFICATE REQUEST', createCsr({ subject, privateKey }))).slice(1, -1);
  });
  writeFileSync(`${file}.new`, `${lines.join('\n')}\n`);
  renameSync(`${file}.new`, file);
  return file;
}

export const SERIAL_PREFIX = 'B-';
/** The unit that gets the CSR of line `index`. load.lua counts in the same way. */
export const serialOf = (index) => `${SERIAL_PREFIX}${String(index + 1).padStart(6, '0')}`;
