import { DerReader, contextTag, requireSetOrder, TAG } from './der.js';
import { checkAnyElement } from './any-element.js';
import { nameAttributes, type ReadNameAttribute } from './name.js';
import { fromPem } from './pem.js';
import { importPublicKey, keyTypeOf, type KeyType } from './public-key.js';
import { fitsKey, type SignatureAlgorithm, signatureAlgorithmOf, verifySignature } from './signature-algorithm.js';
import { DerError, readingAs, X509Error } from './x509.errors.js';

/** Bytes of DER. An RSA-8192 request with a long name is under 3 KiB. */
const MAX_DER = 8 * 1024;
/** Characters of PEM: the same in base64, with a newline per line of any sensible length. */
const MAX_PEM = 12 * 1024;

/** A PKCS#10 request (RFC 2986). Buffers are views into `der`. What it asks for (names, extensions) binds nobody. */
export interface CertificationRequest {
  der: Buffer;
  spki: Buffer;
  keyType: KeyType;
  subject: ReadNameAttribute[];
  /** CertificationRequestInfo: what is signed. */
  tbs: Buffer;
  signature: Buffer;
  algorithm: SignatureAlgorithm;
}

/**
 * Reads a CSR, PEM (as text) or DER (as bytes). Its signature is checked by `verifyProofOfPossession`, not here.
 * @throws X509Error `csr-too-large`, `pem-malformed`, `csr-malformed`, `csr-trailing-bytes`, `key-weak`, `key-unsupported`
 * or `csr-algorithm-unsupported`
 */
export function readCsr(input: Buffer | string): CertificationRequest {
  if (input.length > (typeof input === 'string' ? MAX_PEM : MAX_DER)) throw tooLarge();
  const der = typeof input === 'string' ? fromPem('CERTIFICATE REQUEST', input) : input;
  if (der.length > MAX_DER) throw tooLarge();
  return readingAs('csr-malformed', 'certificate request', () => readDer(der));
}

function readDer(der: Buffer): CertificationRequest {
  const top = new DerReader(der);
  const body = top.sequence();
  if (!top.atEnd) throw new X509Error('csr-trailing-bytes', 'The certificate request is followed by other bytes.');
  const tbs = body.whole(TAG.sequence);
  const identifier = body.whole(TAG.sequence);
  const signature = body.octetsOfBitString();
  body.finish();

  const info = new DerReader(tbs).sequence();
  if (info.smallInteger() !== 0) throw new DerError('its version is not 1');
  const subject = nameAttributes(info.whole(TAG.sequence));
  const spki = info.whole(TAG.sequence);
  readAttributes(info.enter(contextTag(0)));
  info.finish();
  checkAlgorithmShape(identifier);

  const keyType = keyTypeOf(spki);
  const algorithm = signatureAlgorithmOf(identifier);
  if (!algorithm) {
    throw new X509Error('csr-algorithm-unsupported', 'The certificate request is signed with an algorithm other than ECDSA or RSA with SHA-256, SHA-384 or SHA-512.');
  }
  if (!fitsKey(algorithm, keyType)) throw new X509Error('csr-algorithm-unsupported', 'The signature algorithm of the certificate request does not fit its key.');
  return { der, spki, keyType, subject, tbs, signature, algorithm };
}

/** RFC 2986 section 4.1. Nothing of it is used, so it only has to be DER. */
function readAttributes(attributes: DerReader): void {
  const encodings: Buffer[] = [];
  while (!attributes.atEnd) {
    const encoding = attributes.whole(TAG.sequence);
    encodings.push(encoding);
    const attribute = new DerReader(encoding).sequence();
    attribute.oid();
    const values = attribute.enter(TAG.set);
    attribute.finish();
    if (values.atEnd) throw new DerError('an attribute has no value');
    while (!values.atEnd) checkAnyElement(values);
  }
  requireSetOrder(encodings);
}

function checkAlgorithmShape(identifier: Buffer): void {
  const reader = new DerReader(identifier).sequence();
  reader.oid();
  if (!reader.atEnd) checkAnyElement(reader);
  reader.finish();
}

/**
 * Checks that whoever made the request holds the private key.
 * @throws X509Error `csr-signature-invalid`
 */
export function verifyProofOfPossession(csr: CertificationRequest): void {
  if (!verifySignature(importPublicKey(csr.spki), csr.algorithm, csr.tbs, csr.signature)) {
    throw new X509Error('csr-signature-invalid', 'The signature of the certificate request was not made with its own key.');
  }
}

/**
 * Reads a CSR (PEM), checks that whoever made it holds the private key, and returns the public key.
 * @throws X509Error as `readCsr` and `verifyProofOfPossession` do
 */
export function readVerifiedKey(pem: string): Pick<CertificationRequest, 'spki' | 'keyType'> {
  const csr = readCsr(pem);
  verifyProofOfPossession(csr);
  return { spki: csr.spki, keyType: csr.keyType };
}

function tooLarge(): X509Error {
  return new X509Error('csr-too-large', `The certificate request is larger than ${MAX_DER} bytes.`);
}
