import { hash } from 'node:crypto';
import type { Issuer } from '../certificate-authority/certificate-authority.service.js';
import { complaintsAbout } from '../x509/certificate-rules.js';
import { CertificateTemplate } from '../x509/certificate-template.js';
import { encodeName } from '../x509/name.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import { newSerialNumber, serialNumberToHex } from '../x509/serial-number.js';
import { X509Error } from '../x509/x509.errors.js';
import type { DeviceKey } from './device-key.js';
import { certificateRefused, keyTypeNotAllowed } from './issuance.errors.js';
import { allowsKey, fillAlternativeNames, fillSubject, type Profile, type SubjectFields, wantedEnd } from './profile.js';

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
  private readonly hasAlternativeNames: boolean;

  /** `authorityId` fills the profile's CRL address. */
  constructor(
    private readonly profile: Profile,
    private readonly issuer: Issuer,
    authorityId: string,
  ) {
    const { certificate, algorithm } = issuer;
    const { keyUsage, extendedKeyUsage, certificatePolicies, crlDistributionPoint, subjectAltName } = profile;
    this.hasAlternativeNames = subjectAltName.dns.length + subjectAltName.uri.length > 0;
    this.template = new CertificateTemplate({
      issuerName: certificate.subject,
      issuerKeyIdentifier: certificate.subjectKeyIdentifier ?? subjectKeyIdentifier(certificate.spki),
      signatureAlgorithm: algorithm,
      keyUsage,
      // These may not be empty where they stand (RFC 5280 section 4.2.1).
      ...(extendedKeyUsage.length > 0 ? { extendedKeyUsage } : {}),
      ...(certificatePolicies.length > 0 ? { certificatePolicies } : {}),
      ...(crlDistributionPoint === undefined ? {} : { crlDistributionPoint: crlDistributionPoint.replaceAll('{authority}', authorityId) }),
      basicConstraints: { ca: false },
    });
  }

  /** Throws KeyTypeNotAllowed, or CertificateRefused with every rule that the certificate would break. */
  draft(fields: SubjectFields, key: DeviceKey, now: Date): CertificateDraft {
    if (!allowsKey(this.profile, key.keyType)) throw keyTypeNotAllowed(key.keyType, this.profile.name);
    const draft = this.compose(fields, key, now);
    const complaints = this.complaintsAbout(draft, now);
    if (complaints.length > 0) throw certificateRefused(complaints);
    return draft;
  }

  /** The draft whatever the rules say of it. Throws CertificateRefused for names that can't be written at all. */
  compose(fields: SubjectFields, key: DeviceKey, now: Date): CertificateDraft {
    const { notBefore, notAfter } = this.validity(now);
    const serialNumber = newSerialNumber();
    try {
      const subject = encodeName(fillSubject(this.profile, fields));
      const names = this.hasAlternativeNames ? { subjectAlternativeNames: fillAlternativeNames(this.profile, fields) } : {};
      const tbs = this.template.tbs({ serialNumber, notBefore, notAfter, subject, spki: key.spki, ...names });
      const tbsSha256 = hash('sha256', tbs, 'buffer');
      return { serialNumber: serialNumberToHex(serialNumber), tbs, tbsSha256, notBefore, notAfter };
    } catch (error) {
      // A serial or product may hold what the profile's names can't, such as _ in a DNS name.
      if (error instanceof X509Error) throw certificateRefused([error.message], { cause: error });
      throw error;
    }
  }

  complaintsAbout({ tbs, notAfter }: CertificateDraft, now: Date): string[] {
    const complaints = complaintsAbout(tbs, this.issuer.certificate, { mayOutliveIssuer: this.profile.validity.beyondAuthority === 'allow' });
    return notAfter > now ? complaints : [...complaints, 'The validity is over already (RFC 5280 4.1.2.5).'];
  }

  /** Backdated for devices with slow clocks; never before the authority, and not after it unless the profile says so. */
  private validity(now: Date) {
    const { certificate } = this.issuer;
    const wanted = wantedEnd(this.profile, now);
    const end = this.profile.validity.beyondAuthority === 'cut' ? Math.min(+wanted, +certificate.notAfter) : +wanted;
    return {
      notBefore: wholeSeconds(Math.max(+now - this.profile.backdateMinutes * 60_000, +certificate.notBefore)),
      notAfter: wholeSeconds(end),
    };
  }
}

const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1_000) * 1_000);
