import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';

/** Most stations that are named. */
const MOST = 20;

/**
 * Where one person alone can have certificates made: whoever released an order and also made the key of a station on its line. As long as
 * stations are not enrolled by somebody else this is shown in the order and in the log, and not refused.
 */
@Injectable()
export class OneHand {
  constructor(private readonly db: Database) {}

  /** Stations of `line` with a valid key that `actor` made, in order, at most 20. */
  async stations(actor: string | null, line: string, db: Ledger = this.db): Promise<string[]> {
    if (actor === null) return [];
    const rows = await db
      .selectFrom('api_key')
      .innerJoin('station', 'station.id', 'api_key.station_id')
      .select('station.id')
      .distinct()
      .where('station.line_id', '=', line)
      .where('api_key.created_by', '=', actor)
      .where('api_key.revoked_at', 'is', null)
      .orderBy('station.id')
      .limit(MOST)
      .execute();
    return rows.map(({ id }) => id);
  }

  async warnings(order: { line: string; releasedBy: string | null }): Promise<{ problem: string; remedy: string }[]> {
    const stations = await this.stations(order.releasedBy, order.line);
    if (stations.length === 0) return [];
    return [{
      problem: `Whoever released this order (${order.releasedBy}) also made the keys of ${stations.join(', ')}: one person alone can have certificates made of it.`,
      remedy: 'Let an admin make new keys for these stations, and take the present ones away.',
    }];
  }
}
