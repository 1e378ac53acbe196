/** Every object identifier that we write or recognise, in dotted form. */
export const OID = {
  // Public keys and curves (RFC 5480, RFC 3279)
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
  rsaEncryption: '1.2.840.113549.1.1.1',
  // Signatures (RFC 5758, RFC 4055)
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha384WithRsa: '1.2.840.113549.1.1.12',
  sha512WithRsa: '1.2.840.113549.1.1.13',
  // Attributes of names (RFC 5280 appendix A)
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  dnQualifier: '2.5.4.46',
  // Extensions (RFC 5280 sections 4.2 and 5.2)
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  crlReason: '2.5.29.21',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Keys, curves and signatures that we refuse by name. */
const FOREIGN_KEYS: Readonly<Record<string, string>> = {
  '1.3.101.110': 'an X25519 key', '1.3.101.111': 'an X448 key', '1.3.101.112': 'an Ed25519 key', '1.3.101.113': 'an Ed448 key',
  '1.2.840.10040.4.1': 'a DSA key', '1.2.840.113549.1.1.10': 'an RSA key for PSS only', '2.16.840.1.101.3.4.3.17': 'an ML-DSA-44 key',
  '2.16.840.1.101.3.4.3.18': 'an ML-DSA-65 key', '2.16.840.1.101.3.4.3.19': 'an ML-DSA-87 key',
};
const FOREIGN_CURVES: Readonly<Record<string, string>> = {
  '1.3.132.0.10': 'secp256k1', '1.3.132.0.33': 'P-224', '1.2.840.10045.3.1.1': 'P-192', '1.2.156.10197.1.301': 'SM2', '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1', '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
};
const FOREIGN_SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.10': 'RSA-PSS', '1.2.840.113549.1.1.4': 'RSA with MD5', '1.2.840.113549.1.1.5': 'RSA with SHA-1', '1.3.14.3.2.29': 'RSA with SHA-1',
  '1.2.840.113549.1.1.14': 'RSA with SHA-224', '1.2.840.10045.4.1': 'ECDSA with SHA-1', '1.2.840.10045.4.3.1': 'ECDSA with SHA-224', '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448', '1.2.840.10040.4.3': 'DSA with SHA-1', '2.16.840.1.101.3.4.3.2': 'DSA with SHA-256',
};

/** "an Ed25519 key", or for those without a name "a key of the kind 1.2.3". */
export const keyKindOf = (oid: string): string => FOREIGN_KEYS[oid] ?? `a key of the kind ${oid.slice(0, 60)}`;
export const curveNameOf = (oid: string | undefined): string => FOREIGN_CURVES[oid ?? ''] ?? `the curve ${(oid ?? '').slice(0, 60)}`;
export const signatureNameOf = (oid: string): string => FOREIGN_SIGNATURES[oid] ?? `the algorithm ${oid.slice(0, 60)}`;

/** Dotted form to the contents of an OBJECT IDENTIFIER (X.690 section 8.19). */
export function encodeOidContents(dotted: string): Buffer {
  const arcs = dotted.split('.').map(BigInt);
  const [first = 0n, second = 0n, ...rest] = arcs;
  const octets = [first * 40n + second, ...rest].flatMap((arc) => {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80);
    return groups;
  });
  return Buffer.from(octets);
}

const KNOWN = new Map(Object.values(OID).map((dotted) => [encodeOidContents(dotted).toString('latin1'), dotted as string]));

/** Contents of an OBJECT IDENTIFIER to dotted form, or undefined where an arc is not minimal or cut short. */
export function decodeOidContents(contents: Buffer): string | undefined {
  // Almost every OID that we meet is a known one, and a look-up costs a tenth of the arithmetic.
  const known = KNOWN.get(contents.toString('latin1'));
  if (known !== undefined) return known;
  if (contents.length === 0 || contents[contents.length - 1]! >= 0x80) return undefined;
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const octet of contents) {
    if (fresh && octet === 0x80) return undefined;
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    if (arcs.length === 0) {
      const first = arc < 80n ? arc / 40n : 2n;
      arcs.push(first, arc - first * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join('.');
}
