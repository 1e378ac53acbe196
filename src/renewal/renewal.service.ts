import { Injectable } from '@nestjs/common';
import { DeviceKeys } from '../issuance/device-key.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { Delivery, type Delivered } from './delivery.js';
import { Renewable } from './renewable.js';
import { RenewalStart } from './renewal-start.js';
import { RenewalRepository } from './renewal.repository.js';

export interface RenewalRequest {
  serial: string;
  /** PEM. */
  csr: string;
  /** Fingerprint of the certificate whose place the new one is to take. A device that can't make another key names it. */
  replaces?: string | undefined;
}

/** Answers requests for renewals. The same request again is answered the same, and that is how a device asks whether its certificate is ready. */
@Injectable()
export class RenewalService {
  constructor(
    private readonly units: UnitRepository,
    private readonly deviceKeys: DeviceKeys,
    private readonly renewals: RenewalRepository,
    private readonly renewable: Renewable,
    private readonly start: RenewalStart,
    private readonly delivery: Delivery,
  ) {}

  /** Throws what a first certificate is refused for, and `unit-not-renewable`, `certificate-not-ours`, `renewal-needs-new-key`, `renewal-of-another`, `renewal-open`, `renewal-cancelled`. */
  async renew(actor: string, { serial, csr, replaces }: RenewalRequest): Promise<Delivered & { begun: boolean }> {
    const unit = await this.units.getBySerial(serial);
    const key = await this.deviceKeys.read(csr, 'batch');
    const known = await this.renewals.findOfKey(unit.id, key.spkiSha256, replaces);
    if (known) return { ...(await this.delivery.handOut(actor, known)), begun: false };
    const renewal = await this.start.begin(actor, unit, key, await this.renewable.certificateOf(unit, key.spkiSha256, replaces));
    return { ...(await this.delivery.handOut(actor, renewal)), begun: true };
  }
}
