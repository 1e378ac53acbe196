import { X509Certificate, type KeyObject } from 'node:crypto';
import { fingerprint } from '../../x509/certificate.js';
import { DerReader, TAG, contextTag } from '../../x509/der.js';
import { OID } from '../../x509/oids.js';
import { toPem } from '../../x509/pem.js';

/** Attribute values by their names in AWS's vocabulary, in the order of the certificate. */
export type DistinguishedName = Readonly<Record<string, readonly string[]>>;

const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  [OID.countryName]: 'Country',
  [OID.organizationName]: 'Organization',
  [OID.organizationalUnitName]: 'OrganizationalUnit',
  [OID.dnQualifier]: 'DistinguishedNameQualifier',
  [OID.stateOrProvinceName]: 'State',
  [OID.commonName]: 'CommonName',
  [OID.serialNumber]: 'SerialNumber',
};

/** Node's names for the kinds of general names, and AWS's. */
const ALTERNATIVE_NAMES: Readonly<Record<string, string>> = {
  DNS: 'DNSName',
  email: 'RFC822Name',
  URI: 'UniformResourceIdentifier',
  'IP Address': 'IPAddress',
};

/**
 * A certificate as the sandbox sees it. It has a reader of its own, because it must take what AWS takes, and x509/ refuses more:
 * names that are no proper text, extensions that DER would write otherwise, and keys and signatures of other kinds
 * (which AWS refuses with a message of its own).
 */
export class Certificate {
  /** Lower-case hex SHA-256 of the DER: AWS's certificateId. */
  readonly id: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The encoded names, to compare them. */
  readonly subjectDer: Buffer;
  readonly issuerDer: Buffer;
  /** The SubjectPublicKeyInfo. */
  readonly spki: Buffer;
  /** basicConstraints says CA:TRUE. */
  readonly isAuthority: boolean;
  private readonly native: X509Certificate;

  /** Throws on anything that isn't exactly one DER certificate. */
  constructor(readonly der: Buffer) {
    this.native = new X509Certificate(der);
    this.id = fingerprint(der);
    const outer = new DerReader(der);
    const tbs = outer.sequence().sequence();
    outer.finish();
    if (tbs.nextTag === contextTag(0)) tbs.contents(contextTag(0));
    tbs.contents(TAG.integer);
    tbs.contents(TAG.sequence);
    this.issuerDer = Buffer.from(tbs.whole(TAG.sequence));
    tbs.contents(TAG.sequence);
    this.subjectDer = Buffer.from(tbs.whole(TAG.sequence));
    this.spki = Buffer.from(tbs.whole(TAG.sequence));
    this.subject = readName(this.subjectDer);
    this.issuer = readName(this.issuerDer);
    this.isAuthority = readIsAuthority(tbs);
  }

  get pem(): string {
    return toPem('CERTIFICATE', this.der);
  }

  /** The X.509 serial number in decimal. */
  get serialNumber(): string {
    return BigInt(`0x${this.native.serialNumber}`).toString(10);
  }

  /** Values by AWS's names for the kinds of the subject alternative name; directory names and others are left out. */
  get alternativeNames(): DistinguishedName {
    const values: Record<string, string[]> = {};
    // Node writes a comma and a space between names, and quotes a name that holds a comma.
    for (const [, kind = '', quoted, plain = ''] of (this.native.subjectAltName ?? '').matchAll(/([A-Za-z ]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g)) {
      const name = ALTERNATIVE_NAMES[kind];
      if (name !== undefined) (values[name] ??= []).push(quoted === undefined ? plain : String(JSON.parse(quoted)));
    }
    return values;
  }

  get notBefore(): Date {
    return new Date(this.native.validFrom);
  }

  get notAfter(): Date {
    return new Date(this.native.validTo);
  }

  isValidAt(time: Date): boolean {
    return this.notBefore <= time && time <= this.notAfter;
  }

  /** Names fit and the signature verifies with the issuer's key. */
  isIssuedBy(issuer: Certificate): boolean {
    return this.issuerDer.equals(issuer.subjectDer) && this.isSignedBy(issuer);
  }

  isSignedBy(issuer: Certificate): boolean {
    const key = issuer.publicKey;
    if (key === undefined) return false;
    try {
      return this.native.verify(key);
    } catch {
      // OpenSSL throws when the algorithm of the signature and the kind of key don't fit.
      return false;
    }
  }

  /** Undefined for a key that OpenSSL can't read. */
  private get publicKey(): KeyObject | undefined {
    try {
      return this.native.publicKey;
    } catch {
      return undefined;
    }
  }

  /**
   * What AWS IoT would say against key or signature, or undefined. Keys: RSA from 2,048 bits, NIST P-256, P-384, P-521.
   * Not clear from AWS's pages: P-521 is listed for CSRs only, and RSASSA-PSS on some pages only. The sandbox takes P-521, and
   * refuses PSS, DSA, Ed25519 and SHA-1.
   */
  get algorithmComplaint(): string | undefined {
    const key = this.publicKey;
    if (key === undefined) return 'The key in the certificate is not valid: unknown type';
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    if (type === 'rsa') {
      if ((details?.modulusLength ?? 0) < 2048) return 'The key in the certificate is not valid: RSA keys need 2048 bits or more';
    } else if (type === 'ec') {
      const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];
      if (!curves.includes(details?.namedCurve)) return `The key in the certificate is not valid: curve ${details?.namedCurve ?? 'unknown'}`;
    } else return `The key in the certificate is not valid: type ${type ?? 'unknown'}`;
    const signature = this.native.signatureAlgorithmOid;
    return SIGNATURES.has(signature) ? undefined : `The signature algorithm of the certificate is not supported: ${signature}`;
  }
}

const SIGNATURES: ReadonlySet<string> = new Set([
  OID.ecdsaWithSha256,
  OID.ecdsaWithSha384,
  OID.ecdsaWithSha512,
  OID.sha256WithRsa,
  OID.sha384WithRsa,
  OID.sha512WithRsa,
]);

function readName(der: Buffer): DistinguishedName {
  const values: Record<string, string[]> = {};
  const rdns = new DerReader(der).sequence();
  while (!rdns.atEnd) {
    const rdn = rdns.enter(TAG.set);
    while (!rdn.atEnd) {
      const attribute = rdn.sequence();
      const name = ATTRIBUTE_NAMES[attribute.oid()];
      const tag = attribute.nextTag;
      const contents = attribute.contents(tag);
      if (name !== undefined) (values[name] ??= []).push(tag === TAG.bmpString ? fromUtf16(contents) : contents.toString('utf8'));
    }
  }
  return values;
}

const fromUtf16 = (bigEndian: Buffer): string => Buffer.from(bigEndian).swap16().toString('utf16le');

/** `tbs` stands behind the public key. Node's own `ca` can't be used: it also asks for keyCertSign, which AWS does not. */
function readIsAuthority(tbs: DerReader): boolean {
  while (!tbs.atEnd && tbs.nextTag !== contextTag(3)) tbs.contents(tbs.nextTag);
  if (tbs.atEnd) return false;
  const extensions = tbs.enter(contextTag(3)).sequence();
  while (!extensions.atEnd) {
    const extension = extensions.sequence();
    const isBasicConstraints = extension.oid() === OID.basicConstraints;
    if (extension.nextTag === TAG.boolean) extension.boolean();
    const value = extension.contents(TAG.octetString);
    if (!isBasicConstraints) continue;
    const constraints = new DerReader(value).sequence();
    return constraints.nextTag === TAG.boolean && constraints.boolean();
  }
  return false;
}
