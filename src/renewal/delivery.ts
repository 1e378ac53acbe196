import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Identity } from '../identity/identity.js';
import { IdentityService } from '../identity/identity.service.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { certificateRevoked } from '../issuance/issuance.errors.js';
import { Database } from '../platform/database/database.js';
import { renewalCancelled } from './renewal.errors.js';
import { type Renewal, RenewalRepository } from './renewal.repository.js';
import type { RenewalState } from './renewal.tables.js';
import { TargetReadiness } from './target-readiness.js';

/** How a renewal stands; with the new identity once each target would let the device in with it. */
export interface Delivered {
  renewal: Renewal;
  identity: Identity | null;
}

/** Hands new certificates out, and not before a device could connect with them. */
@Injectable()
export class Delivery {
  constructor(
    private readonly renewals: RenewalRepository,
    private readonly readiness: TargetReadiness,
    private readonly certificates: CertificateRepository,
    private readonly identities: IdentityService,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** That it was handed out is on record the first time. Throws `renewal-cancelled`, or `certificate-revoked` where the new certificate became the unit's and is not valid any more. */
  async handOut(actor: string, renewal: Renewal): Promise<Delivered> {
    const { serial, certificateId } = renewal;
    assertGoesOn(renewal);
    const certificate = await this.certificates.getByFingerprint(certificateId);
    if (certificate.state !== 'valid') throw WITH_NEW.includes(renewal.state) ? certificateRevoked(serial) : renewalCancelled(serial, 'its certificate was revoked');
    // Whoever had it once gets it again, whatever has become of a target since.
    if (renewal.deliveredAt === null && (await this.readiness.lacking(certificateId)).length > 0) return { renewal, identity: null };
    const identity = await this.identities.describe(serial, certificate);
    return { identity, renewal: renewal.deliveredAt === null ? await this.keep(actor, renewal) : renewal };
  }

  private keep(actor: string, { id, serial, certificateId }: Renewal): Promise<Renewal> {
    return this.db.transaction().execute(async (tx) => {
      const renewal = await this.renewals.lock(tx, id);
      if (renewal.deliveredAt !== null) return renewal;
      assertGoesOn(renewal);
      const waits = renewal.state === 'registering' || renewal.state === 'ready';
      await this.renewals.change(tx, renewal, { delivered_at: new Date(), ...(waits ? { state: 'delivered' as const, detail: null } : {}) }, 0);
      await this.audit.record(tx, actor, 'renewal.delivered', `unit:${serial}`, { serial, certificate: certificateId });
      return this.renewals.lock(tx, id);
    });
  }
}

/** In these states the new certificate is the unit's. */
const WITH_NEW: readonly RenewalState[] = ['seen', 'grace', 'done'];

/** One that is done may have ended before anybody fetched the new certificate, as when the old one was revoked. */
function assertGoesOn({ serial, state, detail }: Renewal): void {
  if (state === 'cancelled') throw renewalCancelled(serial, detail);
}
