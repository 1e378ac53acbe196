import { askLedger, type Examined, type Finding } from './examination.js';

const SHOWN = 5;

const UNCONFIRMED = `
  select id, count(*) over ()::int as orders,
    (select count(*) from renewal join unit on unit.id = renewal.unit_id where renewal.state not in ('done', 'cancelled') and unit.work_order_id in (select id from work_order where unconfirmed_epoch is not null))::int as renewals
  from work_order where unconfirmed_epoch is not null order by id limit ${SHOWN}`;

/** Orders that wait to be confirmed since a restored ledger was accepted, and how many renewals rest for that. */
export async function checkConfirmations(examined: Examined): Promise<Finding> {
  const name = 'orders after a restore';
  const rows = await askLedger(examined, async (client) => (await client.query<{ id: string; orders: number; renewals: number }>(UNCONFIRMED)).rows);
  if (rows === undefined) return { name, state: 'ok', finding: 'not known while the ledger does not run' };
  const [first] = rows;
  if (first === undefined) return { name, state: 'ok', finding: 'none waits to be confirmed' };
  const ids = `${rows.map(({ id }) => id).join(', ')}${first.orders > SHOWN ? ', …' : ''}`;
  return {
    name, state: 'warn', finding: `${first.orders} wait to be confirmed since the ledger was accepted (${ids}): their units get no renewal, and ${first.renewals} renewals rest.`,
    remedy: 'GET /v1/work-orders?unconfirmed=true and GET /v1/renewals?unconfirmed=true list them. Compare with AWS (docs/operations.md, Restore), then a manager confirms them: POST /v1/work-orders/confirm.',
  };
}
