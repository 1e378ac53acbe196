import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';

/** Most stations that are named. */
const MOST = 20;

/**
 * Where one person alone can have certificates made: whoever released an order and also let a station on its line in, by a key that counts there or by the code with
 * which it was enrolled. This is shown in the order and in the log, and not refused.
 */
@Injectable()
export class OneHand {
  constructor(private readonly db: Database) {}

  /** Stations of `line` that `actor` has let in: with a valid key that he made, unless they need a certificate; with a valid certificate for which he made the code; or with such a code that may still be used. In order, at most 20. */
  async stations(actor: string | null, line: string, db: Ledger = this.db): Promise<string[]> {
    if (actor === null) return [];
    const now = sql<Date>`now()`;
    const rows = await db
      .selectFrom('station')
      .leftJoin('station_access', 'station_access.station_id', 'station.id')
      .select('station.id')
      .where('station.line_id', '=', line)
      .where((eb) => eb.or([
        eb.and([
          eb.or([eb('require_certificate', 'is', null), eb('require_certificate', '=', false)]),
          eb.exists(eb.selectFrom('api_key').select('api_key.id').whereRef('api_key.station_id', '=', 'station.id').where('api_key.created_by', '=', actor).where('revoked_at', 'is', null)),
        ]),
        eb.exists(eb.selectFrom('station_certificate').select('serial_number').whereRef('station_certificate.station_id', '=', 'station.id').where('enrolled_by', '=', actor).where('revoked_at', 'is', null).where('not_after', '>', now)),
        eb.exists(eb.selectFrom('enrolment').select('enrolment.id').whereRef('enrolment.station_id', '=', 'station.id').where('enrolment.created_by', '=', actor).where('used_at', 'is', null).where('cancelled_at', 'is', null).where('expires_at', '>', now)),
      ]))
      .orderBy('station.id')
      .limit(MOST)
      .execute();
    return rows.map(({ id }) => id);
  }

  async warnings(order: { line: string; releasedBy: string | null }): Promise<{ problem: string; remedy: string }[]> {
    const stations = await this.stations(order.releasedBy, order.line);
    if (stations.length === 0) return [];
    return [{
      problem: `Whoever released this order (${order.releasedBy}) also made the keys of ${stations.join(', ')}, or the codes with which they were enrolled: one person alone can have certificates made of it.`,
      remedy: 'Let another manager enrol these stations (POST /v1/stations/{id}/enrolments), or an admin make new keys for them, and take the present keys away.',
    }];
  }
}
