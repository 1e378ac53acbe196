import { createHash } from 'node:crypto';
import type { Issuer } from '../certificate-authority/certificate-authority.service.js';
import { complaintsAbout } from '../x509/certificate-rules.js';
import { CertificateTemplate } from '../x509/certificate-template.js';
import { encodeName } from '../x509/name.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import { newSerialNumber, serialNumberToHex } from '../x509/serial-number.js';
import type { DeviceKey } from './device-key.js';
import { CertificateRefused, KeyTypeNotAllowed } from './issuance.errors.js';
import { allowsKey, fillSubject, type Profile, type SubjectFields } from './profile.js';

/** A certificate that lacks only its signature: the exact bytes that the HSM will be asked to sign. */
export interface CertificateDraft {
  serialNumber: string;
  tbs: Buffer;
  tbsSha256: Buffer;
  notBefore: Date;
  notAfter: Date;
}

/** Everything of a profile's certificates that is the same for all units of an authority, encoded once. */
export class Drafter {
  private readonly template: CertificateTemplate;

  constructor(
    private readonly profile: Profile,
    private readonly issuer: Issuer,
  ) {
    const { certificate, algorithm } = issuer;
    this.template = new CertificateTemplate({
      issuerName: certificate.subject,
      issuerKeyIdentifier: certificate.subjectKeyIdentifier ?? subjectKeyIdentifier(certificate.spki),
      signatureAlgorithm: algorithm,
      keyUsage: profile.keyUsage,
      extendedKeyUsage: profile.extendedKeyUsage,
      basicConstraints: { ca: false },
    });
  }

  /** Throws KeyTypeNotAllowed, or CertificateRefused with every rule that the certificate would break. */
  draft(fields: SubjectFields, key: DeviceKey, now: Date): CertificateDraft {
    if (!allowsKey(this.profile, key.keyType)) throw new KeyTypeNotAllowed(key.keyType, this.profile.name);
    const { notBefore, notAfter } = this.validity(now);
    const serialNumber = newSerialNumber();
    const subject = encodeName(fillSubject(this.profile, fields));
    const tbs = this.template.tbs({ serialNumber, notBefore, notAfter, subject, spki: key.spki });
    const complaints = complaintsAbout(tbs, this.issuer.certificate);
    if (complaints.length > 0) throw new CertificateRefused(complaints);
    const tbsSha256 = createHash('sha256').update(tbs).digest();
    return { serialNumber: serialNumberToHex(serialNumber), tbs, tbsSha256, notBefore, notAfter };
  }

  /** Backdated for devices with slow clocks; never outside the authority's own validity. */
  private validity(now: Date) {
    const { certificate } = this.issuer;
    const wantedEnd = new Date(now);
    wantedEnd.setUTCFullYear(now.getUTCFullYear() + this.profile.validity.years);
    return {
      notBefore: wholeSeconds(Math.max(+now - this.profile.backdateMinutes * 60_000, +certificate.notBefore)),
      notAfter: wholeSeconds(Math.min(+wantedEnd, +certificate.notAfter)),
    };
  }
}

const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1_000) * 1_000);
