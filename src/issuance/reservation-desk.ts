import { Injectable } from '@nestjs/common';
import { AuditLog, type Leaf, leaf } from '../audit/audit-log.js';
import { Batcher } from '../platform/batcher.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import type { UnitState } from '../platform/database/schema.js';
import { CertificateRepository, type Claim, IssuerReplaced, type Intent, type LedgerCertificate, type Signed } from './certificate.repository.js';

/** What the layers above know of the rules that the ledger holds each issuance against. */
export interface Admission {
  /** The states from which a unit may take each step. */
  from: { reserved: readonly UnitState[]; certified: readonly UnitState[] };
  /** From when on AWS is asked for the unit. */
  firstLookMs: number;
  /** A broken rule of the ledger (`brokenRule`) in the words of the layer that owns it; undefined for any other error. */
  refusal(error: unknown): Promise<Error | undefined>;
  /** The reservation came to nothing: give the quota back. */
  abandoned: Abandoned;
}

export type Abandoned = (tx: Ledger, reservation: { unitId: number; workOrderId: string }) => Promise<void>;

/** Whose request it is, for which unit, and what the ledger must find to be so. */
export interface Applicant extends Pick<Claim, 'lease' | 'targets'> {
  actor: string;
  serial: string;
  /** More to put on record with the intent. */
  record: readonly Leaf[];
}

/** Two lanes: while one statement commits, the next one fills. */
const SHARING = { lanes: 2, most: 128 };

const isIssuerReplaced = (error: unknown) => error instanceof IssuerReplaced;

/** The requests that are in flight under one admission, each step of them in one statement of the ledger. */
interface Batchers {
  reserving: Batcher<Claim, unknown>;
  completing: Batcher<Claim & { signed: Signed }, unknown>;
}

/** The three things that happen to a reservation, each on record with its audit leaf or not at all. */
@Injectable()
export class ReservationDesk {
  private readonly batchers = new WeakMap<Admission, Batchers>();

  constructor(
    private readonly certificates: CertificateRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    private readonly instance: Instance,
  ) {}

  findLive(unitId: number) {
    return this.certificates.findLive(unitId);
  }

  /** Commits the intent. Throws UnitTaken, IssuerReplaced, KeyAlreadyUsed or a refusal of `admission`; then nothing was written. */
  async reserve({ actor, serial, lease, targets, record }: Applicant, intent: Intent, admission: Admission): Promise<void> {
    const reserved = leaf(actor, 'certificate.reserved', `unit:${serial}`, {
      serialNumber: intent.serialNumber,
      unit: serial,
      authority: intent.authorityId,
      tbsSha256: intent.tbsSha256.toString('hex'),
      spkiSha256: intent.spkiSha256.toString('hex'),
    });
    await named(admission, this.batchersOf(admission).reserving.submit({ intent, lease, targets, leaves: [reserved, ...record] }));
  }

  /** Throws ReservationLost when the reservation was abandoned meanwhile; the certificate must then be thrown away. */
  async complete({ actor, serial, lease, targets }: Applicant, intent: Intent, signed: Signed, admission: Admission): Promise<void> {
    const { serialNumber, fingerprint } = signed;
    const issued = leaf(actor, 'certificate.issued', `unit:${serial}`, { serialNumber, unit: serial, authority: intent.authorityId, fingerprint });
    await named(admission, this.batchersOf(admission).completing.submit({ intent, lease, targets, leaves: [issued], signed }));
  }

  private batchersOf(admission: Admission): Batchers {
    let batchers = this.batchers.get(admission);
    if (!batchers) {
      const { from, firstLookMs } = admission;
      batchers = {
        reserving: new Batcher((claims) => this.certificates.reserve(claims, from.reserved, this.instance.number).then(() => claims), { ...SHARING, isShared: isIssuerReplaced }),
        completing: new Batcher((claims) => this.certificates.complete(claims, from.certified, firstLookMs).then(() => claims), SHARING),
      };
      this.batchers.set(admission, batchers);
    }
    return batchers;
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

/** A step of the ledger, whose broken rule is told in the admission's words. */
async function named(admission: Admission, step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    throw (await admission.refusal(error)) ?? error;
  }
}
