import pg from 'pg';
import { ORDER } from '../factory.mjs';
import { databaseUrl, restartPostgres, runSql, settleDisk } from '../services.mjs';
import { putBack, readStructure, takeDown } from './structure.mjs';

const UNITS_PER_ORDER = 100_000;
/** Each makes orders of its own. */
const CONNECTIONS = 2;
export const FILLED = ['unit', 'certificate', 'device_key', 'unit_target', 'job', 'attempt', 'log_leaf', 'log_index'];
/** Without the promises that nobody needs while the rows can be made again. */
const CARELESS = { wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '4GB', checkpoint_timeout: '1h', autovacuum: 'off', full_page_writes: 'off', max_parallel_maintenance_workers: '2', maintenance_work_mem: '1GB', work_mem: '256MB' };

/** Restarts PostgreSQL so that it does not care for what a power cut would do, for the time of `work`. Afterwards everything is on the disk. */
export async function carelessly(services, work) {
  await restartPostgres(services, { settings: CARELESS, durable: false });
  await work();
  await services.postgres.stop();
  await settleDisk();
  await restartPostgres(services);
}

/**
 * Adds certificates of closed orders to a ledger that has `from`, until it has `to`: per unit one certificate (sizes as
 * real ones), its AWS targets, its job with one attempt, and the two leaves of an issuance in the log. Indexes, keys and references are taken
 * down first, whatever they are, and built again from what is there. Answers what it cost.
 */
export async function fillLedger(services, database, { from, to, say }) {
  const start = performance.now();
  const elapsed = () => Math.round((performance.now() - start) / 1_000);
  const before = await readStructure(services, database, FILLED);
  await takeDown(services, database, before);
  let next = from;
  const fillOrders = async () => {
    const client = new pg.Client({ connectionString: databaseUrl(services, database) });
    await client.connect();
    try {
      while (next < to) {
        const first = next;
        next = Math.min(to, first + UNITS_PER_ORDER);
        const count = next - first;
        // One transaction, so that a fill that is cut short leaves whole orders.
        for (const statement of ['begin', ...statementsFor(first, count), 'commit']) await client.query(statement);
        if (next % 1_000_000 === 0 || next === to) say(`  ${database}: rows of ${next.toLocaleString('en')} certificates, ${elapsed()} s`);
      }
    } finally {
      await client.end();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, fillOrders));
  await putBack(services, database, before);
  say(`  ${database}: indexes and references, ${elapsed()} s`);
  const after = await readStructure(services, database, FILLED);
  if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`${database} does not have the indexes and references that it had`);
  await runSql(services, database, 'vacuum analyze');
  const [{ bytes }] = await runSql(services, database, 'select pg_database_size(current_database())::float8 as bytes');
  say(`  ${database}: vacuumed, ${elapsed()} s, ${Math.round(bytes / 1e6).toLocaleString('en')} MB`);
  return { seconds: (performance.now() - start) / 1_000, megabytes: bytes / 1e6 };
}

/**
 * Adds `count` certificates to a ledger that has `from`, with everything in place. Since the last checkpoint they have then
 * touched most pages of the indexes: the first to do so pays for a copy of the page in the log.
 */
export async function workOn(services, database, { from, count }) {
  for (let first = from; first < from + count; first += UNITS_PER_ORDER) await runSql(services, database, ...statementsFor(first, UNITS_PER_ORDER));
}

function statementsFor(from, count) {
  const order = `old-${from + 1}`;
  return [
    `insert into work_order (id, product, line_id, profile, method, authority_family, quantity, overage, certificates_reserved, state, released_at)
      select '${order}', product, line_id, profile, method, authority_family, ${count}, 0, ${count}, 'closed', now() from work_order where id = '${ORDER}'`,
    `insert into work_order_target (work_order_id, target_name) select '${order}', target_name from work_order_target where work_order_id = '${ORDER}'`,
    // In one statement, because nothing can be looked up. md5 stands in for random bytes: what an index sees must be
    // spread as serial numbers and hashes are.
    `with units as (
        insert into unit (serial, work_order_id, state) select 'O-' || lpad(i::text, 9, '0'), '${order}', 'shipped' from generate_series(${from + 1}, ${from + count}) as i
        returning id, serial),
      certificates as (
        insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, der, fingerprint, not_before, not_after, reserved_by, completed_at)
        select md5('n' || units.id) || substr(md5('m' || units.id), 1, 8), units.id, '${order}', authority.id, 'device', 'valid', sha256(('k' || units.id)::bytea), sha256(('t' || units.id)::bytea),
          decode(repeat(md5('d' || units.id), 35), 'hex'), encode(sha256(('f' || units.id)::bytea), 'hex'), now(), now() + interval '10 years', 1, now()
        from units cross join (select id from authority where state = 'issuing') as authority
        returning unit_id, serial_number, authority_id, tbs_sha256, spki_sha256, fingerprint),
      keys as (insert into device_key (identity, unit_id, first_serial_number) select spki_sha256, unit_id, serial_number from certificates),
      targets as (
        insert into unit_target (unit_id, target_name, certificate_id, state, observed_at)
        select unit_id, target_name, fingerprint, 'in-sync', now() from certificates cross join (select target_name from work_order_target where work_order_id = '${ORDER}') as target),
      jobs as (
        insert into job (unit_id, work_order_id, line_id, state, attempt)
        select units.id, '${order}', line_id, 'passed', 1 from units cross join (select line_id from work_order where id = '${ORDER}') as work_order
        returning id, unit_id),
      attempts as (
        insert into attempt (job_id, number, unit_id, station_id, slot, fence, ended_at, outcome)
        select jobs.id, 1, unit_id, station.id, '1', 1, now(), 'PASS' from jobs
        cross join (select station.id from station join work_order using (line_id) where work_order.id = '${ORDER}' limit 1) as station)
      insert into log_leaf (at, actor, event, subject, body, leaf_hash)
      select now(), 'key:0123456789ab', event, 'unit:' || serial, convert_to(jsonb_build_object('actor', 'key:0123456789ab', 'at', '2026-11-26T12:00:00.000Z', 'event', event, 'subject', 'unit:' || serial, 'facts', case event
        when 'certificate.reserved' then jsonb_build_object('serialNumber', serial_number, 'unit', serial, 'authority', authority_id, 'tbsSha256', encode(tbs_sha256, 'hex'), 'spkiSha256', encode(spki_sha256, 'hex'))
        else jsonb_build_object('serialNumber', serial_number, 'unit', serial, 'authority', authority_id, 'fingerprint', fingerprint) end)::text, 'UTF8'), sha256(('l' || event || unit_id)::bytea)
      from certificates join units on units.id = unit_id cross join (values ('certificate.reserved'), ('certificate.issued')) as told (event)`,
    // Their places in the log, as a worker would have given them; its readers have read them.
    `insert into log_index (index, seq) select next_index - 1 + row_number() over (order by seq), seq from log_leaf cross join log_sequencer where seq > last_seq`,
    `update log_sequencer set last_seq = greatest(last_seq, (select max(seq) from log_leaf)), next_index = (select max(index) + 1 from log_index)`,
    `update log_position set next_index = (select next_index from log_sequencer)`,
  ];
}
