import { Injectable } from '@nestjs/common';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { certificateMissing, certificateRevoked } from '../issuance/issuance.errors.js';
import { SuccessorRepository, type UnitCertificate } from '../issuance/successor.repository.js';
import type { Unit } from '../work-orders/unit.repository.js';
import { unitQuarantined } from '../work-orders/work-order.errors.js';
import { certificateNotOurs, renewalNeedsNewKey, renewalOfAnother, renewalOpen, unitNotRenewable } from './renewal.errors.js';

/** The current certificate of a unit, which another one is to follow. */
export type RenewedCertificate = UnitCertificate & { fingerprint: string };

/** Which certificate of a unit a renewal replaces, and whether it may. */
@Injectable()
export class Renewable {
  constructor(
    private readonly ofUnits: SuccessorRepository,
    private readonly certificates: CertificateRepository,
  ) {}

  /** The unit's current certificate, if it may be replaced by one for this key. */
  async certificateOf(unit: Unit, spkiSha256: Buffer, replaces: string | undefined): Promise<RenewedCertificate> {
    const { id, serial } = unit;
    assertRenewable(unit);
    const all = await this.ofUnits.ofUnit(id);
    const current = all.find(({ standing, state }) => standing === 'current' && state === 'valid');
    if (!current || current.fingerprint === null) throw (await this.certificates.hasRevoked(id)) ? certificateRevoked(serial) : certificateMissing();
    const { fingerprint } = current;
    if (replaces !== undefined && fingerprint !== replaces) throw renewalOfAnother(serial, fingerprint);
    if (all.some(({ standing, state }) => standing !== 'current' && state === 'valid')) throw renewalOpen(serial);
    if (current.authorityId === null) throw certificateNotOurs(serial);
    if (replaces === undefined && current.spkiSha256.equals(spkiSha256)) throw renewalNeedsNewKey(serial, fingerprint);
    return { ...current, fingerprint };
  }
}

export function assertRenewable({ serial, state }: Unit): void {
  if (state === 'quarantined') throw unitQuarantined(serial);
  if (state !== 'passed' && state !== 'shipped') throw unitNotRenewable(serial, state);
}
