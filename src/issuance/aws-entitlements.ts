import { hash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, refusalOfLedger } from '../audit/audit-log.js';
import { leaf } from '../audit/leaf.js';
import { authorityCompromised } from '../certificate-authority/certificate-authority.errors.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { brokenRule, violatedUnique } from '../platform/database/pg-errors.js';
import { type DomainError, hasCode } from '../platform/errors/domain-error.js';
import { type Lease, refusalOfUnit } from '../work-orders/unit.repository.js';
import { refusalOfState } from '../work-orders/work-order.errors.js';
import { type WorkOrderTerms, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { type Certificate, fingerprint, readCertificate } from '../x509/certificate.js';
import { keyIdentity } from '../x509/public-key.js';
import { voucherEnd } from '../x509/voucher.js';
import { X509Error } from '../x509/x509.errors.js';
import { type AwsEntitlement, AwsEntitlementRepository } from './aws-entitlement.repository.js';
import { IssuerReplaced } from './certificate.repository.js';
import type { DeviceKey } from './device-key.js';
import { isOfFormerIssuer, MOST_TRIES } from './former-issuer.js';
import { issuanceInProgress, mayNotIssue, refusalOfKey, unitAlreadyProvisioned, whoseKey } from './issuance.errors.js';

/** A lease lasts so long at least from the moment on at which its unit is entitled. */
const KEEP_MS = 10_000;

/** Which unit may have a certificate that AWS signs, for which key. */
export interface EntitlementRequest {
  actor: string;
  unit: { id: number; serial: string; state: UnitState };
  workOrder: WorkOrderTerms;
  /** Must hold; without one, nobody may hold the unit. */
  lease: Lease | undefined;
  /** The device's; undefined where AWS makes the key. */
  key: DeviceKey | undefined;
}

type SignedCertificate = Certificate & { spkiSha256: Buffer };

/** What became of a certificate that AWS has signed. `refused`: why the unit may not have it, as the end of a sentence. `doubtful`: the same by what the ledger says, which may have lost that the unit got it. */
export type Imported = { outcome: 'imported' | 'known' } | { outcome: 'refused' | 'doubtful'; reason: string };

/**
 * Certificates that AWS signs and not our HSM: who may have one is settled and counted before AWS is asked (rule 3), and what AWS has signed is
 * taken over into the ledger, where it is the unit's one certificate (rule 2) as any other.
 */
@Injectable()
export class AwsEntitlements {
  constructor(
    private readonly rows: AwsEntitlementRepository,
    private readonly certificateAuthority: CertificateAuthorityService,
    private readonly orders: WorkOrderRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The unit's entitlement, which is made if it has none: the order's quota, the key and the lease are checked and taken as for a signature of our own, and the unit is
   * `certified`. The same key again is answered the same. Throws what `IssuanceService.issue` does where the ledger refuses.
   */
  async entitle(request: EntitlementRequest): Promise<{ entitlement: AwsEntitlement; replayed: boolean }> {
    const { unit, workOrder, key } = request;
    const refusal = refusalOfState(unit.serial, unit.state);
    if (refusal) throw refusal;
    const open = await this.rows.findOpen(unit.id);
    if (open) return { entitlement: sameKey(open, key, unit.serial), replayed: true };
    for (let tries = 1; ; tries++) {
      const authority = await this.certificateAuthority.getIssuing(workOrder.authorityFamily);
      const entitlement = {
        id: randomUUID(), unitId: unit.id, workOrderId: workOrder.id, authorityId: authority.id, spkiSha256: key?.spkiSha256 ?? null, keyIdentity: key ? keyIdentity(key.spki) : null,
      };
      try {
        await this.insert(request, entitlement);
        return { entitlement: { ...entitlement, voucher: null, madeAt: new Date() }, replayed: false };
      } catch (error) {
        // Another request was faster.
        const isTaken = violatedUnique(error) === 'aws_entitlement_one_per_unit' || hasCode(error, 'unit-state');
        const taken = isTaken ? await this.rows.findOpen(unit.id) : undefined;
        if (taken) return { entitlement: sameKey(taken, key, unit.serial), replayed: true };
        if (!(await isOfFormerIssuer(error, authority, this.certificateAuthority))) throw error;
        if (tries === MOST_TRIES) throw issuanceInProgress(unit.serial);
      }
    }
  }

  /**
   * Takes over what AWS has signed for the unit with this serial in the target; `der` as AWS answers it. The log tells aws-iot, which looks after it from then on. The same again changes nothing.
   * `voucher`: id of the entitlement with whose voucher it was asked for, where that is known. A refused one is on record; whoever calls keeps it out of the target (REVOKED).
   * A doubtful one is left as it is until a manager has confirmed the unit's order. Throws `ledger-older` while the ledger is held.
   */
  async import(target: string, serial: string, der: Buffer, voucher?: string): Promise<Imported> {
    const id = fingerprint(der);
    const signed = readSigned(der);
    return this.db.transaction().execute(async (tx): Promise<Imported> => {
      await this.audit.assertCurrent(tx);
      const entitled = await this.rows.lockOpen(tx, serial);
      if (await this.rows.isKnown(tx, id)) return { outcome: 'known' };
      const reason = 'unreadable' in signed ? signed.unreadable : await this.reasonAgainst(tx, entitled, signed, voucher);
      if (!entitled || 'unreadable' in signed || reason !== undefined) {
        if (await this.rows.isUnconfirmed(tx, serial)) return { outcome: 'doubtful', reason: reason ?? '' };
        await this.audit.record(tx, 'system', 'certificate.not-entitled', `unit:${serial}`, { unit: serial, target, fingerprint: id, reason: reason ?? '' });
        return { outcome: 'refused', reason: reason ?? '' };
      }
      const { spkiSha256, serialNumber, notBefore, notAfter } = signed;
      await this.rows.store(tx, entitled, {
        serialNumber: serialNumber.toString('hex'), keyOrigin: entitled.spkiSha256 ? 'device' : 'aws', spkiSha256, der, fingerprint: id, notBefore, notAfter,
      });
      const facts = { serialNumber: serialNumber.toString('hex'), unit: serial, target, fingerprint: id, entitlement: entitled.id, quarantined: entitled.quarantined };
      await this.audit.record(tx, 'system', 'certificate.imported', `unit:${serial}`, facts);
      return { outcome: 'imported' };
    });
  }

  /**
   * The voucher with which the unit's device asks AWS for the certificate itself; signed once and kept, and anew once it has ended. Throws `authority-compromised`, `hsm-unavailable` and what signing throws; the entitlement stays, and
   * the same request gets the voucher then.
   */
  async voucherOf({ id, authorityId, workOrderId, spkiSha256, voucher, madeAt }: AwsEntitlement, { actor, serial, days }: { actor: string; serial: string; days: number | undefined }): Promise<string> {
    const now = new Date();
    const end = voucher === null ? undefined : voucherEnd(voucher);
    if (voucher !== null && (end === undefined || end > now)) return voucher;
    const authority = await this.certificateAuthority.get(authorityId);
    if (authority.state === 'compromised') throw authorityCompromised(authorityId);
    const iat = Math.floor(+(voucher === null ? madeAt : now) / 1_000);
    const signed = await this.certificateAuthority.signVoucher(authority, {
      jti: id, sub: serial, order: workOrderId, ...(spkiSha256 ? { key: spkiSha256.toString('hex') } : {}), iat, ...(days === undefined ? {} : { exp: iat + days * 86_400 }),
    });
    const kept = await this.db.transaction().execute(async (tx) => {
      const counts = await this.rows.keepVoucher(tx, id, { voucher: signed, former: voucher });
      if (counts === signed && voucher !== null) await this.audit.record(tx, actor, 'certificate.voucher-renewed', `unit:${serial}`, { entitlement: id, unit: serial, ended: end?.toISOString() ?? '' });
      return counts;
    });
    if (kept === undefined) throw unitAlreadyProvisioned(serial);
    return kept;
  }

  /** Within a change of its unit: it gets no certificate of AWS any more. */
  async withdraw(tx: Ledger, actor: string, { id: unitId, serial }: { id: number; serial: string }, reason: string): Promise<void> {
    const id = await this.rows.withdraw(tx, unitId);
    if (id !== undefined) await this.recordWithdrawal(tx, actor, serial, id, reason);
  }

  /** The same where none was signed yet, for this key. */
  async withdrawOpen(tx: Ledger, actor: string, { id: unitId, serial }: { id: number; serial: string }, spkiSha256: Buffer, reason: string): Promise<void> {
    const id = await this.rows.withdrawOpen(tx, unitId, spkiSha256);
    if (id !== undefined) await this.recordWithdrawal(tx, actor, serial, id, reason);
  }

  /** Of those that were withdrawn: how many the order of a unit that is reworked gets back. */
  countAsReworked(tx: Ledger, unitId: number): Promise<number> {
    return this.rows.countAsReworked(tx, unitId);
  }

  private recordWithdrawal(tx: Ledger, actor: string, serial: string, entitlement: string, reason: string): Promise<void> {
    return this.audit.record(tx, actor, 'certificate.entitlement-withdrawn', `unit:${serial}`, { entitlement, unit: serial, reason });
  }

  /** Why the unit may not have a certificate for this key, as the end of a sentence; undefined when it may, and the key is its own from then on. `voucher`: the one with which it was asked for. */
  private async reasonAgainst(tx: Ledger, entitled: AwsEntitlement | undefined, { spki, spkiSha256, serialNumber }: SignedCertificate, voucher: string | undefined): Promise<string | undefined> {
    if (!entitled) return 'the unit waits for no certificate of AWS';
    if (entitled.spkiSha256 && !entitled.spkiSha256.equals(spkiSha256)) return 'it is for another key than the unit’s';
    if (!entitled.spkiSha256 && voucher !== undefined && voucher !== entitled.id) return 'it was asked for with another voucher than the unit’s';
    const owner = await this.rows.takeKey(tx, entitled, { keyIdentity: keyIdentity(spki), serialNumber: serialNumber.toString('hex') });
    if (owner.unitId !== entitled.unitId) return owner.serial === null ? `its key is ${whoseKey(owner.holder!)}` : `its key is that of unit ${owner.serial}`;
    return owner.isCompromised ? 'its key is compromised' : undefined;
  }

  private async insert({ actor, unit, lease }: EntitlementRequest, entitlement: Omit<AwsEntitlement, 'voucher' | 'madeAt'>): Promise<void> {
    this.audit.assertKnown();
    const facts = { entitlement: entitlement.id, unit: unit.serial, authority: entitlement.authorityId, spkiSha256: entitlement.spkiSha256?.toString('hex') ?? null };
    try {
      await this.rows.insert(entitlement, lease, leaf(actor, 'certificate.entitled', `unit:${unit.serial}`, facts), this.config.HSM_DEADLINE_MS + KEEP_MS);
    } catch (error) {
      throw (await this.refusalOf(error)) ?? error;
    }
  }

  private async refusalOf(error: unknown): Promise<Error | undefined> {
    const broken = brokenRule(error);
    if (broken?.rule === 'quota') return this.orders.refusalOf(broken.detail);
    if (broken?.rule === 'verdict') return mayNotIssue(broken.detail, broken.hint);
    if (broken?.rule === 'key') return refusalOfKey(broken);
    if (broken?.rule === 'issuer') return new IssuerReplaced();
    return refusalOfLedger(error) ?? refusalOfUnit(error);
  }
}

/** One that we do not read is none that AWS signs for a unit: its kinds of keys are taken, and AWS signs with RSA and SHA-256. */
function readSigned(der: Buffer): SignedCertificate | { unreadable: string } {
  try {
    const certificate = readCertificate(der);
    return { ...certificate, spkiSha256: hash('sha256', certificate.spki, 'buffer') };
  } catch (error) {
    if (!(error instanceof X509Error)) throw error;
    return { unreadable: `it is none that AWS signs for a unit: ${error.message}` };
  }
}

/** Throws `unit-already-provisioned` for another key. */
function sameKey(open: AwsEntitlement, key: DeviceKey | undefined, serial: string): AwsEntitlement {
  const isSame = key === undefined ? open.spkiSha256 === null : (open.spkiSha256?.equals(key.spkiSha256) ?? false);
  if (!isSame) throw unitAlreadyProvisioned(serial);
  return open;
}
