import { askLedger, type Examined, type Finding } from './examination.js';

const UNDONE = `
  select distinct work_order.line_id as line, each.value->>'name' as step, min(work_order.id) as "order"
  from work_order cross join jsonb_array_elements(work_order.route) as each (value)
  where work_order.state = 'released'
    and not exists (select from station where station.line_id = work_order.line_id and (station.steps = '{}' or each.value->>'name' = any(station.steps)))
  group by 1, 2 order by 1, 2 limit 6`;

interface Undone {
  line: string;
  step: string;
  order: string;
}

const SHOWN = 5;

/** Steps of released orders that no station of their line does: units wait there, and no claim says why. */
export async function checkRoutes(examined: Examined): Promise<Finding[]> {
  const name = 'routes';
  const undone = await askLedger(examined, async (client) => (await client.query<Undone>(UNDONE)).rows);
  if (undone === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (undone.length === 0) return [{ name, state: 'ok', finding: 'each step of the released orders is done by a station of their line' }];
  const more: Finding[] = undone.length > SHOWN ? [{ name, state: 'warn', finding: 'more steps than these are done by no station', remedy: 'GET /v1/stations says what each does.' }] : [];
  return [...undone.slice(0, SHOWN).map(findingOf), ...more];
}

function findingOf({ line, step, order }: Undone): Finding {
  return {
    name: `step ${step} on line ${line}`, state: 'warn', finding: `No station of the line does it, and units of the order ${order} pass it`,
    remedy: `Let a station do it: PATCH /v1/stations/{id} with ${step} among its steps, or with none for every step.`,
  };
}
