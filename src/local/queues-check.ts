import { askLedger, type Examined, type Finding } from './examination.js';

/** Work that one station or slot alone gets, where nobody comes for it. */
const STRANDED = `
  with work as (
    select assigned_to, split_part(assigned_to, '/', 1) as station_id, nullif(split_part(assigned_to, '/', 2), '') as slot, count(*)::integer as jobs, min(updated_at) as since
    from job where state = 'queued' and assigned_to <> '' group by assigned_to),
  attended as (
    select work.*, station_access.disabled_at is not null as "outOfService", coalesce(seen_at > now() - interval '2 minutes', false) as live,
      (select reason from pause where ended_at is null and (ends_at is null or ends_at > now()) and coalesce(pause.line_id, station.line_id) = station.line_id
        and coalesce(pause.station_id, work.station_id) = work.station_id and (pause.slot is null or pause.slot = work.slot) limit 1) as paused
    from work join station on station.id = work.station_id
    left join station_access on station_access.station_id = work.station_id left join station_session on station_session.station_id = work.station_id)
  select station_id as station, slot, jobs, since, "outOfService", paused from attended where "outOfService" or paused is not null or not live order by since limit 20`;

interface StrandedWork {
  station: string;
  slot: string | null;
  jobs: number;
  since: Date;
  outOfService: boolean;
  paused: string | null;
}

/** Whether somebody comes for all work that was assigned to a station or slot. */
export async function checkQueues(examined: Examined): Promise<Finding[]> {
  const name = 'queues';
  const stranded = await askLedger(examined, async (client) => (await client.query<StrandedWork>(STRANDED)).rows);
  if (stranded === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (stranded.length === 0) return [{ name, state: 'ok', finding: 'nothing waits for a station or slot to which nobody is connected' }];
  return stranded.map(({ station, slot, jobs, since, outOfService, paused }) => ({
    name: `queue of station ${station}${slot === null ? '' : `, slot ${slot}`}`,
    state: 'warn',
    finding: `${jobs} jobs are assigned there, the oldest since ${since.toISOString()}, and ${outOfService ? 'the station is out of service' : paused === null ? 'no program has a session there' : `it is paused: ${paused}`}.`,
    remedy: 'Move them (POST /v1/jobs/move with from, to and a reason), or let somebody work there.',
  }));
}
