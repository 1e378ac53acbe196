import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { leaf } from '../audit/audit-log.js';
import type { WorkClass } from '../hsm/hsm.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { Drafters } from '../issuance/drafters.js';
import { KeyShownOnce, UnitAlreadyProvisioned } from '../issuance/issuance.errors.js';
import { IssuanceService } from '../issuance/issuance.service.js';
import { ServiceKeyMaker } from '../issuance/service-key.js';
import type { StationKey } from '../issuance/station-key.js';
import { Database } from '../platform/database/database.js';
import { RequestInvalid } from '../platform/errors/platform.errors.js';
import { type KeySource, ONE_KEY_SOURCE } from './job.schema.js';
import { type Identity, ProvisioningService, type UnitRequest } from './provisioning.service.js';

/** With `encryptedPrivateKey` (JWE of a PKCS#8) where the service made the key: answered once, kept nowhere. */
export type KeyedIdentity = Identity & { encryptedPrivateKey?: string };

type Request = Omit<UnitRequest, 'key' | 'record' | 'work'>;

/** A unit's identity, whoever makes its key. The certificate goes one way in both cases. */
@Injectable()
export class IdentityService {
  constructor(
    private readonly provisioning: ProvisioningService,
    private readonly issuance: IssuanceService,
    private readonly maker: ServiceKeyMaker,
    private readonly profiles: Drafters,
    private readonly certificates: CertificateRepository,
    private readonly db: Database,
  ) {}

  /** `request`: being looked up. Meanwhile the CSR is read; what is wrong with the request is told first. */
  async provision(request: Promise<Request>, { csr, encryptTo }: KeySource, work: WorkClass): Promise<{ identity: KeyedIdentity; replayed: boolean }> {
    const key = csr === undefined ? undefined : this.issuance.readKey(csr, work);
    const found = await request;
    if (encryptTo) return this.provisionWithKey(found, encryptTo, work);
    if (!key) throw new RequestInvalid(ONE_KEY_SOURCE);
    return this.provisioning.provision({ ...found, key, work });
  }

  /** Throws KeyShownOnce where the unit has a certificate for such a key already. */
  private async provisionWithKey(request: Request, encryptTo: StationKey, work: WorkClass): Promise<{ identity: KeyedIdentity; replayed: boolean }> {
    const { actor, unit, workOrder } = request;
    await this.assertUnprovisioned(unit);
    const { csr, keyType, spkiSha256, jwe, thumbprint } = await this.maker.make(this.profiles.get(workOrder.profile), unit.serial, encryptTo);
    const facts = { unit: unit.serial, workOrder: workOrder.id, keyType, spkiSha256: spkiSha256.toString('hex'), encryptedTo: thumbprint };
    try {
      const { identity, replayed } = await this.provisioning.provision({
        ...request,
        work,
        key: this.issuance.readKey(csr, work),
        record: [leaf(actor, 'key.generated-for-device', `unit:${unit.serial}`, facts)],
      });
      return { identity: { ...identity, encryptedPrivateKey: jwe }, replayed };
    } catch (error) {
      // Another request for the unit was faster.
      if (error instanceof UnitAlreadyProvisioned) await this.assertUnprovisioned(unit);
      throw error;
    }
  }

  private async assertUnprovisioned(unit: { id: number; serial: string }): Promise<void> {
    const live = await this.certificates.findLive(unit.id);
    if (live?.state !== 'valid') return;
    throw (await this.wasMadeHere(unit.serial, live.spkiSha256)) ? new KeyShownOnce(unit.serial) : new UnitAlreadyProvisioned(unit.serial);
  }

  /** The log knows: the leaf was written in the transaction that reserved this very key's certificate. */
  private async wasMadeHere(serial: string, spkiSha256: Buffer): Promise<boolean> {
    const leaf = await this.db
      .selectFrom('audit_leaf')
      .select('seq')
      .where('subject', '=', `unit:${serial}`)
      .where('event', '=', 'key.generated-for-device')
      .where(sql<string>`data ->> 'spkiSha256'`, '=', spkiSha256.toString('hex'))
      .executeTakeFirst();
    return leaf !== undefined;
  }
}
