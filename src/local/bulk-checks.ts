import { askLedger, type Examined, type Finding } from './examination.js';

/** Those that have not ended. What waits for an earlier task of ours, or has said nothing amiss, has no `problem`. */
const OPEN = `
  select b.id::int, b.target_name as target, b.state, b.attempts, b.created_at as since,
    case when exists (select from bulk_registration as ours where ours.task_id = b.waits_for) then null else b.detail end as problem
  from bulk_registration b join target on target.name = b.target_name
  where b.state <> 'ended' and target.state = 'verified' order by b.id`;

/** Units that wait for another file, by the registration whose file they were in last. */
const FAILED = `
  select target, id::int, count(*)::int as units from (
    select u.target_name as target, last.id from (select * from unit_target where state = 'pending' and method = 'bulk' and step = 'again' limit 10000) as u
    cross join lateral (
      select l.bulk_registration_id as id from bulk_line l join bulk_registration r on r.id = l.bulk_registration_id
      where l.unit_id = u.unit_id and l.certificate_id = u.certificate_id and r.target_name = u.target_name order by l.bulk_registration_id desc limit 1
    ) as last
    union all select target_name, bulk_registration_id from bulk_csr where state = 'refused' and bulk_registration_id is not null
  ) as failed group by target, id order by id limit 20`;

interface OpenRegistration {
  id: number;
  target: string;
  state: string;
  attempts: number;
  since: Date;
  problem: string | null;
}

interface FailedUnits {
  target: string;
  id: number;
  units: number;
}

/** Files of units on their way to AWS: what they wait for, and which units AWS refused. */
export async function checkBulkRegistrations(examined: Examined): Promise<Finding[]> {
  const name = 'bulk registrations';
  const known = await askLedger(examined, async (client) => ({
    open: (await client.query<OpenRegistration>(OPEN)).rows,
    failed: (await client.query<FailedUnits>(FAILED)).rows,
  }));
  if (known === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  const findings = [
    ...known.open.flatMap(({ id, target, state, attempts, since, problem }): Finding[] => problem === null ? [] : [{
      name: `bulk registration ${id}`, state: 'warn', finding: `${target}: ${state} since ${since.toISOString()}, tried ${attempts} times: ${problem}.`,
      remedy: `Do what GET /v1/aws/bulk-registrations/${id} names as its remedy; it is tried again by itself, at once after POST /v1/aws/bulk-registrations/${id}/send-again.`,
    }]),
    ...known.failed.map(({ target, id, units }): Finding => ({
      name: `bulk registration ${id}`, state: 'warn', finding: `${target}: AWS has refused or left incomplete ${units === 1 ? 'one unit' : `${units} units`}.`,
      remedy: `Mend what GET /v1/aws/bulk-registrations/${id}/failures names; the units go into another file by themselves, at once after POST /v1/aws/bulk-registrations/${id}/send-again.`,
    })),
  ];
  if (findings.length > 0) return findings;
  return [{ name, state: 'ok', finding: known.open.length === 0 ? 'none is on its way' : `${known.open.length} on their way, without trouble` }];
}
