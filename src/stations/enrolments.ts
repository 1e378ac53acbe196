import { Injectable } from '@nestjs/common';
import { stationDisabled, stationNotEnrolled } from '../access/access.errors.js';
import type { Caller } from '../access/caller.js';
import { StationAccessRepository } from '../access/station-access.repository.js';
import { StationCertificateRepository } from '../access/station-certificate.repository.js';
import { type IssuedToStation, StationCertificates, type TakeKey } from '../access/station-certificates.js';
import { giveKeyToAuthority, giveKeyToStation } from '../issuance/key-holders.js';
import { Database } from '../platform/database/database.js';
import { keyIdentity } from '../x509/public-key.js';
import { EnrolmentRepository } from './enrolment.repository.js';
import { enrolmentExpired, enrolmentUnknown, enrolmentUsed } from './station.errors.js';

/** How a station gets its client certificate: with a code that a manager has made, and later with the certificate itself. */
@Injectable()
export class Enrolments {
  constructor(
    private readonly db: Database,
    private readonly enrolments: EnrolmentRepository,
    private readonly certificates: StationCertificates,
    private readonly rows: StationCertificateRepository,
    private readonly access: StationAccessRepository,
  ) {}

  /** The same code with the same key again answers the same certificate. @throws `enrolment-unknown`, `enrolment-expired`, `enrolment-used`, `station-disabled`, `station-key-taken` */
  async enrol(code: string, csr: string): Promise<IssuedToStation> {
    // The HSM, and a CSR, cost more than a look at the code.
    const known = await this.enrolments.findByCode(code);
    if (!known) throw enrolmentUnknown();
    if (known.serialNumber === null && known.hasEnded) throw enrolmentExpired(known.id);
    const key = await this.certificates.readKey(csr);
    const issuer = await this.certificates.ready(known.createdBy);
    const row = await this.db.transaction().execute(async (tx) => {
      const enrolment = await this.enrolments.findByCode(code, tx);
      if (!enrolment) throw enrolmentUnknown();
      const { station } = enrolment;
      if ((await this.access.get(station, tx)).disabledAt !== null) throw stationDisabled(station);
      if (enrolment.serialNumber !== null) {
        const before = enrolment.keySha256?.equals(key.keySha256) ? await this.rows.find(enrolment.serialNumber, tx) : undefined;
        if (before) return before;
        throw enrolmentUsed(enrolment.id);
      }
      if (enrolment.hasEnded) throw enrolmentExpired(enrolment.id);
      await takeKey(tx, issuer, key);
      const reserved = await this.certificates.reserve(tx, issuer, { station, key, enrolledBy: enrolment.createdBy, replaces: null });
      await this.enrolments.use(tx, enrolment, reserved.serialNumber, key.keySha256);
      return reserved;
    });
    return this.certificates.finish(row, issuer);
  }

  /** @throws `station-not-enrolled` for a station that came with a key, `station-key-taken` */
  renew({ station, certificate }: Caller, csr: string): Promise<IssuedToStation> {
    if (station === null || certificate === undefined) throw stationNotEnrolled(station);
    return this.certificates.renew(station, certificate, csr, takeKey);
  }
}

/** The key is a station's, that of the authority its own, and neither is ever a device's. Throws `station-key-taken`. */
const takeKey: TakeKey = async (tx, { certificate }, { keySha256 }) => {
  await giveKeyToAuthority(tx, keyIdentity(certificate.spki));
  await giveKeyToStation(tx, keySha256);
};
