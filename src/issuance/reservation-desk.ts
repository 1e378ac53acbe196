import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Batcher } from '../platform/batcher.js';
import { Database, type Ledger, together } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import { CertificateRepository, type Intent, type LedgerCertificate, type Signed } from './certificate.repository.js';

/**
 * What the layers above decide and record in the very transactions of the issuance, for all the requests that share
 * one. Each may throw to stop it; the requests are then tried apart, and only those at fault fail.
 */
export interface Admission<Request = unknown> {
  /** Before anything is signed: lease, order, quota. */
  admit(tx: Ledger, requests: Request[]): Promise<void>;
  /** The certificates are in the ledger: move the units on, note what AWS must learn. */
  completed(tx: Ledger, done: { request: Request; certificateId: string }[]): Promise<void>;
  /** The reservation came to nothing: give the quota back. */
  abandoned: Abandoned;
}

export type Abandoned = (tx: Ledger, reservation: { unitId: number; workOrderId: string }) => Promise<void>;

/** One request's part of a transaction: whose, for which unit, by whose rules. */
export interface Applicant {
  actor: string;
  serial: string;
  /** Handed to `admission` as it is. */
  request: unknown;
  admission: Admission;
}

/** Two lanes: while one transaction commits, the next one fills. */
const SHARING = { lanes: 2, most: 128 };

/** The three things that happen to a reservation, each in a transaction with its audit leaf. */
@Injectable()
export class ReservationDesk {
  private readonly reserving = new Batcher((all: { applicant: Applicant; intent: Intent }[]) => this.reserveAll(all), SHARING);
  private readonly completing = new Batcher((all: { applicant: Applicant; intent: Intent; signed: Signed }[]) => this.completeAll(all), SHARING);

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
  reserve(applicant: Applicant, intent: Intent): Promise<void> {
    return this.reserving.submit({ applicant, intent });
  }

  /** Throws ReservationLost when the reservation was abandoned meanwhile; the certificate must then be thrown away. */
  complete(applicant: Applicant, intent: Intent, signed: Signed): Promise<void> {
    return this.completing.submit({ applicant, intent, signed });
  }

  private async reserveAll(all: { applicant: Applicant; intent: Intent }[]): Promise<void[]> {
    await this.db.transaction().execute(async (tx) => {
      const leaves = all.map(({ applicant: { actor, serial }, intent }) => ({
        actor,
        subject: `unit:${serial}`,
        data: {
          serialNumber: intent.serialNumber,
          unit: serial,
          authority: intent.authorityId,
          tbsSha256: intent.tbsSha256.toString('hex'),
          spkiSha256: intent.spkiSha256.toString('hex'),
        },
      }));
      await together([
        this.certificates.reserve(tx, all.map(({ intent }) => intent), this.instance.number),
        this.audit.recordAll(tx, 'certificate.reserved', leaves),
        // Last, because it takes the orders' rows, which all stations want.
        ...groups(all).map(([admission, group]) => admission.admit(tx, group.map(({ applicant }) => applicant.request))),
      ]);
    });
    return all.map(() => undefined);
  }

  private async completeAll(all: { applicant: Applicant; intent: Intent; signed: Signed }[]): Promise<void[]> {
    await this.db.transaction().execute(async (tx) => {
      const leaves = all.map(({ applicant: { actor, serial }, intent, signed: { serialNumber, fingerprint } }) => ({
        actor,
        subject: `unit:${serial}`,
        data: { serialNumber, unit: serial, authority: intent.authorityId, fingerprint },
      }));
      await together([
        this.certificates.complete(tx, all.map(({ signed }) => signed)),
        this.audit.recordAll(tx, 'certificate.issued', leaves),
        ...groups(all).map(([admission, group]) =>
          admission.completed(tx, group.map(({ applicant, signed }) => ({ request: applicant.request, certificateId: signed.fingerprint }))),
        ),
      ]);
    });
    return all.map(() => undefined);
  }

  /** Nobody has seen, and nobody will see, a certificate for this reservation. */
  async abandon(
    { actor, serial }: { actor: string; serial: string },
    reservation: { serialNumber: string; unitId: number; workOrderId: string },
    reason: string,
    abandoned: Abandoned,
  ): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      if (!(await this.certificates.abandon(tx, reservation.serialNumber))) return;
      const data = { serialNumber: reservation.serialNumber, unit: serial, reason };
      await this.audit.record(tx, actor, 'certificate.abandoned', `unit:${serial}`, data);
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

/** Nearly always one: all requests of one process come with the same admission. */
function groups<Item extends { applicant: Applicant }>(all: readonly Item[]): [Admission, Item[]][] {
  return [...Map.groupBy(all, ({ applicant }) => applicant.admission)];
}
