import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { askLedger, type Examined, type Finding } from './examination.js';

const Keys = z.object({ keys: z.record(z.string(), z.string()) });
/** The form that access/ takes. */
const FORM = /^ls_[a-z]+_([0-9a-f]{12})_(.+)$/;
/** Who makes keys of a role (access/granting.ts). */
const MADE_BY: Record<string, string> = { admin: 'an admin', station: 'a manager', manager: 'an officer', officer: 'an officer', issuer: 'an officer' };

/** A key of credentials.json that opens nothing. */
export interface DeadKey {
  role: string;
  /** One sentence. */
  why: string;
  remedy: string;
}

/** Keys of `credentials.json` that the ledger does not take, or takes no more. Rejects when the ledger does not answer. */
export async function findDeadKeys({ place, databaseUrl }: Pick<Examined, 'place' | 'databaseUrl'>): Promise<DeadKey[]> {
  const file = place.credentials;
  if (!existsSync(file)) return [];
  const { keys } = Keys.parse(JSON.parse(readFileSync(file, 'utf8')));
  const held = Object.entries(keys).map(([role, text]) => ({ role, id: FORM.exec(text)?.[1] ?? '', secret: FORM.exec(text)?.[2] ?? '' }));
  const rows = await askLedger({ databaseUrl }, async (client) =>
    (await client.query<{ id: string; secret_sha256: Buffer; revoked_at: Date | null }>('select id, secret_sha256, revoked_at from api_key where id = any($1)', [held.map(({ id }) => id)])).rows);
  if (rows === undefined) return [];
  const known = new Map(rows.map((row) => [row.id, row]));
  return held.flatMap(({ role, id, secret }) => {
    const row = known.get(id);
    const why = row === undefined ? 'is not known to the ledger' : row.revoked_at !== null ? `was revoked at ${row.revoked_at.toISOString()}` : row.secret_sha256.equals(hash('sha256', secret, 'buffer')) ? undefined : 'has another secret in the ledger';
    return why === undefined ? [] : [{ role, why: `The key for ${role} in ${file} ${why}.`, remedy: remedyFor(role, file) }];
  });
}

function remedyFor(role: string, file: string): string {
  return `Put another one in its place, which ${MADE_BY[role] ?? 'an admin'} makes: POST /v1/access/keys {"role":"${role}","name":"…"}. If nobody can, put the file aside and start again, which makes new keys for all roles ("Keys of callers" in docs/operations.md): mv '${file}' '${file}.aside'`;
}

/** Whoever follows the README reads his keys there, and so do the demo and this program. */
export async function checkCredentials(examined: Examined): Promise<Finding[]> {
  const name = 'credentials';
  if (examined.databaseUrl === undefined) return [{ name, state: 'ok', finding: 'not compared while the ledger does not run' }];
  const dead = await findDeadKeys(examined);
  if (dead.length === 0) return [{ name, state: 'ok', finding: 'each key that is named there is valid' }];
  return dead.map(({ why, remedy }) => ({ name, state: 'warn', finding: why, remedy }));
}
