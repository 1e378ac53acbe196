import { askLedger, type Examined, type Finding } from './examination.js';

/** The certificate of each station in service that ends last, where less than a sixth of its life is left: it should have been renewed by then. Ended ones are told for 30 days. */
const ENDING = `
  select station_id as station, not_after as "notAfter", not_after <= now() as ended, required from (
    select distinct on (station_certificate.station_id) station_certificate.station_id, not_before, not_after, coalesce(require_certificate, false) as required
    from station_certificate left join station_access using (station_id)
    where certificate is not null and revoked_at is null and disabled_at is null and not_after > now() - interval '30 days'
    order by station_certificate.station_id, not_after desc) as last
  where not_after - now() < (not_after - not_before) / 6
  order by not_after limit 20`;
/** Programs that work as a station, whose clocks are more than 30 s off. */
const CLOCKS = `
  select station_id as station, address, clock_ahead_ms as "aheadMs" from station_session
  where seen_at > now() - interval '10 minutes' and abs(clock_ahead_ms) > 30000 order by abs(clock_ahead_ms) desc limit 20`;

interface Ending {
  station: string;
  notAfter: Date;
  ended: boolean;
  required: boolean;
}

interface ClockOff {
  station: string;
  address: string;
  aheadMs: number;
}

/** Whether stations will be let in tomorrow, and whether their clocks are right. */
export async function checkStations(examined: Examined): Promise<Finding[]> {
  const name = 'stations';
  const found = await askLedger(examined, async (client) => ({ ending: (await client.query<Ending>(ENDING)).rows, clocks: (await client.query<ClockOff>(CLOCKS)).rows }));
  if (found === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  const findings = [
    ...found.ending.map(({ station, notAfter, ended, required }): Finding => ({
      name: `station ${station}`,
      state: ended && required ? 'fail' : 'warn',
      finding: ended ? `Its certificate ended at ${notAfter.toISOString()}${required ? ', and it is let in with a certificate only' : ''}.` : `Its certificate ends at ${notAfter.toISOString()} and was not renewed.`,
      remedy: ended ? `Enrol it again: POST /v1/stations/${station}/enrolments makes a code for lineside station enrol.` : 'Run lineside station renew there, and again from cron or with --watch; or have its software renew it (POST /v1/station/certificate).',
    })),
    ...found.clocks.map(({ station, address, aheadMs }): Finding => ({
      name: `station ${station}`, state: 'warn', finding: `Its clock (at ${address}) is ${Math.abs(Math.round(aheadMs / 1_000))} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the service's.`, remedy: 'Set the clock there by NTP: beyond five minutes its units get no certificates.',
    })),
  ];
  return findings.length > 0 ? findings : [{ name, state: 'ok', finding: 'no certificate of a station ends soon, and no clock is off' }];
}
