import type { AuthorityState } from '../platform/database/schema.js';

/** An issuing CA: one HSM key, one CA certificate, one generation. */
export interface Authority {
  id: string;
  family: string;
  generation: number;
  commonName: string;
  keyType: string;
  keyLabel: string;
  /** DER. */
  certificate: Buffer;
  /** SHA-256 of the certificate in hex: also AWS IoT's caCertificateId. */
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
  state: AuthorityState;
  createdAt: Date;
  activatedAt: Date | null;
  /** False while the key lives in SoftHSM, which is NOT FOR PRODUCTION. */
  production: boolean;
}

/** `Lineside` and 2: `lineside-g2`. */
export const authorityId = (family: string, generation: number) => `${family.toLowerCase()}-g${generation}`;

/** The generation is part of the subject: AWS IoT takes at most 10 CAs of one subject per account and region. */
export const authorityCommonName = (family: string, generation: number) => `${family} Device CA G${generation}`;
