import { askLedger, type Examined, type Finding } from './examination.js';

/** Orders that are not over, whose claim lets no device ask AWS any more, with units for which AWS has signed nothing. */
const ENDED = `
  select claim.work_order_id as order, claim.target_name as target, claim.reason, claim.expires_at as "expiresAt", work_order.state = 'released' as released
  from fleet_claim claim join work_order on work_order.id = claim.work_order_id
  where work_order.state in ('released', 'held') and claim_of_order_ended(claim.work_order_id)
    and exists (select from unit where unit.work_order_id = claim.work_order_id and not unit.canary and unit.state not in ('scrapped', 'failed')
      and not exists (select from certificate where certificate.unit_id = unit.id and certificate.state = 'valid'))
  order by claim.work_order_id limit 20`;

interface EndedClaim {
  order: string;
  target: string;
  reason: string | null;
  expiresAt: Date;
  released: boolean;
}

/** Orders that can't be made to the end, since their claim of fleet provisioning is over. */
export async function checkClaims(examined: Examined): Promise<Finding[]> {
  const name = 'claims of orders';
  const ended = await askLedger(examined, async (client) => (await client.query<EndedClaim>(ENDED)).rows);
  if (ended === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (ended.length === 0) return [{ name, state: 'ok', finding: 'none has ended before its order' }];
  return ended.map(({ order, target, reason, expiresAt, released }) => ({
    name: `work order ${order}`,
    state: released ? 'fail' : 'warn',
    finding: `${target}: the claim of work order ${order} has ended (${reason ?? `its date was ${expiresAt.toISOString()}`}). Its units for which AWS has signed nothing are handed out no more, and neither pass nor ship.`,
    remedy: `Have a security officer make a new claim (POST /v1/aws/claims/${order}/replace), with which all of them go on. Or let stations finish the units for which AWS has signed, and end the order (POST /v1/work-orders/${order}/cancel), and make a new one for the rest, which may name the serials on which nobody has worked.`,
  }));
}
