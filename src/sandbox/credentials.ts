import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'ini';
import { z } from 'zod';

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
  const known = existsSync(path) ? read(path) : [];
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
  const profiles = credentials.map(({ accountId, accessKeyId, secretAccessKey }) => [
    `sandbox-${accountId}`,
    { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey },
  ]);
  return stringify(Object.fromEntries(profiles), { whitespace: true });
}

const Profile = z.object({ aws_access_key_id: z.string().min(1), aws_secret_access_key: z.string().min(1) });

function read(path: string): Credential[] {
  const own = Object.entries(parse(readFileSync(path, 'utf8'))).filter(([name]) => name.startsWith('sandbox-'));
  return own.map(([name, section]) => {
    const accountId = /^sandbox-([0-9]{12})$/.exec(name)?.[1];
    const profile = Profile.safeParse(section);
    if (accountId === undefined || !profile.success) throw new Error(`The sandbox can't read its own credentials file ${path}. Remove it to get new access keys.`);
    return { accountId, accessKeyId: profile.data.aws_access_key_id, secretAccessKey: profile.data.aws_secret_access_key };
  });
}
