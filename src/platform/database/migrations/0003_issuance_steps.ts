import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Units, orders, authorities and targets are never deleted, so a row that names one can't come to name nothing. Said once
 * on their side it costs an issuance nothing; foreign keys cost it five look-ups a certificate, and a lock on the order's
 * and the authority's row, which all stations share. That what is named exists, the issuance proves in the same
 * statement: it moves the unit, counts on the order, and adds each target from the order's own list.
 */
const KEPT = ['unit', 'work_order', 'authority', 'target'];

const LEAN = [
  `create function refuse_removal() returns trigger language plpgsql as $$
    begin raise exception 'rows of % are never removed', tg_table_name using errcode = 'restrict_violation'; end $$`,
  ...KEPT.map((table) => `create trigger ${table}_is_kept before delete or truncate on ${table} for each statement execute function refuse_removal()`),
  `alter table certificate
    drop constraint certificate_unit_id_fkey,
    drop constraint certificate_work_order_id_fkey,
    drop constraint certificate_authority_id_fkey`,
  `alter table unit_target
    drop constraint unit_target_unit_id_fkey,
    drop constraint unit_target_target_name_fkey`,
  // A unit changes its state six times in its life. With the state in no index and room on its page, that touches no index.
  `drop index unit_by_order`,
  `create index unit_by_order on unit (work_order_id)`,
  `alter table unit set (fillfactor = 60)`,
];

/**
 * The rules that an issuance meets in the ledger, one function each, for as many units as share the statement: all of them
 * or none. All in PL/pgSQL, which plans a statement once for each connection and not at each call. A refusal is an error of
 * class LS with its facts in detail and hint; of several units it names the first found.
 */
const RULES = [
  `create function record_leaves(actors text[], events text[], subjects text[], facts text[]) returns void language plpgsql as $$
    begin
      insert into audit_leaf (actor, event, subject, data)
      select a, e, s, f::jsonb from unnest(actors, events, subjects, facts) as leaf (a, e, s, f);
    end $$`,

  // LS001, LS002. With a lease (job, station, fence) it must hold this very moment and holds until the end of the
  // transaction; without one (job 0) no station may hold the unit.
  `create function require_entitlement(unit_ids bigint[], job_ids bigint[], stations text[], fences bigint[]) returns void language plpgsql as $$
    declare refused record;
    begin
      if job_ids <> array_fill(0::bigint, array[cardinality(job_ids)]) then
        perform 1 from job where id = any(job_ids) order by id for update;
      end if;
      select asked.job_id, unit.serial, job.station_id into refused
      from unnest(unit_ids, job_ids, stations, fences) as asked (unit_id, job_id, station, fence)
      left join job on job.unit_id = asked.unit_id and job.state = 'leased'
      left join unit on unit.id = job.unit_id
      where case when asked.job_id = 0 then job.id is not null
        else (job.id, job.station_id, job.lease_fence) is distinct from (asked.job_id, asked.station, asked.fence) end
      limit 1;
      if not found then return; end if;
      if refused.job_id = 0 then
        raise exception 'a station holds the unit' using errcode = 'LS002', detail = refused.serial, hint = refused.station_id;
      end if;
      raise exception 'the lease is lost' using errcode = 'LS001', detail = refused.job_id;
    end $$`,

  // LS003: a unit does not stand where the step may start, so two callers can't both win.
  `create function advance_units(ids bigint[], from_states text[], to_state text) returns void language plpgsql as $$
    declare
      moved integer;
      stuck text;
    begin
      update unit set state = to_state, updated_at = now() where id = any(ids) and state = any(from_states);
      get diagnostics moved = row_count;
      if moved = cardinality(ids) then return; end if;
      select state into stuck from unit where id = any(ids) order by state = to_state limit 1;
      raise exception 'a unit can not take this step' using errcode = 'LS003', detail = stuck, hint = to_state;
    end $$`,

  // LS004. Taken in the transaction that commits the intent to sign: a crash can leave the count too high until the
  // reservation is settled, and never too low. In one order everywhere, so that nobody waits for each other's orders.
  `create function take_quota(order_ids text[]) returns void language plpgsql as $$
    declare asked record;
    begin
      for asked in select id, count(*) as certificates from unnest(order_ids) as id group by id order by id loop
        update work_order set certificates_reserved = certificates_reserved + asked.certificates
        where id = asked.id and state = 'released' and certificates_reserved + asked.certificates <= quantity + overage;
        if not found then
          raise exception 'the order gives no more' using errcode = 'LS004', detail = asked.id;
        end if;
      end loop;
    end $$`,

  // From now on the units are looked for in these targets; one that got another certificate is looked for anew.
  `create function expect_units(unit_ids bigint[], targets text[], certificate_ids text[], first_look interval) returns void language plpgsql as $$
    begin
      insert into unit_target (unit_id, target_name, certificate_id, state, next_attempt_at)
      select u, t, c, 'pending', now() + first_look from unnest(unit_ids, targets, certificate_ids) as expected (u, t, c)
      on conflict (unit_id, target_name, certificate_id) do nothing;
    end $$`,
];

const STEPS = [
  // LS006: another generation issues now. Processes keep in mind who issues, and learn it here.
  `create function require_issuers(authority_ids text[]) returns void language plpgsql as $$
    declare former text;
    begin
      select asked.id into former from (select distinct id from unnest(authority_ids) as id) as asked
      left join authority on authority.id = asked.id and authority.state = 'issuing' where authority.id is null limit 1;
      if found then
        raise exception 'the authority does not issue' using errcode = 'LS006', detail = former;
      end if;
    end $$`,

  // What is to be signed is on record, with its audit leaf, before the HSM is asked.
  `create function reserve_certificates(
      holder integer, serial_numbers text[], unit_ids bigint[], order_ids text[], authority_ids text[], profiles text[],
      spki_sha256s bytea[], tbs_octets bytea[], tbs_sha256s bytea[], not_befores bigint[], not_afters bigint[],
      job_ids bigint[], stations text[], fences bigint[], from_states text[],
      actors text[], events text[], subjects text[], facts text[]) returns void language plpgsql as $$
    begin
      perform require_issuers(authority_ids);
      insert into certificate (state, reserved_by, serial_number, unit_id, work_order_id, authority_id, profile, spki_sha256, tbs, tbs_sha256, not_before, not_after)
      select 'reserved', holder, s, u, o, a, p, k, t, h, to_timestamp(b), to_timestamp(e)
      from unnest(serial_numbers, unit_ids, order_ids, authority_ids, profiles, spki_sha256s, tbs_octets, tbs_sha256s, not_befores, not_afters)
        as intent (s, u, o, a, p, k, t, h, b, e);
      perform record_leaves(actors, events, subjects, facts);
      perform require_entitlement(unit_ids, job_ids, stations, fences);
      perform advance_units(unit_ids, from_states, 'reserved');
      -- Last, because it takes the orders' rows, which all stations want.
      perform take_quota(order_ids);
    end $$`,

  // LS005: a reservation was given up meanwhile, and an attempt that lost its turn stores nothing.
  `create function complete_certificates(
      serial_numbers text[], ders bytea[], fingerprints text[], unit_ids bigint[],
      job_ids bigint[], stations text[], fences bigint[], from_states text[],
      target_unit_ids bigint[], targets text[], certificate_ids text[], first_look interval,
      actors text[], events text[], subjects text[], facts text[]) returns void language plpgsql as $$
    declare stored integer;
    begin
      update certificate set state = 'valid', der = signed.der, fingerprint = signed.fingerprint, tbs = null, completed_at = now()
      from unnest(serial_numbers, ders, fingerprints) as signed (serial_number, der, fingerprint)
      where certificate.serial_number = signed.serial_number and certificate.state = 'reserved';
      get diagnostics stored = row_count;
      if stored <> cardinality(serial_numbers) then
        raise exception 'a reservation was given up' using errcode = 'LS005', detail = serial_numbers[1];
      end if;
      perform record_leaves(actors, events, subjects, facts);
      perform require_entitlement(unit_ids, job_ids, stations, fences);
      perform advance_units(unit_ids, from_states, 'certified');
      perform expect_units(target_unit_ids, targets, certificate_ids, first_look);
    end $$`,
];

export const issuanceSteps: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [...LEAN, ...RULES, ...STEPS]) await sql.raw(statement).execute(db);
  },
};
