import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';

/** `src`, or `dist` when compiled: both hold the modules' `.sql` files at the same place. */
const MODULES = join(import.meta.dirname, '..', '..');

/** A statement of a `.sql` file, with the comment before it. */
interface Rule {
  functionName: string;
  statement: string;
}

/** The functions of all modules' `.sql` files, in the order of their paths. Each statement there is one `create function`. */
export function readRules(folder = MODULES): Rule[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sql')).toSorted();
  return files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^(?=create function )/m).filter((part) => part.startsWith('create function ')).map(toRule));
}

function toRule(statement: string): Rule {
  return { functionName: /^create function (\w+)/.exec(statement)![1]!, statement };
}

/**
 * Installs the ledger's rules as they stand in the modules' `.sql` files, in one transaction, and does nothing where these very
 * rules are installed. Replicas that start together come one after the other.
 */
export async function installRules(db: Kysely<never>, folder = MODULES): Promise<void> {
  const rules = readRules(folder);
  const digest = hash('sha256', rules.map(({ statement }) => statement).join('\n'), 'hex');
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('installed_rules'))`.execute(tx);
    const { rows } = await sql<{ digest: string }>`select digest from installed_rules`.execute(tx);
    if (rows[0]?.digest === digest) return;
    for (const name of new Set(rules.map(({ functionName }) => functionName))) await dropFunction(tx, name);
    // A body may name a function of a later file.
    await sql`set local check_function_bodies = off`.execute(tx);
    for (const { statement } of rules) await sql.raw(statement).execute(tx);
    await sql`insert into installed_rules (digest) values (${digest}) on conflict (id) do update set digest = excluded.digest`.execute(tx);
  });
}

/** With whatever arguments an earlier version had. */
async function dropFunction(tx: Kysely<never>, name: string): Promise<void> {
  const { rows } = await sql<{ signature: string }>`
    select oid::regprocedure::text as signature from pg_proc where proname = ${name} and pronamespace = current_schema()::regnamespace`.execute(tx);
  for (const { signature } of rows) await sql.raw(`drop function ${signature}`).execute(tx);
}
