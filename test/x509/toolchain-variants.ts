import { generateKeyPairSync } from 'node:crypto';
import { contextTag, element, encodeOid, sequence, TAG } from '../../src/x509/der.js';
import * as samples from './csr-samples.js';
import { seeded } from './random.js';
import { newKey } from './test-keys.js';
import {
  ATTRIBUTES, EC_ALGORITHMS, EC_KEYS, LENGTHS, NAMES, type Parts, requestOf, RSA_ALGORITHMS, RSA_KEYS, SURROUNDINGS, VERSIONS, type Ways, WHITE_SPACE,
} from './toolchain-csrs.js';

/** A request as some toolchain might write it. */
export interface Variant {
  /** What is special, for a report. */
  kind: string;
  text: string;
  der: Buffer;
  /** Our rules allow this kind of key and of signature. */
  allowed: boolean;
}

type Random = () => number;
type Surround = (der: Buffer) => string;

const named = <Value>(ways: Ways<Value>, name: string): Value => {
  const way = ways.find(([each]) => each.startsWith(name));
  if (!way) throw new Error(`There is no way called ${name}`);
  return way[1];
};

interface Toolchain {
  name: string;
  rsa?: true;
  parts: Parts;
  surround: Surround;
}

const alone = named(SURROUNDINGS, 'alone');
const keytool = named(SURROUNDINGS, 'the label of keytool');

const TOOLCHAINS: readonly Toolchain[] = [
  { name: 'openssl', parts: {}, surround: alone },
  { name: 'openssl, RSA', rsa: true, parts: { attributes: named(ATTRIBUTES, 'extensions') }, surround: alone },
  { name: 'openssl -text', parts: {}, surround: named(SURROUNDINGS, 'text behind') },
  { name: 'Mbed TLS 2.28', parts: { algorithm: named(EC_ALGORITHMS, 'NULL') }, surround: alone },
  { name: 'wolfSSL', parts: { version: named(VERSIONS, '2'), attributes: named(ATTRIBUTES, 'two, not') }, surround: alone },
  { name: 'certreq', rsa: true, parts: { name: named(NAMES, 'BMPString'), attributes: named(ATTRIBUTES, 'four') }, surround: (der) => keytool(der).replaceAll('\n', '\r\n') },
  { name: 'certtool', parts: {}, surround: named(SURROUNDINGS, 'text before') },
  { name: 'forge', rsa: true, parts: { name: named(NAMES, 'PrintableString with _') }, surround: named(SURROUNDINGS, 'CRLF') },
  { name: 'Bouncy Castle', rsa: true, parts: { attributes: named(ATTRIBUTES, 'no field') }, surround: alone },
  { name: 'keytool', rsa: true, parts: { name: named(NAMES, 'ten parts'), attributes: named(ATTRIBUTES, 'extensions') }, surround: keytool },
  { name: 'a secure element', parts: { attributes: named(ATTRIBUTES, 'no field'), lengths: named(LENGTHS, 'two octets') }, surround: named(SURROUNDINGS, 'lines of 76') },
  { name: 'an old stack', rsa: true, parts: { algorithm: named(RSA_ALGORITHMS, 'no parameters') }, surround: named(SURROUNDINGS, 'spaces') },
];

/** Variants without end; the same seed chooses the same ones, with other keys. */
export function variantsOf(seed: number): () => Variant {
  const random = seeded(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  // P-256 keys above all, as in factories; long RSA keys few, since their signatures take long.
  const ecKeys = [...Array.from({ length: 6 }, () => newKey('P-256')), newKey('P-384'), newKey('P-521')];
  const rsaKeys = [newKey('RSA-2048'), newKey('RSA-2048'), newKey('RSA-2048'), newKey('RSA-3072')];
  const foreign = foreignRequests();
  return function next() {
    const chance = random();
    if (chance < 0.03) return pick(foreign)();
    const toolchain = pick(TOOLCHAINS);
    const isRsa = toolchain.rsa === true;
    const key = pick(isRsa ? rsaKeys : ecKeys);
    const parts: Parts = { ...toolchain.parts, key };
    let surround = toolchain.surround;
    const kinds = [toolchain.name];
    const vary = <Value>(what: string, ways: Ways<Value>): Value => {
      const [way, value] = pick(ways);
      kinds.push(`${what}: ${way}`);
      return value;
    };
    for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
      const part = Math.floor(random() * 9);
      if (part === 0) parts.name = vary('name', NAMES);
      else if (part === 1) parts.attributes = vary('attributes', ATTRIBUTES);
      else if (part === 2) parts.version = vary('version', VERSIONS);
      else if (part === 3) parts.lengths = vary('lengths', LENGTHS);
      else if (part === 4) parts.algorithm = isRsa ? vary('algorithm', RSA_ALGORITHMS) : vary('algorithm', EC_ALGORITHMS);
      else if (part === 5) parts.spki = isRsa ? vary('key', RSA_KEYS)(key.spki) : key.keyType === 'P-256' ? vary('key', EC_KEYS)(key.spki) : key.spki;
      else if (part === 6) surround = vary('PEM', random() < 0.1 ? WHITE_SPACE : SURROUNDINGS);
      else if (part === 7) {
        parts.name = anyName(random);
        kinds.push('a name of any kind');
      } else {
        parts.attributes = anyAttributes(random);
        kinds.push('attributes of any kind');
      }
    }
    let der = requestOf(parts);
    if (chance > 0.95) {
      der = spoilt(der, random);
      kinds.push('spoilt');
    }
    return { kind: kinds.join(', '), text: surround(der), der, allowed: true };
  };
}

/** Keys and signatures that our rules do not allow, each with its proof. */
function foreignRequests(): (() => Variant)[] {
  const pss = newKey('RSA-2048');
  const curve = (namedCurve: string) => samples.foreignKey(() => generateKeyPairSync('ec', { namedCurve }));
  const requests: [string, Buffer][] = [
    ['Ed25519', samples.oddCsr({ ...samples.ed25519Key(), algorithm: samples.ED25519, hash: null })],
    ['secp256k1', samples.oddCsr(curve('secp256k1'))],
    ['brainpoolP256r1', samples.oddCsr(curve('brainpoolP256r1'))],
    ['P-224', samples.oddCsr(curve('secp224r1'))],
    ['a curve by its numbers', samples.oddCsr(samples.explicitCurveKey())],
    ['RSA-PSS', samples.oddCsr({ ...pss, algorithm: samples.RSA_PSS, padding: samples.PSS_PADDING })],
    ['SHA-1', samples.oddCsr({ ...pss, algorithm: samples.RSA_SHA1, hash: 'sha1' })],
    ['RSA of 1024 bits', samples.oddCsr({ ...samples.rsaKey(1024), algorithm: samples.RSA_SHA256 })],
    ['RSA with exponent 3', samples.oddCsr({ ...samples.rsaKey(2048, 3), algorithm: samples.RSA_SHA256 })],
    ['DSA', samples.oddCsr({ ...samples.dsaKey(), algorithm: sequence(encodeOid('2.16.840.1.101.3.4.3.2')) })],
  ];
  return requests.map(([kind, der]) => () => ({ kind, text: alone(der), der, allowed: false }));
}

/** One octet of a request changed after it was signed. */
function spoilt(der: Buffer, random: Random): Buffer {
  const changed = Buffer.from(der);
  changed[Math.floor(random() * der.length)]! ^= 1 << Math.floor(random() * 8);
  return changed;
}

const TEXT_TAGS = [TAG.utf8String, TAG.printableString, TAG.ia5String, TAG.teletexString, TAG.numericString, TAG.bmpString, TAG.universalString, TAG.visibleString, TAG.bitString, TAG.octetString, TAG.integer];
const OIDS = ['2.5.4.3', '2.5.4.5', '2.5.4.6', '2.5.4.10', '1.2.840.113549.1.9.1', '1.3.6.1.4.1.311.20.2', '2.999.1'];

function anyOctets(random: Random): Buffer {
  const length = Math.floor(random() * 12);
  const least = random() < 0.7 ? 0x20 : 0;
  return Buffer.from(Array.from({ length }, () => least + Math.floor(random() * (least ? 0x60 : 0x100))));
}

/** Names of any string type with any octets: openssl says which of them it reads. */
function anyName(random: Random): Buffer {
  const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const tag = TEXT_TAGS[Math.floor(random() * TEXT_TAGS.length)]!;
    return element(TAG.set, sequence(encodeOid(OIDS[Math.floor(random() * OIDS.length)]!), element(tag, anyOctets(random))));
  });
  return sequence(...parts);
}

function anyAttributes(random: Random): Buffer {
  const tags = [...TEXT_TAGS, TAG.sequence, TAG.set, TAG.boolean, TAG.null, TAG.utcTime, TAG.generalizedTime, TAG.oid, TAG.enumerated, 0x80, 0xa3, 0x41];
  const attributes = Array.from({ length: Math.floor(random() * 4) }, () => {
    const values = Array.from({ length: Math.floor(random() * 3) }, () => element(tags[Math.floor(random() * tags.length)]!, anyOctets(random)));
    return sequence(encodeOid(OIDS[Math.floor(random() * OIDS.length)]!), element(TAG.set, ...values));
  });
  return element(contextTag(0), ...attributes);
}
