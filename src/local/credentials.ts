import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ServiceAddress } from '../client/service-call.js';
import type { DataFolder } from './data-folder.js';
import { LocalProblem } from './local.errors.js';
import { writeSecretFile } from './secret-file.js';

const ROLES = ['admin', 'manager', 'officer', 'issuer'] as const;

/** What this file knows of credentials.json; the demo adds the station, the work order and the AWS targets, and is left alone. */
const Credentials = z.looseObject({ baseUrl: z.url(), keys: z.looseObject(Object.fromEntries(ROLES.map((role) => [role, z.string()]))) });

/** Makes the first callers' keys on the first start, and on every start says where the service answers. */
export function ensureCredentials(place: DataFolder, { baseUrl, caFile }: ServiceAddress): void {
  const known = existsSync(place.credentials) ? readCredentials(place.credentials) : undefined;
  const keys = known?.keys ?? Object.fromEntries(ROLES.map((role) => [role, newKey(role)]));
  writeSecretFile(place.bootstrapKeys, JSON.stringify(Object.fromEntries(ROLES.map((role) => [role, keys[role]]))));
  writeSecretFile(place.credentials, `${JSON.stringify({ ...known, baseUrl, caFile, keys }, null, 2)}\n`);
}

function readCredentials(file: string): z.infer<typeof Credentials> {
  try {
    return Credentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new LocalProblem(`${file} can't be read as credentials.`, `Put it aside to get new keys at the next start: mv '${file}' '${file}.aside'`, { cause: error });
  }
}

/** A key in the form that access/ takes: 48 random bits to find it by, 256 to keep it secret. */
function newKey(role: string): string {
  return `ls_${role}_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}
