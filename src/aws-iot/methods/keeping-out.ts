import { Injectable } from '@nestjs/common';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { Target } from '../targets/targets.schema.js';
import { Activations } from '../units/activations.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import { arnOf } from './device-policy.js';

/**
 * Keeps a unit out of a target where something may yet make its certificate known there: its CA at a first connection, or a line of a task that is under way. AWS reads no revocation lists, so
 * a certificate that AWS does not know is registered under its CA beforehand. What AWS itself has signed and does not know any more lets nobody in.
 */
@Injectable()
export class KeepingOut {
  constructor(
    private readonly units: UnitRegistrationRepository,
    private readonly clients: AwsIotClients,
    private readonly activations: Activations,
  ) {}

  /** False where the target did not know the certificate. */
  async revoke(target: Target, { certificateId }: ExpectedUnit): Promise<boolean> {
    const { certificates } = this.clients.for(target);
    if (await certificates.setStatus(certificateId, 'REVOKED')) return true;
    await this.register(target, certificateId, 'REVOKED');
    return false;
  }

  /** A certificate that the ledger does not know. */
  async revokeUnknown(target: Target, certificateId: string): Promise<void> {
    await this.clients.for(target).certificates.setStatus(certificateId, 'REVOKED');
  }

  async suspend(target: Target, { certificateId, authority }: ExpectedUnit): Promise<void> {
    const { certificates } = this.clients.for(target);
    const known = await certificates.find(certificateId);
    if (known?.status === 'INACTIVE' || known?.status === 'REVOKED') return;
    if (known && (await certificates.setStatus(certificateId, 'INACTIVE'))) return;
    if (authority !== '') await this.register(target, certificateId, 'INACTIVE');
  }

  /** A certificate that was registered only to keep its device out is removed, so that AWS makes everything when it becomes known; one that has its Thing or a policy is activated. */
  async resume(target: Target, unit: ExpectedUnit): Promise<void> {
    const { certificateId, serial } = unit;
    const { certificates, things } = this.clients.for(target);
    const known = await certificates.find(certificateId);
    if (known?.status !== 'INACTIVE') return;
    const isComplete = (await things.certificatesOf(serial)).includes(certificateId) || (await things.hasPolicy(arnOf(target, `cert/${certificateId}`)));
    if (isComplete) await this.activations.make(target, unit);
    else await certificates.remove(certificateId);
  }

  private async register(target: Target, certificateId: string, status: 'INACTIVE' | 'REVOKED'): Promise<void> {
    const { certificates } = this.clients.for(target);
    const { certificate, ca } = await this.units.bytesOf(certificateId);
    // The device itself, or the task, may have been faster.
    if (!(await certificates.register(certificate, ca, status))) await certificates.setStatus(certificateId, status);
  }
}
