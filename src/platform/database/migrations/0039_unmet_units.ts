import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `set local statement_timeout = 0`,
  // A unit with a certificate of ours, and the targets that would learn of it by its first connection, which has not come.
  `create table unmet_unit (
    unit_id bigint primary key,
    authority_id text not null,
    method text not null,
    left_the_line boolean not null,
    targets text[] not null
  )`,
  // How many there are of each kind; under the target '' each unit counts once.
  `create table unmet_count (
    authority_id text not null,
    target_name text not null,
    method text not null,
    left_the_line boolean not null,
    units bigint not null,
    primary key (authority_id, target_name, method, left_the_line)
  )`,
  `insert into unmet_unit (unit_id, authority_id, method, left_the_line, targets)
    select unit.id, certificate.authority_id, min(u.method), unit.state <> 'certified', array_agg(u.target_name order by u.target_name)
    from unit_target u join unit on unit.id = u.unit_id
    join certificate on certificate.unit_id = u.unit_id and certificate.fingerprint = u.certificate_id
    where u.desired = 'ACTIVE' and u.state in ('pending', 'failed') and u.connected_at is null and u.succeeds is null and not u.beyond_order
      and unit.state in ('certified', 'passed', 'shipped') and not unit.canary
      and certificate.state = 'valid' and certificate.standing = 'current' and certificate.authority_id is not null
    group by unit.id, unit.state, certificate.authority_id`,
  `insert into unmet_count (authority_id, target_name, method, left_the_line, units)
    select authority_id, place, method, left_the_line, count(*) from unmet_unit, unnest(array_append(targets, '')) as place group by authority_id, place, method, left_the_line`,
  // Whom a stop locks out, in the order of the units.
  `create index unmet_unit_of_authority on unmet_unit (authority_id, unit_id) where left_the_line`,
  // Only the count that these tables replace went along it.
  `drop index certificate_current`,
];

/** Units of which some target knows nothing before they connect, counted as they come and go. */
export const unmetUnits: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
