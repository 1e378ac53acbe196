import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { fingerprint } from '../x509/certificate.js';

/** A certificate that a station may have: its intent, and the certificate once it is signed. */
export interface StationCertificateRow {
  serialNumber: string;
  station: string;
  authority: string;
  keySha256: Buffer;
  tbs: Buffer;
  certificate: Buffer | null;
  notBefore: Date;
  notAfter: Date;
  enrolledBy: string;
  replaces: string | null;
  revokedAt: Date | null;
}

const COLUMNS = [
  'serial_number as serialNumber', 'station_id as station', 'authority_id as authority', 'key_sha256 as keySha256', 'tbs', 'certificate', 'not_before as notBefore', 'not_after as notAfter',
  'enrolled_by as enrolledBy', 'replaces', 'revoked_at as revokedAt',
] as const;

@Injectable()
export class StationCertificateRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  find(serialNumber: string, ledger: Ledger = this.db): Promise<StationCertificateRow | undefined> {
    return ledger.selectFrom('station_certificate').select(COLUMNS).where('serial_number', '=', serialNumber).executeTakeFirst();
  }

  /** What a station has got already in the place of the certificate `replaces`, for this key. */
  findSuccessor(ledger: Ledger, replaces: string, keySha256: Buffer): Promise<StationCertificateRow | undefined> {
    return ledger.selectFrom('station_certificate').select(COLUMNS).where('replaces', '=', replaces).where('key_sha256', '=', keySha256).where('revoked_at', 'is', null).executeTakeFirst();
  }

  /** Of one station, the newest first, 20 at most: signed, not revoked and not ended. */
  valid(station: string) {
    return this.db
      .selectFrom('station_certificate')
      .select(['serial_number as serialNumber', 'fingerprint', 'not_before as notBefore', 'not_after as notAfter', 'enrolled_by as enrolledBy', 'issued_at as issuedAt'])
      .where('station_id', '=', station).where('certificate', 'is not', null).where('revoked_at', 'is', null).where('not_after', '>', sql<Date>`now()`)
      .orderBy('issued_at', 'desc')
      .limit(20)
      .execute();
  }

  /** @throws `ledger-older` while the ledger is held */
  async insert(tx: Ledger, row: Omit<StationCertificateRow, 'certificate' | 'revokedAt'>): Promise<void> {
    await this.audit.assertCurrent(tx);
    await tx.insertInto('station_certificate').values({
      serial_number: row.serialNumber, station_id: row.station, authority_id: row.authority, key_sha256: row.keySha256, tbs: row.tbs,
      not_before: row.notBefore, not_after: row.notAfter, enrolled_by: row.enrolledBy, replaces: row.replaces,
    }).execute();
  }

  /**
   * Keeps what was signed, and takes the station's others back, but for the one that it asked with: that goes on until its own end, in case the answer is lost.
   * The first of several signatures counts. Undefined when the certificate was revoked meanwhile.
   */
  async complete(row: StationCertificateRow, certificate: Buffer): Promise<Buffer | undefined> {
    return this.db.transaction().execute(async (tx) => {
      const print = fingerprint(certificate);
      const stored = await tx
        .updateTable('station_certificate')
        .set({ certificate, fingerprint: print, issued_at: sql<Date>`now()` })
        .where('serial_number', '=', row.serialNumber).where('certificate', 'is', null).where('revoked_at', 'is', null)
        .returning('serial_number')
        .executeTakeFirst();
      if (!stored) {
        const present = await this.find(row.serialNumber, tx);
        return present?.revokedAt === null ? (present.certificate ?? undefined) : undefined;
      }
      await this.revoke(tx, row.station, 'system', [row.serialNumber, ...(row.replaces === null ? [] : [row.replaces])]);
      await this.audit.record(tx, `station:${row.station}`, 'station.certificate-issued', `station:${row.station}`, {
        station: row.station, serialNumber: row.serialNumber, fingerprint: print, notAfter: row.notAfter.toISOString(), enrolledBy: row.enrolledBy, replaces: row.replaces,
      });
      return certificate;
    });
  }

  /** Takes back all certificates of a station, those that are being signed too, but for `but`. Answers their serial numbers. */
  async revoke(tx: Ledger, station: string, actor: string, but: readonly string[] = []): Promise<string[]> {
    let rows = tx.updateTable('station_certificate').set({ revoked_at: sql<Date>`now()`, revoked_by: actor }).where('station_id', '=', station).where('revoked_at', 'is', null);
    if (but.length > 0) rows = rows.where('serial_number', 'not in', [...but]);
    return (await rows.returning('serial_number').execute()).map(({ serial_number }) => serial_number);
  }
}
