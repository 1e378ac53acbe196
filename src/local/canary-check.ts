import { askLedger, type Examined, type Finding } from './examination.js';

/** The last canary of each order that has not ended, where it failed; and canaries that are still not removed from a target ten minutes after their end. */
const FAILED = `
  select canary.work_order_id as "order", canary.serial, failed.target, failed.problem, failed.remedy, work_order.canary = 'required' as required
  from work_order join lateral (select * from canary where work_order_id = work_order.id order by id desc limit 1) canary on true
  cross join lateral jsonb_to_recordset(canary.results) as failed (target text, passed boolean, problem text, remedy text)
  where work_order.state in ('planned', 'released', 'held') and canary.state = 'failed' and not failed.passed
  order by work_order.id, failed.target limit 20`;
const LEFT = `
  select canary.serial, unit_target.target_name as target, unit_target.detail, unit_target.certificate_id as certificate,
    case target.state when 'retired' then target.account_id || ' in ' || target.region end as "retiredAccount" from canary
  join unit_target on unit_target.unit_id = canary.unit_id and unit_target.certificate_id = canary.certificate_id
  join target on target.name = unit_target.target_name
  where canary.ended_at between now() - interval '30 days' and now() - interval '10 minutes' and unit_target.step <> 'canary-gone' order by canary.id limit 20`;

interface Failed {
  order: string;
  serial: string;
  target: string;
  problem: string;
  remedy: string;
  required: boolean;
}

interface Left {
  serial: string;
  target: string;
  detail: string | null;
  certificate: string;
  /** Null while the target is in use. */
  retiredAccount: string | null;
}

/** What canaries found of the ways of open orders to AWS, and whether they are gone again. */
export async function checkCanaries(examined: Examined): Promise<Finding[]> {
  const name = 'canaries';
  const found = await askLedger(examined, async (client) => ({ failed: (await client.query<Failed>(FAILED)).rows, left: (await client.query<Left>(LEFT)).rows }));
  if (found === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  const findings = [
    ...found.failed.map(({ order, serial, target, problem, remedy, required }): Finding => ({ name: `canary of ${order}`, state: required ? 'fail' : 'warn', finding: `${serial} failed in ${target}: ${problem}`, remedy })),
    ...found.left.map((left): Finding => ({ name: `canary ${left.serial}`, state: 'warn', finding: `something of it may stand in ${left.target} still${left.detail === null ? '' : `: ${left.detail}`}`, remedy: remedyOf(left) })),
  ];
  return findings.length > 0 ? findings : [{ name, state: 'ok', finding: 'none has failed, and none is left anywhere' }];
}

function remedyOf({ serial, certificate, retiredAccount }: Left): string {
  if (retiredAccount === null) return 'Give the target’s role the statement Canary of docs/aws, and see that a worker reaches AWS; it is removed by itself then.';
  return `Make another target for account ${retiredAccount} (POST /v1/aws/targets), which removes it; or delete the certificate ${certificate} and the Thing ${serial} there by hand, if they are there.`;
}
