import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Credential {
  accountId: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * The access keys, one for each account id, kept in `<data dir>/credentials` as an AWS shared-credentials file.
 * Accounts that are new get theirs now, and the others keep what they have.
 */
export function loadCredentials(dataDir: string, accountIds: readonly string[]): Credential[] {
  const path = join(dataDir, 'credentials');
  const known = existsSync(path) ? parse(readFileSync(path, 'utf8')) : [];
  const missing = [...new Set(accountIds)].filter((accountId) => !known.some((credential) => credential.accountId === accountId));
  const all = [...known, ...missing.map(makeCredential)];
  if (missing.length > 0) {
    // Written aside and renamed, so that a kill in between leaves the old file or the new one.
    writeFileSync(`${path}.new`, format(all), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return all.filter((credential) => accountIds.includes(credential.accountId));
}

function makeCredential(accountId: string): Credential {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const suffix = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  return { accountId, accessKeyId: `AKIA${suffix}`, secretAccessKey: randomBytes(30).toString('base64') };
}

function format(credentials: readonly Credential[]): string {
  return credentials
    .map(({ accountId, accessKeyId, secretAccessKey }) =>
      [`[sandbox-${accountId}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ''].join('\n'),
    )
    .join('\n');
}

function parse(text: string): Credential[] {
  return text.split(/^\[sandbox-/m).slice(1).map((section) => {
    const accountId = /^([0-9]{12})\]/.exec(section)?.[1];
    const accessKeyId = /^aws_access_key_id = (\S+)$/m.exec(section)?.[1];
    const secretAccessKey = /^aws_secret_access_key = (\S+)$/m.exec(section)?.[1];
    if (accountId === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
      throw new Error('The sandbox can\'t read its own credentials file. Remove it to get new access keys.');
    }
    return { accountId, accessKeyId, secretAccessKey };
  });
}
