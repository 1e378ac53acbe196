import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Authority } from '../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { SigningClock } from '../platform/signing-clock.js';
import type { WorkOrderTerms } from '../work-orders/work-order.repository.js';
import { fingerprint } from '../x509/certificate.js';
import { keyIdentity } from '../x509/public-key.js';
import { type Intent, UnitTaken } from './certificate.repository.js';
import type { DeviceKey } from './device-key.js';
import { isOfFormerIssuer, MOST_TRIES } from './former-issuer.js';
import { issuanceInProgress } from './issuance.errors.js';
import { Profiles } from './profiles.js';
import { Reservations } from './reservations.js';
import { SuccessorRepository, type UnitCertificate } from './successor.repository.js';

/** For which unit, in the place of which certificate. */
export interface SuccessorRequest {
  actor: string;
  unit: { id: number; serial: string };
  workOrder: WorkOrderTerms;
  key: DeviceKey;
  /** Serial number of the unit's current certificate. */
  replaces: string;
  /** Locks the unit until `tx` ends; throws what its state stands against. Before anything else, when reserved and when stored. */
  lockUnit: (tx: Ledger) => Promise<void>;
  /** Part of the transaction that reserves: throws what stands against a certificate of this authority. */
  permit: (tx: Ledger, authority: string) => Promise<void>;
  /** Part of the transaction that stores the certificate. */
  stored: (tx: Ledger, certificate: { fingerprint: string; authority: string }) => Promise<void>;
}

/**
 * The second certificate of a unit in the field, which is to take the place of its current one: reserved, signed and stored as the first one was, by the family's issuer
 * of today. The HSM is asked after stations.
 */
@Injectable()
export class Successors {
  constructor(
    private readonly repository: SuccessorRepository,
    private readonly reservations: Reservations,
    private readonly certificateAuthority: CertificateAuthorityService,
    private readonly profiles: Profiles,
    private readonly clock: SigningClock,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Throws `request-in-progress` while another request for the unit is at work. What a process has left behind is given up first. */
  async issue(request: SuccessorRequest): Promise<void> {
    await this.certificateAuthority.readyToSign('batch');
    const { authority, intent } = await this.reserve(request);
    let certificate: Buffer | undefined;
    try {
      certificate = await this.certificateAuthority.sign(authority, intent.tbs, 'batch');
      await this.store(request, intent, certificate);
    } catch (error) {
      await this.reservations.abandonUnstored(request, intent, error, certificate !== undefined);
      throw error;
    } finally {
      this.reservations.leave(intent.serialNumber);
    }
  }

  private async reserve(request: SuccessorRequest): Promise<{ authority: Authority; intent: Intent }> {
    const { unit, workOrder, key } = request;
    for (let tries = 1; ; tries++) {
      const authority = await this.certificateAuthority.getIssuing(workOrder.authorityFamily);
      try {
        const drafter = await this.profiles.drafter(workOrder.profile, authority);
        const draft = drafter.draft({ serial: unit.serial, order: workOrder.id, product: workOrder.product }, key, this.clock.now());
        const intent: Intent = {
          ...draft, unitId: unit.id, workOrderId: workOrder.id, authorityId: authority.id, profile: workOrder.profile, keyOrigin: 'device', spkiSha256: key.spkiSha256, keyIdentity: keyIdentity(key.spki),
        };
        await this.commitIntent(request, intent);
        return { authority, intent };
      } catch (error) {
        if (error instanceof UnitTaken) await this.giveUpLeftBehind(unit);
        else if (!(await isOfFormerIssuer(error, authority, this.certificateAuthority))) throw error;
        if (tries === MOST_TRIES) throw issuanceInProgress(unit.serial);
      }
    }
  }

  private async commitIntent({ actor, unit, replaces, lockUnit, permit }: SuccessorRequest, intent: Intent): Promise<void> {
    const { serialNumber, authorityId: authority, tbsSha256, spkiSha256 } = intent;
    const terms = this.reservations.enter(serialNumber);
    try {
      await this.db.transaction().execute(async (tx) => {
        await this.reservations.assertCurrent(tx);
        await lockUnit(tx);
        await permit(tx, authority);
        await this.repository.reserve(tx, intent, { replaces, ...terms });
        await this.audit.record(tx, actor, 'certificate.reserved', `unit:${unit.serial}`, {
          serialNumber, unit: unit.serial, authority, tbsSha256: tbsSha256.toString('hex'), spkiSha256: spkiSha256.toString('hex'),
        });
      });
    } catch (error) {
      this.reservations.leave(serialNumber);
      throw error;
    }
  }

  private async store({ actor, unit, replaces, lockUnit, stored }: SuccessorRequest, intent: Intent, der: Buffer): Promise<void> {
    const { serialNumber, authorityId: authority } = intent;
    const id = fingerprint(der);
    await this.db.transaction().execute(async (tx) => {
      await lockUnit(tx);
      await this.repository.complete(tx, intent, replaces, der, id);
      await this.audit.record(tx, actor, 'certificate.issued', `unit:${unit.serial}`, { serialNumber, unit: unit.serial, authority, fingerprint: id });
      await stored(tx, { fingerprint: id, authority });
    });
    this.reservations.remember(serialNumber);
  }

  /** Throws `request-in-progress` where the unit's successor is being made at this moment, or is there. */
  private async giveUpLeftBehind({ id, serial }: SuccessorRequest['unit']): Promise<void> {
    const open = (await this.repository.ofUnit(id)).find(({ standing }) => standing === 'successor');
    if (!open) return;
    if (open.state === 'valid' || (await this.isAtWork(open))) throw issuanceInProgress(serial);
    await this.reservations.abandon('system', serial, { serialNumber: open.serialNumber, unitId: id, workOrderId: open.workOrderId }, 'left behind');
  }

  private async isAtWork(open: UnitCertificate): Promise<boolean> {
    return this.reservations.isAtWork(open.serialNumber) || this.reservations.isHeldElsewhere(open);
  }
}
