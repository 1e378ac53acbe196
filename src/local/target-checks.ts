import { askLedger, type Examined, type Finding } from './examination.js';

/** Authorities whose units are made or in the field, where something keeps their units from a target, with open orders that this stops. */
const PROBLEMS = `
  select registration.target_name as target, authority.id as authority, authority.state = 'issuing' or authority.cloud_stopped_at is not null as issues,
    way_problem(target, registration) as problem, way_remedy(target, registration) as remedy,
    registration.attempts, registration.since, registration.step, registration.aws_error as "awsError",
    array(select work_order.id from work_order join work_order_target on work_order_id = work_order.id
      where authority_family = authority.family and target_name = registration.target_name and work_order.state in ('released', 'held') order by work_order.id limit 5) as orders
  from registration join authority on authority.id = registration.authority_id join target on target.name = registration.target_name
  where authority.state in ('generated', 'registered', 'issuing', 'retiring', 'frozen', 'compromised') and target.state <> 'retired' and not way_is_open(target, registration)
    and not (authority.cloud_stopped_at is not null and registration.state = 'in-sync')
  order by authority.id, registration.target_name`;

interface Problem {
  target: string;
  authority: string;
  issues: boolean;
  problem: string;
  remedy: string;
  orders: string[];
  attempts: number;
  since: Date;
  step: string;
  awsError: string | null;
}

/** Certificates that may connect in a target and that the ledger does not know, by the authority or the fleet template whose they are; the first three. */
const UNKNOWN = `
  select target_name as target, authority_id as authority, template_name as template, count(*)::int as count,
    (array_agg(certificate_id || coalesce(' on the Thing ' || thing_name, '') order by first_seen_at desc))[1:3] as first
  from unknown_certificate u where status in ('ACTIVE', 'PENDING_ACTIVATION') and not exists (select from certificate where fingerprint = u.certificate_id)
  group by target_name, authority_id, template_name order by target_name, authority_id, template_name`;

interface Unknown {
  target: string;
  authority: string | null;
  template: string | null;
  count: number;
  first: string[];
}

/** Whoever AWS lets in and the ledger does not know: a device of another ledger, one from before a restore, or one that nobody has made. */
export async function checkUnknownDevices(examined: Examined): Promise<Finding[]> {
  const unknown = (await askLedger(examined, async (client) => (await client.query<Unknown>(UNKNOWN)).rows)) ?? [];
  return unknown.map(({ target, authority, template, count, first }) => ({
    name: `AWS target ${target}`,
    state: 'warn',
    finding: `${authority ?? `The fleet template ${template}`}: AWS knows ${count === 1 ? 'a certificate' : `${count} certificates`} there${template === null ? '' : ' with the policy of its devices'} that the ledger does not know: ${first.join(', ')}${count > first.length ? ', …' : ''}.`,
    remedy: `GET /v1/work-orders/<order>/reconciliation of an order ${template === null ? 'of the family' : 'with the template'} names each. One that no other ledger knows either: set it REVOKED in AWS, and delete its Thing.`,
  }));
}

/** What keeps units from AWS, by what the ledger last saw there: such orders issue nothing (rule 7). */
export async function checkTargets(examined: Examined): Promise<Finding[]> {
  const name = 'AWS targets';
  const problems = await askLedger(examined, async (client) => (await client.query<Problem>(PROBLEMS)).rows);
  if (problems === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (problems.length === 0) return [{ name, state: 'ok', finding: 'each has every authority that issues for it' }];
  return problems.map(({ target, authority, issues, problem, remedy, orders, attempts, since, step, awsError }) => {
    const tried = attempts === 0 ? '' : ` Tried ${attempts} times at step ${step}${awsError === null ? '' : `, last answered ${awsError}`}; so since ${since.toISOString()}.`;
    const stopped = issues && orders.length > 0 ? ` Stopped by it: ${orders.join(', ')}.` : '';
    return { name: `AWS target ${target}`, state: issues ? 'fail' : 'warn', finding: `${authority}: ${problem}.${tried}${stopped}`, remedy };
  });
}

/** Open orders whose units are kept out until they have passed, with accounts beyond theirs in which they are not. */
const BEFORE_PASS = `
  select work_order.id as order, target_name as target, problem, remedy from work_order cross join lateral open_beyond(work_order.id)
  where work_order.method = 'multi-account' and work_order.parameters ->> 'activate' = 'at-pass' and work_order.state in ('released', 'held') order by work_order.id, target_name limit 20`;

/** Orders that were released before such an account stood against it, or beside one that holds the account. */
export async function checkAtPassOrders(examined: Examined): Promise<Finding[]> {
  const open = (await askLedger(examined, async (client) => (await client.query<{ order: string; target: string; problem: string; remedy: string }>(BEFORE_PASS)).rows)) ?? [];
  return open.map(({ order, target, problem, remedy }) => ({ name: `work order ${order}`, state: 'warn', finding: `${target}: ${problem}. The order is to keep its units out until then (activate: at-pass).`, remedy }));
}
