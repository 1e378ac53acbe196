import { foreignContent } from './csr-diagnosis.js';
import { requestFromText } from './csr-text.js';
import { DerReader, TAG } from './der.js';
import { requireStrongKey } from './key-policy.js';
import { signatureNameOf } from './oids.js';
import { importPublicKey, keyAsFound, type KeyType } from './public-key.js';
import { fitsKey, isRightRaw, type SignatureAlgorithm, signatureAlgorithmByOid, verifySignature } from './signature-algorithm.js';
import { passAttributes, passElement, passName } from './unused-elements.js';
import { DerError, X509Error } from './x509.errors.js';

/** Bytes of DER. An RSA-8192 request with a long name is under 3 KiB. */
const MAX_DER = 8 * 1024;
/** Characters: the same in base64, with what tools such as certtool print before it. */
const MAX_TEXT = 16 * 1024;

/** A PKCS#10 request (RFC 2986). What it asks for (names, extensions) binds nobody. */
export interface CertificationRequest {
  der: Buffer;
  /** Name, DER, a view into `der`. */
  subject: Buffer;
  /** As it goes into the certificate: `keyAsFound` has put right what decides nothing. */
  spki: Buffer;
  keyType: KeyType;
  /** CertificationRequestInfo: what is signed, a view into `der`. */
  tbs: Buffer;
  /** A view into `der`. */
  signature: Buffer;
  algorithm: SignatureAlgorithm;
}

/**
 * Reads a CSR as toolchains write it, PEM (as text) or DER (as bytes). Only the key, the proof and the outer structure can be at
 * fault; version, name, attributes, the parameters of algorithms and the form of lengths decide nothing. The signature is checked
 * by `verifyProofOfPossession`, not here.
 * @throws X509Error `csr-too-large`, `pem-malformed`, `private-key-sent`, `csr-malformed`, `csr-trailing-bytes`, `key-weak`,
 * `key-unsupported` or `csr-algorithm-unsupported`
 */
export function readCsr(input: Buffer | string): CertificationRequest {
  if (input.length > (typeof input === 'string' ? MAX_TEXT : MAX_DER)) throw tooLarge();
  const der = typeof input === 'string' ? requestFromText(input) : input;
  if (der.length > MAX_DER) throw tooLarge();
  try {
    return readDer(der);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw foreignContent(der) ?? new X509Error('csr-malformed', `The certificate request can't be read: ${error.message}.`, { cause: error });
  }
}

function readDer(der: Buffer): CertificationRequest {
  const top = new DerReader(der, 0, der.length, true);
  const body = top.sequence();
  if (!top.atEnd) throw new X509Error('csr-trailing-bytes', 'The certificate request is followed by other bytes.');
  const tbs = body.whole(TAG.sequence);
  const identifier = body.sequence();
  const signature = body.octetsOfBitString();
  body.finish();

  const info = new DerReader(tbs, 0, tbs.length, true).sequence();
  info.integer();
  const subject = info.whole(TAG.sequence);
  passName(new DerReader(subject, 0, subject.length, true));
  const found = info.whole(TAG.sequence);
  passAttributes(info);
  info.finish();
  const oid = identifier.oid();
  if (!identifier.atEnd) passElement(identifier);
  identifier.finish();

  const { spki, keyType } = keyAsFound(found);
  return { der, subject, spki, keyType, tbs, signature, algorithm: algorithmFor(oid, keyType) };
}

function algorithmFor(oid: string, keyType: KeyType): SignatureAlgorithm {
  const algorithm = signatureAlgorithmByOid(oid);
  if (!algorithm) {
    throw new X509Error('csr-algorithm-unsupported', `The certificate request is signed with ${signatureNameOf(oid)} and not with ECDSA or RSA (PKCS#1 v1.5) and SHA-256, SHA-384 or SHA-512.`);
  }
  if (!fitsKey(algorithm, keyType)) throw new X509Error('csr-algorithm-unsupported', 'The signature algorithm of the certificate request does not fit its key.');
  return algorithm;
}

/**
 * Checks that whoever made the request holds the private key.
 * @throws X509Error `csr-signature-invalid`, or `csr-malformed` where r and s stand side by side
 */
export function verifyProofOfPossession({ spki, algorithm, tbs, signature }: CertificationRequest): void {
  const publicKey = importPublicKey(spki);
  if (verifySignature(publicKey, algorithm, tbs, signature)) return;
  if (isRightRaw(publicKey, algorithm, tbs, signature)) {
    throw new X509Error('csr-malformed', 'The signature of the certificate request is r and s side by side and not in DER (RFC 3279 section 2.2.3).');
  }
  throw new X509Error('csr-signature-invalid', 'The signature of the certificate request was not made with its own key.');
}

/**
 * Reads a CSR (text), checks that whoever made it holds the private key, and returns the public key if it is strong.
 * @throws X509Error as `readCsr`, `verifyProofOfPossession` and `requireStrongKey` do
 */
export function readVerifiedKey(text: string): Pick<CertificationRequest, 'spki' | 'keyType'> {
  const csr = readCsr(text);
  verifyProofOfPossession(csr);
  // Last, because it takes the longest: only who holds such a key has us look at it.
  requireStrongKey(csr.spki);
  return { spki: csr.spki, keyType: csr.keyType };
}

function tooLarge(): X509Error {
  return new X509Error('csr-too-large', `The certificate request is larger than ${MAX_DER} bytes.`);
}
