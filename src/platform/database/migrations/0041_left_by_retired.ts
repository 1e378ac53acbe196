import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // What a family did in an account whose target is retired: its units wait for that. Of several retired targets the newest counts.
  `insert into family_target (family, target_name, method, parameters, work_order_id)
    select distinct on (decided.family, here.name) decided.family, here.name, decided.method, decided.parameters, decided.work_order_id
    from target here join target former on former.account_id = here.account_id and former.region = here.region and former.state = 'retired'
    join family_target decided on decided.target_name = former.name
    where here.state <> 'retired'
    order by decided.family, here.name, former.created_at desc
    on conflict (family, target_name) do nothing`,
  // The family's CAs were planned there as where no order has said anything.
  `update registration set method = decided.method, parameters = decided.parameters, state = 'pending', step = 'make', detail = null, aws_error = null, attempts = 0,
      since = now(), next_attempt_at = now(), updated_at = now()
    from family_target decided join authority on authority.family = decided.family join target here on here.name = decided.target_name and here.state <> 'retired'
    where registration.authority_id = authority.id and registration.target_name = decided.target_name and registration.state <> 'removed'
      and (registration.method, registration.parameters) is distinct from (decided.method, decided.parameters)`,
  // Whom nobody kept out there when the former target was retired.
  `insert into unit_target (unit_id, target_name, certificate_id, method, step, progress, desired, state, beyond_order, next_attempt_at)
    select distinct on (untold.unit_id, untold.certificate_id, here.name) untold.unit_id, here.name, untold.certificate_id, untold.method,
      case untold.desired when 'REVOKED' then 'revoke' else 'suspend' end, untold.progress, untold.desired, 'pending', true, now()
    from target former join unit_target untold on untold.target_name = former.name and untold.state = 'removed' and untold.desired <> 'ACTIVE' and untold.step <> 'canary-gone'
    join target here on here.account_id = former.account_id and here.region = former.region and here.state <> 'retired'
    where former.state = 'retired'
    order by untold.unit_id, untold.certificate_id, here.name, former.created_at desc
    on conflict (unit_id, target_name, certificate_id) do nothing`,
];

/** Targets that an earlier version made anew for the account of a retired one take over what that has left, as a new one does. */
export const leftByRetired: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
