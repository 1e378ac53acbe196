import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedReference } from '../platform/database/pg-errors.js';
import { hashEnrolmentCode, newEnrolmentCode } from './enrolment-code.js';
import { stationNotFound } from './station.errors.js';

/** A code, as far as it was used. */
export interface Enrolment {
  id: string;
  station: string;
  createdBy: string;
  hasEnded: boolean;
  /** Of the certificate that was made for it; null: not used yet. */
  serialNumber: string | null;
  keySha256: Buffer | null;
}

@Injectable()
export class EnrolmentRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** The returned `code` is shown this once; the ledger keeps its hash. */
  async create(actor: string, station: string, validMs: number, keepAnswer: KeepAnswer) {
    const id = randomBytes(6).toString('hex');
    const code = newEnrolmentCode();
    const expiresAt = new Date(Date.now() + validMs);
    try {
      await this.db.transaction().execute(async (tx) => {
        await tx.insertInto('enrolment').values({ id, station_id: station, code_sha256: hashEnrolmentCode(code), created_by: actor, expires_at: expiresAt }).execute();
        await this.audit.record(tx, actor, 'station.enrolment-created', `station:${station}`, { id, station, expiresAt: expiresAt.toISOString() });
        await keepAnswer(tx, { id, station, expiresAt: expiresAt.toISOString() });
      });
    } catch (error) {
      if (violatedReference(error) !== undefined) throw stationNotFound(station);
      throw error;
    }
    return { id, station, code, expiresAt };
  }

  /** Locked until the transaction ends, so that of two who use a code at once, one is refused. */
  async findByCode(code: string, tx: Ledger = this.db): Promise<Enrolment | undefined> {
    const row = await tx
      .selectFrom('enrolment')
      .select(['id', 'station_id as station', 'created_by as createdBy', 'serial_number as serialNumber', 'key_sha256 as keySha256', sql<boolean>`cancelled_at is not null or expires_at <= now()`.as('hasEnded')])
      .where('code_sha256', '=', hashEnrolmentCode(code))
      .forUpdate()
      .executeTakeFirst();
    return row;
  }

  async use(tx: Ledger, { id, station }: Enrolment, serialNumber: string, keySha256: Buffer): Promise<void> {
    await tx.updateTable('enrolment').set({ used_at: sql<Date>`now()`, serial_number: serialNumber, key_sha256: keySha256 }).where('id', '=', id).execute();
    await this.audit.record(tx, `station:${station}`, 'station.enrolled', `station:${station}`, { id, station, serialNumber });
  }

  /** Codes of the station that nobody has used count no more. Answers their ids. */
  async cancel(tx: Ledger, station: string): Promise<string[]> {
    const rows = await tx.updateTable('enrolment').set({ cancelled_at: sql<Date>`now()` }).where('station_id', '=', station).where('used_at', 'is', null).where('cancelled_at', 'is', null).where('expires_at', '>', sql<Date>`now()`).returning('id').execute();
    return rows.map(({ id }) => id);
  }

  /** Codes that could be used now, 20 at most. */
  open(station: string) {
    return this.db
      .selectFrom('enrolment')
      .select(['id', 'created_by as createdBy', 'created_at as createdAt', 'expires_at as expiresAt'])
      .where('station_id', '=', station).where('used_at', 'is', null).where('cancelled_at', 'is', null).where('expires_at', '>', sql<Date>`now()`)
      .orderBy('created_at', 'desc')
      .limit(20)
      .execute();
  }
}
