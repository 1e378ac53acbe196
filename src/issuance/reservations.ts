import { Inject, Injectable, Logger } from '@nestjs/common';
import { ledgerOlder } from '../audit/audit.errors.js';
import { AuditLog, refusalOfLedger } from '../audit/audit-log.js';
import { type Leaf, leaf } from '../audit/leaf.js';
import { CONFIG, type Config } from '../config/config.js';
import type { WorkClass } from '../hsm/hsm.js';
import { Batcher } from '../platform/batcher.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import { brokenRule } from '../platform/database/pg-errors.js';
import { DomainError, hasCode } from '../platform/errors/domain-error.js';
import { type Lease, refusalOfUnit, UnitRepository } from '../work-orders/unit.repository.js';
import { claimedElsewhere, refusalOfState } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { CertificateRepository, type Completion, type Intent, IssuerReplaced, type LiveCertificate, type Reservation } from './certificate.repository.js';
import { certificateRevoked, issuanceInProgress, mayNotIssue } from './issuance.errors.js';

/** Requests in flight together share a statement: while one of two commits, the other fills. */
const SHARING = { lanes: 2, most: 128 };
/** What a lease and a reservation last beyond the HSM's deadline, for the two commits. */
const COMMIT_MS = 10_000;

/** Who wants a certificate, for which unit. */
export interface Requester {
  actor: string;
  unit: { id: number; serial: string; state: UnitState; canary?: boolean };
  /** Must hold when the intent and when the certificate is committed; without one, nobody may hold the unit. */
  lease: Lease | undefined;
  /** Who waits for the HSM. */
  work: WorkClass;
  /** More to put on record with the intent. */
  record: readonly Leaf[];
}

/** What happens to a reservation, each step on record or not at all: it is made, completed, or abandoned. */
@Injectable()
export class Reservations {
  private readonly logger = new Logger(Reservations.name);
  private readonly reserving: Batcher<Reservation, void>;
  private readonly completing: Batcher<Completion, void>;
  /** The last certificate that this process stored, and the ledger's epoch at that time. A ledger without it has lost the end of what it held. */
  private stored = { serialNumber: '', epoch: 0 };
  /** For how long a reservation is open, in milliseconds. */
  private readonly openMs: (work: WorkClass) => number;
  /** Serial numbers of successors that this process is making. */
  private readonly successors = new Set<string>();

  constructor(
    private readonly certificates: CertificateRepository,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    private readonly instance: Instance,
    @Inject(CONFIG) config: Config,
  ) {
    this.openMs = (work) => (work === 'batch' ? config.HSM_BATCH_DEADLINE_MS : config.HSM_DEADLINE_MS) + COMMIT_MS;
    const terms = { reservedBy: instance.number, keepMs: this.openMs('station') };
    this.reserving = new Batcher((parts) => certificates.reserve(parts, { ...terms, storedLast: this.storedLast() }).then(() => parts.map(() => undefined)), {
      ...SHARING,
      isShared: (error) => error instanceof IssuerReplaced,
    });
    this.completing = new Batcher((parts) => certificates.complete(parts).then(() => parts.map(() => undefined)), SHARING);
  }

  findLive(unitId: number): Promise<LiveCertificate | undefined> {
    return this.certificates.findLive(unitId);
  }

  /** Commits the intent. Throws UnitTaken, IssuerReplaced or a refusal; then nothing was written. */
  async reserve({ actor, unit: { id, serial }, lease, record, work }: Requester, intent: Intent): Promise<void> {
    this.audit.assertKnown();
    const { serialNumber, authorityId: authority, tbsSha256, spkiSha256 } = intent;
    const facts = { serialNumber, unit: serial, authority, tbsSha256: tbsSha256.toString('hex'), spkiSha256: spkiSha256.toString('hex') };
    const reserved = leaf(actor, 'certificate.reserved', `unit:${serial}`, facts);
    try {
      await this.refusing(this.reserving.submit({ intent, lease, leaves: [reserved, ...record], openMs: this.openMs(work) }));
    } catch (error) {
      if (!hasCode(error, 'unit-state')) throw error;
      // It changed since it was looked up, or its certificate was revoked.
      const { state } = await this.units.getBySerial(serial);
      const refusal = refusalOfState(serial, state);
      if (refusal) throw refusal;
      if (await this.certificates.hasRevoked(id)) throw certificateRevoked(serial);
      throw error;
    }
  }

  /** Throws ReservationLost when the reservation was abandoned meanwhile; the certificate must then be thrown away. */
  async complete({ actor, unit: { serial }, lease }: Requester, intent: Intent, der: Buffer, fingerprint: string): Promise<void> {
    const { serialNumber, authorityId: authority } = intent;
    const issued = leaf(actor, 'certificate.issued', `unit:${serial}`, { serialNumber, unit: serial, authority, fingerprint });
    await this.refusing(this.completing.submit({ intent, lease, leaves: [issued], der, fingerprint }));
    this.remember(intent.serialNumber);
  }

  /** The process is at work on this successor until `leave`. Answers the terms of its reservation. */
  enter(serialNumber: string): { reservedBy: number; openMs: number } {
    this.successors.add(serialNumber);
    return { reservedBy: this.instance.number, openMs: this.openMs('batch') };
  }

  leave(serialNumber: string): void {
    this.successors.delete(serialNumber);
  }

  isAtWork(serialNumber: string): boolean {
    return this.successors.has(serialNumber);
  }

  /** What `reserve_certificates` asks of the ledger: that it has lost nothing. Throws `ledger-older` or `ledger-unknown`. */
  async assertCurrent(tx: Ledger): Promise<void> {
    await this.audit.assertCurrent(tx);
    const last = this.storedLast();
    if (last !== '' && !(await tx.selectFrom('certificate').select('state').where('serial_number', '=', last).executeTakeFirst())) throw this.forget(last);
  }

  /** This process has stored the certificate. */
  remember(serialNumber: string): void {
    this.stored = { serialNumber, epoch: this.audit.epoch };
  }

  /** Nobody has seen, and nobody will see, a certificate for this reservation: its order gets the quota back that it took. */
  async abandon(actor: string, serial: string, reservation: Pick<Intent, 'serialNumber' | 'unitId' | 'workOrderId'>, reason: string, unsigned?: Intent): Promise<void> {
    const { serialNumber, unitId, workOrderId } = reservation;
    await this.db.transaction().execute(async (tx) => {
      const standing = await this.certificates.abandon(tx, serialNumber);
      if (standing === undefined) return;
      await this.audit.record(tx, actor, 'certificate.abandoned', `unit:${serial}`, { serialNumber, unit: serial, reason });
      if (standing === 'current') {
        await this.units.unreserve(tx, unitId);
        // A canary took none.
        if (!(await this.units.isCanary(tx, unitId))) await this.orders.giveQuotaBack(tx, workOrderId);
      }
      if (unsigned) await this.certificates.freeKey(tx, unsigned);
    });
  }

  /**
   * After a failure between the two commits. Does nothing where the storing commit went through after all and only its answer
   * was lost; if the ledger is away, the reservation stays open and `abandonLeftBehind` finds it. Where no signature came back
   * (`wasSigned`), there is no certificate for the key, and another unit may have it: a label that was scanned wrongly costs no device its key.
   */
  async abandonUnstored({ actor, unit }: { actor: string; unit: { serial: string } }, intent: Intent, error: unknown, wasSigned: boolean): Promise<void> {
    try {
      await this.abandon(actor, unit.serial, intent, error instanceof DomainError ? error.code : 'failed', wasSigned ? undefined : intent);
    } catch (left) {
      this.logger.warn({ event: 'reservation.left_open', error: left });
    }
  }

  /** Whether some other process, still alive, is at work on this reservation. One that hangs is, until the reservation's time is over. */
  async isHeldElsewhere({ reservedBy, ended }: Pick<LiveCertificate, 'reservedBy' | 'ended'>): Promise<boolean> {
    if (ended || reservedBy === this.instance.number) return false;
    return !(await goneInstances([reservedBy], this.db)).has(reservedBy);
  }

  /** Why a unit with an open reservation can't have another: for a request without a lease, because somebody holds the unit. */
  async refusalOfOpen({ unit, lease }: Requester): Promise<DomainError> {
    const holder = lease ? undefined : await this.units.findHolder(unit.id);
    return holder === undefined ? issuanceInProgress(unit.serial) : claimedElsewhere(unit.serial, holder.holder, holder.leftMs);
  }

  /** Abandons open reservations that no process works on: those whose time is over, its own that `isRunning` denies and that are no successor at work, and those of processes that are gone. Returns how many. */
  async abandonLeftBehind(isRunning: (unitId: number) => boolean): Promise<number> {
    const own = this.instance.number;
    const open = await this.certificates.open();
    const gone = await goneInstances(open.map(({ reservedBy }) => reservedBy).filter((number) => number !== own), this.db);
    const left = open.filter((row) => row.ended || gone.has(row.reservedBy) || (row.reservedBy === own && !isRunning(row.unitId) && !this.isAtWork(row.serialNumber)));
    for (const reservation of left) await this.abandon('system', reservation.serial, reservation, 'left behind');
    if (left.length > 0) this.logger.warn({ event: 'reservations.left_behind', abandoned: left.length });
    return left.length;
  }

  /** What was lost in a former epoch was accepted. */
  private storedLast(): string {
    return this.stored.epoch === this.audit.epoch ? this.stored.serialNumber : '';
  }

  /** The keeper of checkpoints holds the ledger within a second; until then this process issues nothing. */
  private forget(serialNumber: string): DomainError {
    this.stored = { serialNumber: '', epoch: 0 };
    this.audit.reportForgotten(`certificate ${serialNumber}`);
    return ledgerOlder(`the ledger has lost certificate ${serialNumber}`);
  }

  /** A rule of the ledger that a step has broken, as a refusal. */
  private async refusing(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      const broken = brokenRule(error);
      if (broken?.rule === 'quota') throw await this.orders.refusalOf(broken.detail);
      if (broken?.rule === 'order-ended') throw await this.orders.refusalOfCanary(broken.detail);
      if (broken?.rule === 'verdict') throw mayNotIssue(broken.detail, broken.hint);
      if (broken?.rule === 'forgotten') throw this.forget(broken.detail);
      throw refusalOfLedger(error) ?? refusalOfUnit(error) ?? error;
    }
  }
}
