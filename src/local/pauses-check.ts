import { askLedger, type Examined, type Finding } from './examination.js';

const UNDER_WAY = `
  select line_id as line, station_id as station, slot, reason, since, ends_at as "endsAt" from pause
  where ended_at is null and (ends_at is null or ends_at > now()) order by since limit 6`;

interface UnderWay {
  line: string | null;
  station: string | null;
  slot: string | null;
  reason: string;
  since: Date;
  endsAt: Date | null;
}

const SHOWN = 5;

/** Where nothing new begins because somebody said so: the first answer to why a line stands still. */
export async function checkPauses(examined: Examined): Promise<Finding[]> {
  const name = 'pauses';
  const underWay = await askLedger(examined, async (client) => (await client.query<UnderWay>(UNDER_WAY)).rows);
  if (underWay === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (underWay.length === 0) return [{ name, state: 'ok', finding: 'none' }];
  const more: Finding[] = underWay.length > SHOWN ? [{ name, state: 'warn', finding: 'more than these are under way', remedy: 'GET /v1/pauses lists them.' }] : [];
  return [...underWay.slice(0, SHOWN).map(findingOf), ...more];
}

function findingOf({ line, station, slot, reason, since, endsAt }: UnderWay): Finding {
  const place = station === null ? (line === null ? 'the whole plant' : `line ${line}`) : `station ${station}${slot === null ? '' : `, slot ${slot}`}`;
  const until = endsAt === null ? 'until somebody ends it' : `until ${endsAt.toISOString()}`;
  return { name: `pause of ${place}`, state: 'warn', finding: `Nothing new begins there since ${since.toISOString()}, ${until}: ${reason}`, remedy: 'POST /v1/pauses/{id}/end when it is over; GET /v1/pauses has the id.' };
}
