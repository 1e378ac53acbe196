import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import { CertificateRepository, type Intent, type LedgerCertificate } from './certificate.repository.js';

/** What the layers above decide and record in the very transactions of the issuance. `admit` may throw to stop it. */
export interface Admission {
  /** Before anything is signed: lease, order, quota. */
  admit(tx: Ledger): Promise<void>;
  /** The certificate is in the ledger: move the unit on, note what AWS must learn. */
  completed(tx: Ledger, certificateId: string): Promise<void>;
  /** The reservation came to nothing: give the quota back. */
  abandoned: Abandoned;
}

export type Abandoned = (tx: Ledger, reservation: { unitId: number; workOrderId: string }) => Promise<void>;

/** Who asks, and for which unit: for the log. */
export interface Applicant {
  actor: string;
  serial: string;
}

/** The three things that happen to a reservation, each one transaction with its audit leaf. */
@Injectable()
export class ReservationDesk {
  constructor(
    private readonly certificates: CertificateRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    private readonly instance: Instance,
  ) {}

  findLive(unitId: number) {
    return this.certificates.findLive(unitId);
  }

  /** Commits the intent. Throws UnitTaken, KeyAlreadyUsed or what `admit` throws; then nothing was written. */
  async reserve(applicant: Applicant, intent: Omit<Intent, 'reservedBy'>, admission: Admission): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.certificates.reserve(tx, { ...intent, reservedBy: this.instance.number });
      await this.audit.record(tx, applicant.actor, 'certificate.reserved', `unit:${applicant.serial}`, {
        serialNumber: intent.serialNumber,
        unit: applicant.serial,
        authority: intent.authorityId,
        tbsSha256: intent.tbsSha256.toString('hex'),
        spkiSha256: intent.spkiSha256.toString('hex'),
      });
      // Last, because it takes the order's row, which all stations of the order want.
      await admission.admit(tx);
    });
  }

  /** Throws ReservationLost when the reservation was abandoned meanwhile; the certificate must then be thrown away. */
  complete(applicant: Applicant, serialNumber: string, der: Buffer, fingerprint: string, admission: Admission): Promise<LedgerCertificate> {
    return this.db.transaction().execute(async (tx) => {
      const certificate = await this.certificates.complete(tx, serialNumber, der, fingerprint);
      await this.audit.record(tx, applicant.actor, 'certificate.issued', `unit:${applicant.serial}`, {
        serialNumber,
        unit: applicant.serial,
        authority: certificate.authorityId,
        fingerprint,
      });
      await admission.completed(tx, fingerprint);
      return certificate;
    });
  }

  /** Nobody has seen, and nobody will see, a certificate for this reservation. */
  async abandon(applicant: Applicant, reservation: { serialNumber: string; unitId: number; workOrderId: string }, reason: string, abandoned: Abandoned) {
    await this.db.transaction().execute(async (tx) => {
      if (!(await this.certificates.abandon(tx, reservation.serialNumber))) return;
      await this.audit.record(tx, applicant.actor, 'certificate.abandoned', `unit:${applicant.serial}`, {
        serialNumber: reservation.serialNumber,
        unit: applicant.serial,
        reason,
      });
      await abandoned(tx, reservation);
    });
  }

  /** Whether some other process, still alive, is at work on this reservation. */
  async isHeldElsewhere(reservation: LedgerCertificate): Promise<boolean> {
    if (reservation.reservedBy === this.instance.number) return false;
    return !(await goneInstances([reservation.reservedBy], this.db)).has(reservation.reservedBy);
  }

  /** Open reservations that no process works on: its own that `isRunning` denies, and those of processes that are gone. */
  async leftBehind(isRunning: (unitId: number) => boolean): Promise<(LedgerCertificate & { serial: string })[]> {
    const open = await this.certificates.open();
    const others = open.map((row) => row.reservedBy).filter((number) => number !== this.instance.number);
    const gone = await goneInstances(others, this.db);
    return open.filter((row) => gone.has(row.reservedBy) || (row.reservedBy === this.instance.number && !isRunning(row.unitId)));
  }
}
