import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  contextPrimitive,
  contextTag,
  element,
  encodeBitString,
  encodeBoolean,
  encodeNamedBits,
  encodeOid,
  encodeSmallInteger,
  encodeUnsignedInteger,
  sequence,
  TAG,
} from '../../x509/der.js';
import { OID } from '../../x509/oids.js';
import { fromPem, toPem } from '../../x509/pem.js';
import { Certificate } from '../certificates/x509-certificate.js';

const ROOT_NAME = 'Lineside Sandbox Root CA';
const YEAR_MS = 365 * 86_400_000;

export interface ServerIdentity {
  /** PEM: the server certificate. Its issuer is the root that clients trust, so no chain is needed. */
  cert: string;
  key: string;
}

/**
 * The root of the MQTT server certificates: what Amazon Trust Services is to AWS. Its key lies in the data folder, since it
 * protects nothing but a test bench; it has nothing to do with the CAs that devices come from.
 */
export class ServerAuthority {
  private constructor(
    readonly pem: string,
    private readonly key: KeyObject,
  ) {}

  /** Reads `ca.pem` and `ca-key.pem`, or makes them. */
  static open(dataDir: string): ServerAuthority {
    const [keyPath, path] = [join(dataDir, 'ca-key.pem'), join(dataDir, 'ca.pem')];
    if (existsSync(keyPath) && existsSync(path)) {
      const pem = readFileSync(path, 'utf8');
      const key = createPrivateKey(readFileSync(keyPath));
      // A kill while both were first written can leave a key without its certificate; then nobody has seen either.
      if (new Certificate(fromPem('CERTIFICATE', pem)).spki.equals(spkiOf(key))) return new ServerAuthority(pem, key);
    }
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = makeCertificate({ subject: ROOT_NAME, publicKey: spkiOf(privateKey), signer: privateKey, years: 20, names: [] });
    replace(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    replace(path, pem, 0o644);
    return new ServerAuthority(pem, privateKey);
  }

  /** A certificate for these host names, with a key that only memory holds. */
  issue(names: readonly [string, ...string[]]): ServerIdentity {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cert = makeCertificate({ subject: names[0], publicKey: spkiOf(privateKey), signer: this.key, years: 1, names });
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }
}

function replace(path: string, content: string, mode: number): void {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

/** With host names a server certificate, and without them a root. */
function makeCertificate(given: { subject: string; publicKey: Buffer; signer: KeyObject; years: number; names: readonly string[] }): string {
  const isRoot = given.names.length === 0;
  const algorithm = sequence(encodeOid(OID.ecdsaWithSha256));
  const now = Date.now();
  const tbs = sequence(
    element(contextTag(0), encodeSmallInteger(2)),
    encodeUnsignedInteger(randomBytes(16)),
    algorithm,
    nameOf(ROOT_NAME),
    // Backdated: a clock that is a little behind is no reason to fail.
    sequence(timeOf(now - 3_600_000), timeOf(now + given.years * YEAR_MS)),
    nameOf(given.subject),
    given.publicKey,
    element(
      contextTag(3),
      sequence(
        extension(OID.basicConstraints, true, isRoot ? sequence(encodeBoolean(true)) : sequence()),
        extension(OID.keyUsage, true, encodeNamedBits(isRoot ? [5, 6] : [0])),
        extension(OID.subjectKeyIdentifier, false, element(TAG.octetString, keyIdentifier(given.publicKey))),
        extension(OID.authorityKeyIdentifier, false, sequence(element(contextPrimitive(0), keyIdentifier(spkiOf(given.signer))))),
        ...(isRoot ? [] : [extension(OID.extKeyUsage, false, sequence(encodeOid(OID.serverAuth))), extension(OID.subjectAltName, false, dnsNames(given.names))]),
      ),
    ),
  );
  return toPem('CERTIFICATE', sequence(tbs, algorithm, encodeBitString(sign('sha256', tbs, given.signer))));
}

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  sequence(encodeOid(oid), ...(critical ? [encodeBoolean(true)] : []), element(TAG.octetString, value));

const keyIdentifier = (spki: Buffer): Buffer => createHash('sha1').update(spki).digest();

const dnsNames = (names: readonly string[]): Buffer => sequence(...names.map((name) => element(contextPrimitive(2), Buffer.from(name, 'ascii'))));

/** A common name has 64 characters at most, and endpoint names are shorter. */
const nameOf = (commonName: string): Buffer =>
  sequence(element(TAG.set, sequence(encodeOid(OID.commonName), element(TAG.utf8String, Buffer.from(commonName)))));

/** RFC 5280 section 4.1.2.5: UTCTime until 2049. */
function timeOf(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? element(TAG.utcTime, Buffer.from(digits.slice(2), 'ascii'))
    : element(TAG.generalizedTime, Buffer.from(digits, 'ascii'));
}
