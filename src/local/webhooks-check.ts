import { askLedger, type Examined, type Finding } from './examination.js';

const TROUBLED = `
  select id, state, reason, failing_since as "failingSince",
    (select problem from webhook_delivery where webhook_id = webhook.id and delivered_at is null order by log_index desc limit 1) as problem
  from webhook where state = 'paused' or (state = 'active' and failing_since < now() - interval '1 hour') order by id`;

interface Troubled {
  id: string;
  state: 'active' | 'paused';
  reason: string | null;
  failingSince: Date | null;
  problem: string | null;
}

/** Webhooks whose receiver gets nothing: another system does not know what was made. */
export async function checkWebhooks(examined: Examined): Promise<Finding[]> {
  const name = 'webhooks';
  const troubled = await askLedger(examined, async (client) => (await client.query<Troubled>(TROUBLED)).rows);
  if (troubled === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (troubled.length === 0) return [{ name, state: 'ok', finding: 'each is delivered, or there is none' }];
  return troubled.map(({ id, state, reason, failingSince, problem }) =>
    state === 'paused'
      ? { name: `webhook ${id}`, state: 'warn', finding: `paused: ${reason ?? 'nobody said why'}`, remedy: `Mend its receiver, then PATCH /v1/webhooks/${id} {"state":"active"}: it goes on where it stands.` }
      : { name: `webhook ${id}`, state: 'warn', finding: `nothing was delivered since ${failingSince?.toISOString()}: ${problem ?? 'no answer'}`, remedy: `Mend its receiver; GET /v1/webhooks/${id}/deliveries says what it answered. It is tried again by itself.` });
}
