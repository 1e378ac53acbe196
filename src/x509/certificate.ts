import { hash, KeyObject } from 'node:crypto';
import { contextPrimitive, contextTag, DerReader, encodeBitString, sequence, TAG } from './der.js';
import {
  type Extension,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readExtendedKeyUsage,
  readExtensions,
  readKeyUsage,
  readSubjectKeyIdentifier,
} from './extensions.js';
import { nameAttributes } from './name.js';
import { OID } from './oids.js';
import { importPublicKey, keyTypeOf, type KeyType } from './public-key.js';
import { fitsKey, type SignatureAlgorithm, signatureAlgorithmOf, verifySignature } from './signature-algorithm.js';
import { readTime } from './time.js';
import { DerError, readingAs, X509Error } from './x509.errors.js';

/** What stands in the part of a certificate that is signed. Buffers are views into it. */
export interface TbsCertificate {
  version: 1 | 3;
  /** The magnitude, big endian, without a sign octet. */
  serialNumber: Buffer;
  /** Name, DER. */
  issuer: Buffer;
  /** Name, DER. */
  subject: Buffer;
  notBefore: Date;
  notAfter: Date;
  spki: Buffer;
  keyType: KeyType;
  algorithm: SignatureAlgorithm;
  extensions: Extension[];
  isCa: boolean;
  pathLength?: number;
  keyUsage?: string[];
  extendedKeyUsage?: string[];
  subjectKeyIdentifier?: Buffer;
  authorityKeyIdentifier?: Buffer;
}

export interface Certificate extends TbsCertificate {
  der: Buffer;
  tbs: Buffer;
  signature: Buffer;
}

/**
 * Puts the signature to what was signed.
 * @param signature ECDSA as DER (`ecdsaRawToDer`), RSA as it is
 * @throws X509Error `certificate-malformed` if the signed part names another algorithm
 */
export function sealCertificate(tbs: Buffer, algorithm: SignatureAlgorithm, signature: Buffer): Buffer {
  const named = readingAs('certificate-malformed', 'certificate', () => {
    const body = new DerReader(tbs).sequence();
    if (body.nextTag === contextTag(0)) body.contents(contextTag(0));
    body.integer();
    return body.whole(TAG.sequence);
  });
  if (!named.equals(algorithm.identifier)) throw new X509Error('certificate-malformed', 'The certificate names another signature algorithm than it is signed with.');
  return sequence(tbs, algorithm.identifier, encodeBitString(signature));
}

/**
 * Reads a certificate, version 1 or 3, without judging whether it is valid or rightly signed.
 * @throws X509Error `certificate-malformed`, `key-weak` or `key-unsupported`
 */
export function readCertificate(der: Buffer): Certificate {
  return readingAs('certificate-malformed', 'certificate', () => {
    const top = new DerReader(der);
    const body = top.sequence();
    top.finish();
    const tbs = body.whole(TAG.sequence);
    const identifier = body.whole(TAG.sequence);
    const signature = body.octetsOfBitString();
    body.finish();
    const fields = tbsFields(tbs);
    if (!fields.algorithm.identifier.equals(identifier)) throw new DerError('it names two signature algorithms');
    return { ...fields, der, tbs, signature };
  });
}

/**
 * The same for a certificate that is still to be signed.
 * @throws X509Error `certificate-malformed`, `key-weak` or `key-unsupported`
 */
export function readTbsCertificate(tbs: Buffer): TbsCertificate {
  return readingAs('certificate-malformed', 'certificate', () => tbsFields(tbs));
}

function tbsFields(tbs: Buffer): TbsCertificate {
  const top = new DerReader(tbs);
  const body = top.sequence();
  top.finish();
  const version = readVersion(body);
  const serialNumber = body.unsignedInteger();
  const algorithm = signatureAlgorithmOf(body.whole(TAG.sequence));
  if (!algorithm) throw new X509Error('certificate-malformed', 'The certificate is signed with an algorithm other than ECDSA or RSA with SHA-256, SHA-384 or SHA-512.');
  const issuer = body.whole(TAG.sequence);
  const validity = body.sequence();
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  validity.finish();
  const subject = body.whole(TAG.sequence);
  nameAttributes(issuer);
  nameAttributes(subject);
  const spki = body.whole(TAG.sequence);
  const keyType = keyTypeOf(spki);
  if (body.nextTag === contextPrimitive(1) || body.nextTag === contextPrimitive(2)) throw new DerError('it holds unique identifiers, which RFC 5280 forbids');
  let extensions: Extension[] = [];
  if (version === 3 && !body.atEnd) {
    const outer = body.enter(contextTag(3));
    extensions = readExtensions(outer.sequence());
    outer.finish();
  }
  body.finish();
  return { version, serialNumber, issuer, subject, notBefore, notAfter, spki, keyType, algorithm, extensions, ...knownExtensions(extensions) };
}

function readVersion(body: DerReader): 1 | 3 {
  // Version 1 is the default, so DER leaves it out.
  if (body.nextTag !== contextTag(0)) return 1;
  const version = body.enter(contextTag(0));
  if (version.smallInteger() !== 2) throw new DerError('its version is not 3');
  version.finish();
  return 3;
}

type KnownExtensions = Pick<TbsCertificate, 'isCa' | 'pathLength' | 'keyUsage' | 'extendedKeyUsage' | 'subjectKeyIdentifier' | 'authorityKeyIdentifier'>;

function knownExtensions(extensions: readonly Extension[]): KnownExtensions {
  const known: KnownExtensions = { isCa: false };
  for (const { oid, value } of extensions) {
    switch (oid) {
      case OID.basicConstraints: {
        const { ca, pathLength } = readBasicConstraints(value);
        known.isCa = ca;
        if (pathLength !== undefined) known.pathLength = pathLength;
        break;
      }
      case OID.keyUsage:
        known.keyUsage = readKeyUsage(value);
        break;
      case OID.extKeyUsage:
        known.extendedKeyUsage = readExtendedKeyUsage(value);
        break;
      case OID.subjectKeyIdentifier:
        known.subjectKeyIdentifier = readSubjectKeyIdentifier(value);
        break;
      case OID.authorityKeyIdentifier: {
        const keyIdentifier = readAuthorityKeyIdentifier(value);
        if (keyIdentifier) known.authorityKeyIdentifier = keyIdentifier;
        break;
      }
      default:
        break;
    }
  }
  return known;
}

/**
 * Whether the issuer's key made the certificate's signature; names and dates are not looked at.
 * @param issuer SubjectPublicKeyInfo, or the key from `importPublicKey` where many are checked against one issuer
 */
export function verifyCertificateSignature(certificate: Pick<Certificate, 'tbs' | 'algorithm' | 'signature'>, issuer: Buffer | KeyObject): boolean {
  if (issuer instanceof KeyObject) return verifySignature(issuer, certificate.algorithm, certificate.tbs, certificate.signature);
  const keyType = readingAs('key-malformed', 'public key', () => keyTypeOf(issuer));
  return fitsKey(certificate.algorithm, keyType) && verifySignature(importPublicKey(issuer), certificate.algorithm, certificate.tbs, certificate.signature);
}

/** Lowercase hex SHA-256 of the DER: what AWS IoT calls the certificateId, of devices and of CAs. */
export function fingerprint(der: Buffer): string {
  return hash('sha256', der, 'hex');
}
