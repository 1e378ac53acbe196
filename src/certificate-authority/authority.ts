import type { HsmKeyType } from '../hsm/hsm.js';
import type { AuthorityState } from './authority.tables.js';
import type { Certificate } from '../x509/certificate.js';
import { type SignatureAlgorithm, signatureAlgorithmFor } from '../x509/signature-algorithm.js';

/** An issuing CA: one HSM key, one CA certificate, one generation. */
export interface Authority {
  id: string;
  family: string;
  generation: number;
  commonName: string;
  keyType: string;
  keyLabel: string;
  /** CKA_ID (hex) that the key had when it was made. */
  keyId: string;
  /** DER. */
  certificate: Buffer;
  /** SHA-256 of the certificate in hex: also AWS IoT's caCertificateId. */
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
  state: AuthorityState;
  createdAt: Date;
  activatedAt: Date | null;
  /** Since when an officer wants its CA INACTIVE, and auto-registration off, in every target; null: he does not. */
  cloudStoppedAt: Date | null;
  /** False while the key lives in SoftHSM, which is NOT FOR PRODUCTION. */
  production: boolean;
}

export interface WantedAuthority {
  family: string;
  keyType: HsmKeyType;
  /** What it will sign everything with: one of `hashesFor` its key; the first of them unless said otherwise. */
  hash?: SignatureAlgorithm['hash'] | undefined;
}

/** `Lineside` and 2: `lineside-g2`. */
export const authorityId = (family: string, generation: number) => `${family.toLowerCase()}-g${generation}`;

/** The generation is part of the subject: AWS IoT takes at most 10 CAs of one subject per account and region. */
export const authorityCommonName = (family: string, generation: number) => `${family} Device CA G${generation}`;

/**
 * What an authority signs with: the same as stands under its own certificate, where it has signed that itself. So the
 * choice that was made with the key needs no record beside the certificate, and can't be changed behind its back.
 */
export function issuingAlgorithm({ algorithm, issuer, subject, keyType }: Certificate): SignatureAlgorithm {
  return issuer.equals(subject) ? algorithm : signatureAlgorithmFor(keyType);
}
