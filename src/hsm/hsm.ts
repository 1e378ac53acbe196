import type { KeyType } from '../x509/public-key.js';

/** The key types an authority may have. Devices may bring others. */
export type HsmKeyType = 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096';

/** What the token itself says of a private key, read back from it (PKCS#11 section 4.9). */
export interface HsmKeyAttributes {
  token: boolean;
  private: boolean;
  sensitive: boolean;
  extractable: boolean;
  /** CKA_SENSITIVE was never false. */
  alwaysSensitive: boolean;
  /** CKA_EXTRACTABLE was never true. */
  neverExtractable: boolean;
  /** Made on the token, not brought to it. */
  local: boolean;
}

export interface HsmKey {
  label: string;
  /** CKA_ID in hex. */
  id: string;
  keyType: HsmKeyType;
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  attributes: HsmKeyAttributes;
}

export interface TokenDescription {
  label: string;
  manufacturer: string;
  model: string;
  serialNumber: string;
  firmware: string;
  /** False for SoftHSM, whose keys are files. */
  production: boolean;
  /** To be shown wherever the token is named. */
  warning?: string;
}

/** Who waits: a person at a station, or a file of requests. Stations go first, and batches go on. */
export type WorkClass = 'station' | 'batch';

export interface WorkOptions {
  /** `station` unless said otherwise. */
  work?: WorkClass;
}

export interface SignOptions extends WorkOptions {
  /** SubjectPublicKeyInfo of the key that must sign: the one that the authority's certificate names. */
  publicKey?: Buffer;
}

/** All that is taken from a CSR. */
export interface ReadRequest {
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  keyType: KeyType;
}

/** For health and metrics. */
export interface HsmState {
  /** `open`: the HSM has failed repeatedly and requests are refused at once; `probing`: one request finds out whether that is over. */
  circuit: 'closed' | 'open' | 'probing';
  /** Signer processes that are logged in. */
  signers: number;
  /** Requests for the HSM that are not answered yet. */
  open: Readonly<Record<WorkClass, number>>;
  /** Signer processes that ended and were not told to, since the start. */
  signersEnded: number;
}

/**
 * What the service may ask of the HSM. Private keys have no way out of it.
 * Every method refuses with `hsm-unavailable` when the HSM is down, too slow or has too much waiting.
 */
export abstract class Hsm {
  /** Which token this is. Also refuses with `hsm-pin-wrong`. */
  abstract token(): Promise<TokenDescription>;

  /**
   * Makes a key pair inside the HSM that can only sign and never leave, and answers what the token says of it.
   * Two services that make the same label at the same time may both succeed, since PKCS#11 does not keep labels unique;
   * the ledger has to. When it refuses with `hsm-unavailable` the key may or may not exist: `findKey` tells.
   * @throws HsmKeyExists when the label is taken; HsmKeyUnsafe when the token would let the key out (the key is destroyed)
   */
  abstract generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey>;

  /** @throws HsmKeyAmbiguous when two keys have this label */
  abstract findKey(label: string): Promise<HsmKey | undefined>;

  /**
   * Signs a message; the hashing is part of it: a certificate or a revocation list that is to be signed (DER) names its
   * algorithm itself; for any other message it is SHA-384 with P-384 and SHA-256 with the others.
   * @returns what goes into a certificate's signatureValue: Ecdsa-Sig-Value (RFC 3279 section 2.2.3) or PKCS#1 v1.5.
   *   It has been verified with the key's public half, which is `publicKey` where one was named: the signer does it, so
   *   that the caller's process need not.
   * @throws HsmKeyMissing, also when the key under this label is another one
   */
  abstract sign(label: string, message: Buffer, options?: SignOptions): Promise<Buffer>;

  /**
   * Reads a CSR (PEM) strictly and checks that whoever made it holds the private key (RFC 2986). That is as much work as
   * signing, so it happens beside the signers, in processes of its own that need no token: it works while the HSM is away.
   * @throws X509Error with the code of what is wrong with the CSR; HsmUnavailable when too much is waiting
   */
  abstract readRequest(csr: string, options?: WorkOptions): Promise<ReadRequest>;

  /**
   * Goes to the token and back, for health checks: signs with a key of the token and verifies that. While the token
   * holds no key yet it asks for random bytes instead, which needs the session and the login but no key.
   */
  abstract probe(): Promise<void>;

  abstract state(): HsmState;
}
