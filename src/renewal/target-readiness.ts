import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { CertificatePlaces } from '../aws-iot/units/certificate-places.repository.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { mayNotIssue } from '../issuance/issuance.errors.js';
import type { Ledger } from '../platform/database/database.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';

/** Whether the targets of a unit would let its device in with a new certificate. Its order may have been closed long ago, and targets that are retired don't count. */
@Injectable()
export class TargetReadiness {
  constructor(
    private readonly certificates: CertificateRepository,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly places: CertificatePlaces,
  ) {}

  /** Rule 7. Throws `may-not-issue` while a target does not have the authority, and so could not take what it signs. */
  async permit(tx: Ledger, order: string, authority: string): Promise<void> {
    const problem = await this.places.problemOf(tx, order, authority);
    if (problem !== null) throw mayNotIssue(order, problem);
  }

  /** What each target that would not let the device in with this certificate lacks, one sentence a target; empty when all would. */
  async lacking(certificateId: string, ledger?: Ledger): Promise<string[]> {
    const { workOrderId } = await this.certificates.getByFingerprint(certificateId, ledger);
    const { targets, method } = await this.orders.getTerms(workOrderId);
    // Where units introduce themselves, a target that has never met the unit will meet it with the new certificate.
    const introduces = this.methods.get(method).arrivesAs.length > 0;
    const places = new Map((await this.places.of(certificateId, ledger)).map((place) => [place.target, place]));
    return (await this.places.inUse(targets, ledger)).flatMap((target) => {
      const place = places.get(target);
      if (place?.desired === 'ACTIVE' && (place.state === 'in-sync' || (place.state === 'pending' && place.awaitsDevice && introduces))) return [];
      return [`${target}: ${place?.detail ?? 'the new certificate is not ACTIVE there yet'}`];
    });
  }
}
