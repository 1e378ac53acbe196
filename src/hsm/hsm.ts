import type { KeyType } from '../x509/public-key.js';

/** The key types that an authority may have. Keys of devices may have others. */
export type HsmKeyType = 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096';

/** The attributes of a private key as read from the token (PKCS#11 section 4.9). */
export interface HsmKeyAttributes {
  token: boolean;
  private: boolean;
  sensitive: boolean;
  extractable: boolean;
  /** CKA_SENSITIVE was never false. */
  alwaysSensitive: boolean;
  /** CKA_EXTRACTABLE was never true. */
  neverExtractable: boolean;
  /** Made on the token, not imported. */
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
  /** A sentence to show wherever the token is named. */
  warning?: string;
}

/** Who waits for the answer: a station, a revocation list, or a batch of requests. They go first in this order, and each always gets a share. */
export type WorkClass = (typeof WORK_CLASSES)[number];
export const WORK_CLASSES = ['station', 'crl', 'batch'] as const;

export interface WorkOptions {
  /** `station` unless said otherwise. */
  work?: WorkClass;
}

export interface SignOptions extends WorkOptions {
  /** SubjectPublicKeyInfo (DER) of the key that must sign, from the authority's certificate. */
  publicKey?: Buffer;
}

/** A key that must be on the token and sign. */
export interface ProbedKey {
  label: string;
  /** SubjectPublicKeyInfo (DER) from the authority's certificate. */
  publicKey: Buffer;
}

/** A key as the token names it; empty what the token can't read. */
export interface NamedKey {
  label: string;
  /** CKA_ID in hex. */
  id: string;
}

/** What is taken from a CSR: its public key and nothing else. */
export interface ReadRequest {
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  keyType: KeyType;
}

/** For health and metrics. */
export interface HsmState {
  /** `open`: the HSM has failed repeatedly, and requests are refused at once. `probing`: one request checks whether it answers again. */
  circuit: 'closed' | 'open' | 'probing';
  /** Signer processes that are logged in. */
  signers: number;
  /** Requests to the HSM that are not answered yet. */
  open: Readonly<Record<WorkClass, number>>;
  /** Signer processes that have ended without being told to, since the service started. */
  signersEnded: number;
}

/**
 * The port: everything that the service can ask of the HSM. None of it gives out a private key.
 * Every method that asks the HSM rejects with `hsm-unavailable` when it is down or does not answer in time, or when too
 * many requests wait, and with `hsm-pin-wrong` when it has refused the PIN.
 */
export abstract class Hsm {
  /** Which token this is. */
  abstract token(): Promise<TokenDescription>;

  /**
   * Makes a key pair inside the HSM that can only sign and never leave, and answers what the token says of it.
   * Two services that use the same label at the same time may both succeed, since PKCS#11 does not keep labels unique;
   * the ledger must do that. After `hsm-unavailable` the key may or may not exist: ask `findKey`.
   * @throws HsmKeyExists when the label is taken; HsmKeyUnsafe when the token would let the key out (the key is destroyed)
   */
  abstract generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey>;

  /** @throws HsmKeyAmbiguous when two keys have this label */
  abstract findKey(label: string): Promise<HsmKey | undefined>;

  /** All signing keys of the token, whoever made them. */
  abstract listKeys(): Promise<NamedKey[]>;

  /**
   * Hashes and signs a message. A certificate or a revocation list that is to be signed (DER) names its algorithm itself;
   * any other message is hashed with SHA-384 for a P-384 key and with SHA-256 for the others.
   * @returns a certificate's signatureValue: Ecdsa-Sig-Value (RFC 3279 section 2.2.3) or PKCS#1 v1.5. The signer has
   *   verified it with the key's public half, which equals `publicKey` if that was given: the caller need not verify it.
   * @throws hsm-key-missing; authority-key-mismatch when the key with this label is not the one of `publicKey`; hsm-key-ambiguous
   */
  abstract sign(label: string, message: Buffer, options?: SignOptions): Promise<Buffer>;

  /**
   * Reads a CSR (PEM), checks that whoever made it holds the private key (RFC 2986), and that nobody else finds it by a short
   * way. That takes as long as signing (RSA-2048: 4 ms, RSA-4096: 22 ms), so it is done in child processes too. These need no token, so it works while the HSM is down.
   * @throws X509Error with the code of what is wrong with the CSR; HsmUnavailable when too many requests wait
   */
  abstract readRequest(csr: string, options?: WorkOptions): Promise<ReadRequest>;

  /**
   * A health check of the whole way to the token: finds this key anew, signs with it and verifies the signature. Without a
   * key, it signs with one of the token's, and where none of them can sign, asks for random bytes.
   * @throws what `sign` throws
   */
  abstract probe(key?: ProbedKey): Promise<void>;

  /**
   * Whether the HSM can be asked now: a signer is logged in, it has not failed repeatedly, and there is room in the queue. Waits
   * for a signer that is just being started, within the deadline. Costs the HSM nothing. To be asked before an intent is committed.
   */
  abstract ready(options?: WorkOptions): Promise<void>;

  abstract state(): HsmState;
}
