import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Certificate, readCertificate, verifyCertificateSignature } from '../x509/certificate.js';
import { commonNameOf, nameToText, readName } from '../x509/name.js';
import { fromPem, fromPemChain } from '../x509/pem.js';
import { type CheckResult, failed, notSeen, ok, reasonOf } from '../device-connection/check-result.js';
import type { LoadedUnit } from '../device-connection/loaded-unit.js';

/** Without a key where it never leaves the device. */
type Readable = Omit<LoadedUnit, 'privateKey'> & Partial<Pick<LoadedUnit, 'privateKey'>>;

const RELOAD = 'Load the unit with the certificate that was issued for its own key, or have it reworked.';

/** What can be said of a unit's certificate, key and chain without connecting. */
export function checkIdentity(unit: Readable, now = new Date()): CheckResult[] {
  let certificate: Certificate;
  try {
    certificate = readCertificate(fromPem('CERTIFICATE', unit.certificate));
  } catch (error) {
    return [failed('certificate', `The certificate can’t be read: ${reasonOf(error)}`, RELOAD)];
  }
  return [checkCertificate(certificate, unit.thingName, now), checkKey(unit), checkChain(certificate, unit)];
}

function checkCertificate(certificate: Certificate, thingName: string, now: Date): CheckResult {
  const { notBefore, notAfter, isCa, subject } = certificate;
  const name = commonNameOf(readName(subject));
  if (isCa) return failed('certificate', 'The unit’s certificate is that of a CA', RELOAD);
  // AWS puts one name into all that it signs.
  if (name !== thingName && !isSignedByAws(certificate)) return failed('certificate', `The certificate is for ${name ?? 'a subject without a common name'} and not for ${thingName}`, RELOAD);
  if (now < notBefore || now > notAfter) {
    return failed('certificate', `The certificate is good from ${notBefore.toISOString()} to ${notAfter.toISOString()} only`, 'Set this machine’s clock right; if it is, have the unit reworked for a new certificate.');
  }
  return ok('certificate', `For ${thingName}, until ${notAfter.toISOString()}`);
}

function checkKey({ certificate, privateKey }: Readable): CheckResult {
  if (privateKey === undefined) return notSeen('key', 'It stays in the device: that it fits shows when it connects');
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))) return ok('key', 'The private key fits the certificate');
    return failed('key', 'The private key is not the one that the certificate is for', RELOAD);
  } catch {
    // What the library says may quote the file.
    return failed('key', 'The private key can’t be read', 'Give an unencrypted private key in PEM. A device that never shows its key is watched while it connects by itself: --observe.');
  }
}

/** Each certificate of the chain signs the one before it, the last one is the authority's, and there is nothing else. */
function checkChain(certificate: Certificate, { chain, authority }: Readable): CheckResult {
  if (isSignedByAws(certificate)) return notSeen('chain', 'AWS has signed, which shows no chain, and its devices need none');
  const remedy = 'Load the chain that came with the certificate (GET /v1/units/{serial}/identity), as it is.';
  let links: Certificate[];
  try {
    links = fromPemChain(chain).map((der) => readCertificate(der));
  } catch (error) {
    return failed('chain', `The chain can’t be read: ${reasonOf(error)}`, remedy);
  }
  let signed = certificate;
  for (const [at, link] of links.entries()) {
    const name = nameToText(link.subject);
    if (link.der.equals(certificate.der)) return failed('chain', 'The chain holds the unit’s own certificate', remedy);
    if (isSelfSigned(signed)) return failed('chain', `The chain goes on after the authority: certificate ${at + 1} (${name}) does not belong in it`, remedy);
    if (!signed.issuer.equals(link.subject) || !verifyCertificateSignature(signed, link.spki)) return failed('chain', `Certificate ${at + 1} of the chain (${name}) did not sign the one before it`, remedy);
    if (!link.isCa) return failed('chain', `Certificate ${at + 1} of the chain (${name}) is none of a CA`, remedy);
    signed = link;
  }
  const name = nameToText(signed.subject);
  const end = authority === undefined ? undefined : fromPem('CERTIFICATE', authority);
  if (end !== undefined ? !signed.der.equals(end) : !isSelfSigned(signed)) return failed('chain', `The chain ends with ${name} and not with the authority`, `${remedy} Where the authority has an issuer of its own, name its certificate by --authority.`);
  return ok('chain', `${links.length === 1 ? 'One certificate' : `${links.length} certificates`} up to ${name}, and nothing else`);
}

/** Whether AWS IoT's own CA has signed the certificate (developer guide, "AWS IoT client certificates"); its name is that of all certificates that AWS has made for devices. */
const isSignedByAws = ({ issuer }: Certificate): boolean => nameToText(issuer).includes('Amazon Web Services');

/** The same of a certificate in PEM; false of what can't be read. */
export function isPemOfAws(pem: string): boolean {
  try {
    return isSignedByAws(readCertificate(fromPem('CERTIFICATE', pem)));
  } catch {
    return false;
  }
}

const isSelfSigned = (certificate: Certificate) => certificate.issuer.equals(certificate.subject) && verifyCertificateSignature(certificate, certificate.spki);
