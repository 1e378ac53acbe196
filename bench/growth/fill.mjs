import { ORDER } from '../factory.mjs';
import { runSql } from '../services.mjs';

const UNITS_PER_ORDER = 100_000;

/**
 * Fills a prepared ledger with `count` certificates of closed orders, all indexes and constraints in place: per unit one
 * certificate (sizes as real ones), its AWS targets and the two audit leaves of an issuance. Answers what it cost.
 */
export async function fillLedger(services, database, count, say) {
  const start = performance.now();
  for (let from = 0; from < count; from += UNITS_PER_ORDER) {
    await runSql(services, database, ...statementsFor(from, Math.min(UNITS_PER_ORDER, count - from)));
    say(`  ${database}: ${Math.min(count, from + UNITS_PER_ORDER).toLocaleString('en')} certificates, ${Math.round((performance.now() - start) / 1_000)} s`);
  }
  await runSql(services, database, 'vacuum analyze');
  const [{ bytes }] = await runSql(services, database, 'select pg_database_size(current_database())::float8 as bytes');
  return { seconds: (performance.now() - start) / 1_000, megabytes: bytes / 1e6 };
}

function statementsFor(from, count) {
  const order = `old-${from / UNITS_PER_ORDER + 1}`;
  return [
    // One transaction, so that a fill that is cut short leaves whole orders.
    'begin',
    `insert into work_order (id, product, line_id, profile, method, authority_family, quantity, overage, certificates_reserved, state, released_at)
      select '${order}', product, line_id, profile, method, authority_family, ${count}, 0, ${count}, 'closed', now() from work_order where id = '${ORDER}'`,
    `insert into work_order_target (work_order_id, target_name) select '${order}', target_name from work_order_target where work_order_id = '${ORDER}'`,
    `insert into unit (serial, work_order_id, state) select 'O-' || lpad(i::text, 9, '0'), '${order}', 'shipped' from generate_series(${from + 1}, ${from + count}) as i`,
    // md5 stands in for random bytes: what an index sees must be spread as serial numbers and hashes are.
    `insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, der, fingerprint, not_before, not_after, reserved_by, completed_at)
      select md5('n' || unit.id) || substr(md5('m' || unit.id), 1, 8), unit.id, '${order}', authority.id, 'device', 'valid', sha256(('k' || unit.id)::bytea), sha256(('t' || unit.id)::bytea),
        decode(repeat(md5('d' || unit.id), 35), 'hex'), encode(sha256(('f' || unit.id)::bytea), 'hex'), now(), now() + interval '10 years', 1, now()
      from unit, authority where unit.work_order_id = '${order}' and authority.state = 'issuing'`,
    `insert into unit_target (unit_id, target_name, certificate_id, state, observed_at)
      select unit_id, target_name, fingerprint, 'in-sync', now() from certificate join work_order_target using (work_order_id) where work_order_id = '${order}'`,
    `insert into job (unit_id, work_order_id, line_id, state, attempt) select unit.id, '${order}', line_id, 'passed', 1 from unit join work_order on work_order.id = work_order_id where work_order_id = '${order}'`,
    `insert into audit_leaf (actor, event, subject, data)
      select 'key:0123456789ab', event, 'unit:' || serial, case event
        when 'certificate.reserved' then jsonb_build_object('serialNumber', serial_number, 'unit', serial, 'authority', authority_id, 'tbsSha256', encode(tbs_sha256, 'hex'), 'spkiSha256', encode(spki_sha256, 'hex'))
        else jsonb_build_object('serialNumber', serial_number, 'unit', serial, 'authority', authority_id, 'fingerprint', fingerprint) end
      from certificate join unit on unit.id = unit_id cross join (values ('certificate.reserved'), ('certificate.issued')) as told (event)
      where certificate.work_order_id = '${order}'`,
    'commit',
  ];
}
