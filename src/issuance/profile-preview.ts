import { hash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Issuer } from '../certificate-authority/certificate-authority.service.js';
import { authorityCommonName, authorityId, issuingAlgorithm } from '../certificate-authority/authority.js';
import { hasCode } from '../platform/errors/domain-error.js';
import { caCertificateTbs } from '../x509/ca-certificate.js';
import { type Certificate, readCertificate, sealCertificate } from '../x509/certificate.js';
import { certificateToText } from '../x509/certificate-text.js';
import { commonNameOf, encodeName, readName } from '../x509/name.js';
import { toPem } from '../x509/pem.js';
import { importPublicKey, type KeyType, readPublicKey } from '../x509/public-key.js';
import { newSerialNumber } from '../x509/serial-number.js';
import { type SignatureAlgorithm, signatureAlgorithmFor } from '../x509/signature-algorithm.js';
import { X509Error } from '../x509/x509.errors.js';
import { Drafter } from './certificate-draft.js';
import type { DeviceKey } from './device-key.js';
import { type Profile, type SubjectFields, wantedEnd } from './profile.js';

const PREVIEW_AUTHORITY_YEARS = 20;

/** The certificate that a profile would make. `certificate` and `text` are missing where its names can't be written at all. */
export interface ProfilePreview {
  profile: string;
  /** PEM, signed with a throw-away key: good for looking at, for nothing else. */
  certificate?: string;
  text?: string;
  /** Of the DER; an ECDSA signature makes it vary by two. */
  bytes?: number;
  /** Rules that it would break; the service would refuse it for these. */
  complaints: string[];
  /** What is allowed, and worth knowing. */
  notes: string[];
}

/**
 * Makes the certificate with a throw-away device key and, unless the authority's certificate is given, a throw-away
 * authority. Asks neither the HSM nor the ledger.
 */
export function previewProfile(profile: Profile, fields: SubjectFields, { now, authority }: { now: Date; authority?: Certificate }): ProfilePreview {
  const certificate = authority ?? throwAwayAuthority(now);
  const algorithm = issuingAlgorithm(certificate);
  const issuer: Issuer = { certificate, algorithm, publicKey: importPublicKey(certificate.spki) };
  const drafter = new Drafter(profile, issuer, idOf(certificate));
  try {
    const draft = drafter.compose(fields, throwAwayKey(profile), now);
    const der = sealCertificate(draft.tbs, algorithm, throwAwaySignature(draft.tbs, certificate.keyType, algorithm));
    return {
      profile: profile.name,
      certificate: toPem('CERTIFICATE', der),
      text: certificateToText(readCertificate(der)),
      bytes: der.length,
      complaints: drafter.complaintsAbout(draft, now),
      notes: notesOn(profile, certificate, now),
    };
  } catch (error) {
    // Names that can't be written at all.
    if (!hasCode(error, 'certificate-refused') || !(error.cause instanceof X509Error)) throw error;
    return { profile: profile.name, complaints: [error.cause.message], notes: [] };
  }
}

function notesOn(profile: Profile, authority: Certificate, now: Date): string[] {
  const wanted = wantedEnd(profile, now);
  if (wanted <= authority.notAfter) return [];
  const end = authority.notAfter.toISOString().slice(0, 10);
  if (profile.validity.beyondAuthority === 'allow') {
    return [`It outlives its authority, which ends on ${end}: from then on, whoever checks the whole chain refuses it unless they ignore the authority's end.`];
  }
  if (profile.validity.beyondAuthority === 'cut') return [`It is cut to the end of its authority, ${end}.`];
  return [];
}

function throwAwayAuthority(now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = signatureAlgorithmFor('P-256');
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + PREVIEW_AUTHORITY_YEARS);
  const tbs = caCertificateTbs({
    subject: encodeName([{ type: 'CN', value: authorityCommonName('Preview', 1) }]),
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    signatureAlgorithm: algorithm,
    serialNumber: newSerialNumber(),
    notBefore: new Date(+now - 8 * 86_400_000),
    notAfter,
    pathLength: 0,
  });
  return readCertificate(sealCertificate(tbs, algorithm, sign(algorithm.hash, tbs, privateKey)));
}

/** The first type that the profile names, and of RSA the shortest. */
function throwAwayKey({ publicKeys, rsaLeastBits }: Profile): DeviceKey {
  const type = publicKeys[0] ?? 'P-256';
  const { publicKey } = type === 'RSA' ? generateKeyPairSync('rsa', { modulusLength: rsaLeastBits ?? 2_048 }) : generateKeyPairSync('ec', { namedCurve: type });
  const { spki, keyType } = readPublicKey(publicKey.export({ type: 'spki', format: 'der' }));
  return { spki, keyType, spkiSha256: hash('sha256', spki, 'buffer') };
}

/** Of the right kind and length for the authority's key, and by another one. Making RSA keys takes seconds, so there it is noise. */
function throwAwaySignature(tbs: Buffer, keyType: KeyType, algorithm: SignatureAlgorithm): Buffer {
  if (algorithm.kind === 'rsa') return randomBytes(Math.ceil(Number(keyType.slice('RSA-'.length)) / 8));
  return sign(algorithm.hash, tbs, generateKeyPairSync('ec', { namedCurve: keyType }).privateKey);
}

/** The id that the ledger would have for it, as far as its name tells. */
function idOf(authority: Certificate): string {
  const [, family, generation] = /^(.+) Device CA G(\d+)$/.exec(commonNameOf(readName(authority.subject)) ?? '') ?? [];
  return family === undefined ? 'preview-g1' : authorityId(family, Number(generation));
}
