// Indexes, keys and references of tables, as the catalogue tells them: to be taken down before millions of rows and put
// back after them, whatever a migration has made of them.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { runSql } from '../services.mjs';

/** What takes down, and what puts back, in that order. */
export async function readStructure(services, database, tables) {
  const names = `array[${tables.map((table) => `'${table}'::regclass`).join(', ')}]::oid[]`;
  // A key can't go while another table refers to it, so those references count as well.
  const constraints = await runSql(services, database, `
    select conrelid::regclass::text as "table", quote_ident(conname) as name, contype as type, pg_get_constraintdef(oid) as definition from pg_constraint
    where (contype in ('p', 'u', 'x') and conrelid = any(${names})) or (contype = 'f' and (conrelid = any(${names}) or confrelid = any(${names})))
    order by contype <> 'f', 1, 2`);
  const indexes = await runSql(services, database, `
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = any(${names}) and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x')) order by 1`);
  return { constraints, indexes };
}

/**
 * Reads the tables' indexes once, so that the kernel has them in memory, as it has those of a ledger that has been at
 * work for a day. Cold, the first look at each page is what would be measured.
 */
export async function readIndexes(services, database, tables) {
  const names = `array[${tables.map((table) => `'${table}'::regclass`).join(', ')}]::oid[]`;
  const files = await runSql(services, database, `select pg_relation_filepath(indexrelid) as file from pg_index where indrelid = any(${names})`);
  for (const { file } of files) {
    // PostgreSQL cuts a relation into files of 1 GB: n, n.1, n.2, …
    const first = join(services.folder, 'postgres', file);
    for (let part = 0; existsSync(part === 0 ? first : `${first}.${part}`); part++) {
      for await (const _chunk of createReadStream(part === 0 ? first : `${first}.${part}`, { highWaterMark: 1 << 20 }));
    }
  }
}

export async function takeDown(services, database, { constraints, indexes }) {
  await runSql(services, database,
    ...constraints.map(({ table, name }) => `alter table ${table} drop constraint ${name}`),
    ...indexes.map(({ name }) => `drop index ${name}`),
  );
}

export async function putBack(services, database, { constraints, indexes }) {
  const keys = constraints.filter(({ type }) => type !== 'f');
  const references = constraints.filter(({ type }) => type === 'f');
  await runSql(services, database,
    ...indexes.map(({ definition }) => definition),
    ...[...keys, ...references].map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
  );
}
