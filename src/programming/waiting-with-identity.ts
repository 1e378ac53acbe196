import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type IndexedLeaf, LogFollower } from '../audit/log-follower.js';
import { textArray } from '../platform/database/arrays.js';
import type { Ledger } from '../platform/database/database.js';

/** A unit gets, or is to get, its certificate. */
const EVENTS = ['certificate.issued', 'certificate.entitled', 'certificate.imported'] as const;

/** Marks jobs that wait while their units get certificates without a station; of others, whoever puts them into the queue does (`HAS_IDENTITY`). Runs in the worker role. */
@Injectable()
export class WaitingWithIdentity {
  constructor(log: LogFollower) {
    log.follow({ name: 'waiting-with-identity', events: EVENTS, read: (leaves, tx) => this.mark(tx, leaves) });
  }

  /** Most of the units are at stations, and have no job that waits. */
  private async mark(tx: Ledger, leaves: readonly IndexedLeaf<(typeof EVENTS)[number]>[]): Promise<void> {
    const serials = [...new Set(leaves.map(({ facts }) => facts.unit))];
    await sql`
      with waiting as (
        select job.id from unit join job on job.unit_id = unit.id and job.state = 'queued' and not job.has_identity
        where unit.serial = any(${textArray(serials)}::text[]) and unit.state in ('reserved', 'certified') order by job.id for update of job)
      update job set has_identity = true from waiting where job.id = waiting.id`.execute(tx);
  }
}

/** Of a unit as it stands in this transaction; `unit` is in the statement. */
export const HAS_IDENTITY = sql<boolean>`unit.state in ('reserved', 'certified')`;
