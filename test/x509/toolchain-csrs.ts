import { type KeyObject, sign } from 'node:crypto';
import { contextTag, element, encodeBitString, encodeNull, encodeOid, encodeSmallInteger, sequence, TAG } from '../../src/x509/der.js';
import { toPem } from '../../src/x509/pem.js';
import { ECDSA_SHA256, RSA_SHA256 } from './csr-samples.js';
import { testKey } from './test-keys.js';

// Certificate requests as the toolchains of devices write them, part by part. What is odd in each decides nothing.

/** One way of writing one part, under the name that a report gives it. */
export type Ways<Value> = readonly (readonly [name: string, value: Value])[];

const text = (tag: number, contents: Buffer, oid = '2.5.4.3') => sequence(encodeOid(oid), element(tag, contents));
const rdn = (...attributes: Buffer[]) => element(TAG.set, ...attributes);
const nameOf = (tag: number, contents: Buffer) => sequence(rdn(text(tag, contents)));
const wide = (value: string, size: 2 | 4) => Buffer.concat(Array.from(value).map((character) => {
  const octets = Buffer.alloc(size);
  octets.writeUIntBE(character.codePointAt(0)!, 0, size);
  return octets;
}));

export const NAMES: Ways<Buffer> = [
  ['UTF8String', nameOf(TAG.utf8String, Buffer.from('Gerät 7'))],
  ['PrintableString', nameOf(TAG.printableString, Buffer.from('unit-7'))],
  ['no name', sequence()],
  ['PrintableString with _ and #', nameOf(TAG.printableString, Buffer.from('unit_7#a'))],
  ['PrintableString with Latin-1', nameOf(TAG.printableString, Buffer.from('Ger\xe4t', 'latin1'))],
  ['IA5String with Latin-1', nameOf(TAG.ia5String, Buffer.from('Ger\xe4t', 'latin1'))],
  ['NumericString with letters', nameOf(TAG.numericString, Buffer.from('A1'))],
  ['TeletexString', nameOf(TAG.teletexString, Buffer.from('Ger\xe4t', 'latin1'))],
  ['BMPString (certreq)', nameOf(TAG.bmpString, wide('Gerät', 2))],
  ['UniversalString', nameOf(TAG.universalString, wide('Gerät', 4))],
  ['a NUL in it', nameOf(TAG.utf8String, Buffer.from('unit\0'))],
  ['an empty text', nameOf(TAG.utf8String, Buffer.alloc(0))],
  ['a country of three letters', sequence(rdn(text(TAG.printableString, Buffer.from('DEU'), '2.5.4.6')))],
  ['two attributes in one part, not in order', sequence(rdn(text(TAG.utf8String, Buffer.from('b'), '2.5.4.10'), text(TAG.utf8String, Buffer.from('a'))))],
  ['an e-mail address and a user id', sequence(rdn(text(TAG.ia5String, Buffer.from('a@b'), '1.2.840.113549.1.9.1')), rdn(text(TAG.utf8String, Buffer.from('7'), '0.9.2342.19200300.100.1.1')))],
  ['an OID of its maker', sequence(rdn(text(TAG.utf8String, Buffer.from('x'), '1.3.6.1.4.1.99999.1')))],
  ['200 characters', nameOf(TAG.utf8String, Buffer.alloc(200, 'x'))],
  ['ten parts', sequence(...Array.from({ length: 10 }, (_, at) => rdn(text(TAG.utf8String, Buffer.from(`part ${at}`), '2.5.4.11'))))],
];

const attribute = (oid: string, ...values: Buffer[]) => sequence(encodeOid(oid), element(TAG.set, ...values));
const extensions = (...list: Buffer[]) => attribute('1.2.840.113549.1.9.14', sequence(...list));
const keyUsage = sequence(encodeOid('2.5.29.15'), element(TAG.boolean, Buffer.from([0xff])), element(TAG.octetString, Buffer.from('03020780', 'hex')));
const berTrue = sequence(encodeOid('2.5.29.19'), element(TAG.boolean, Buffer.from([1])), element(TAG.octetString, Buffer.from('3000', 'hex')));
const password = attribute('1.2.840.113549.1.9.7', element(TAG.printableString, Buffer.from('not_printable@')));
const osVersion = attribute('1.3.6.1.4.1.311.13.2.3', element(TAG.ia5String, Buffer.from('10.0.22631.2')));
const client = attribute('1.3.6.1.4.1.311.21.20', sequence(encodeSmallInteger(5), element(TAG.utf8String, Buffer.from('PC')), element(TAG.utf8String, Buffer.from('certreq.exe'))));
const provider = attribute('1.3.6.1.4.1.311.13.2.2', sequence(encodeSmallInteger(1), element(TAG.bmpString, wide('Provider', 2)), element(TAG.bitString, Buffer.alloc(1))));
const attributes = (...list: Buffer[]) => element(contextTag(0), ...list);
const nested = (depth: number): Buffer => (depth === 0 ? encodeNull() : sequence(nested(depth - 1)));

export const ATTRIBUTES: Ways<Buffer> = [
  ['an empty field (openssl)', attributes()],
  ['no field (embedded devices)', Buffer.alloc(0)],
  ['extensions', attributes(extensions(keyUsage))],
  ['extensions with TRUE as 01', attributes(extensions(berTrue))],
  ['four, not in order (certreq)', attributes(provider, osVersion, client, extensions(keyUsage))],
  ['two, not in order', attributes(extensions(keyUsage), password)],
  ['one without a value', attributes(attribute('1.2.840.113549.1.9.14'))],
  ['two values, not in order', attributes(attribute('1.2.3', encodeSmallInteger(2), encodeSmallInteger(1)))],
  ['the same twice', attributes(password, password)],
  ['nested a hundred deep', attributes(attribute('1.2.3', nested(100)))],
  ['a sequence that holds no elements', attributes(attribute('1.2.3', sequence(Buffer.from('cafe', 'hex'))))],
  ['UTF8String that is none', attributes(attribute('1.2.840.113549.1.9.7', element(TAG.utf8String, Buffer.from('c328', 'hex'))))],
  ['a tag of its own', attributes(attribute('1.2.3', element(0x85, Buffer.from('x'))))],
  ['1 KiB of octets', attributes(attribute('1.2.3', element(TAG.octetString, Buffer.alloc(1024))))],
];

export const VERSIONS: Ways<Buffer> = [['1', encodeSmallInteger(0)], ['2 (wolfSSL)', encodeSmallInteger(1)], ['3', encodeSmallInteger(2)], ['257', encodeSmallInteger(256)]];

export const EC_ALGORITHMS: Ways<Buffer> = [
  ['no parameters', ECDSA_SHA256],
  ['NULL (Mbed TLS 2.28)', sequence(encodeOid('1.2.840.10045.4.3.2'), encodeNull())],
  ['the curve', sequence(encodeOid('1.2.840.10045.4.3.2'), encodeOid('1.2.840.10045.3.1.7'))],
];
export const RSA_ALGORITHMS: Ways<Buffer> = [
  ['NULL', RSA_SHA256],
  ['no parameters', sequence(encodeOid('1.2.840.113549.1.1.11'))],
  ['an empty sequence', sequence(encodeOid('1.2.840.113549.1.1.11'), sequence())],
];

/** An SPKI of ours written in another way. */
export const RSA_KEYS: Ways<(spki: Buffer) => Buffer> = [
  ['NULL', (spki) => spki],
  ['no parameters', (spki) => sequence(sequence(encodeOid('1.2.840.113549.1.1.1')), spki.subarray(spki.indexOf(Buffer.from('0382', 'hex'))))],
];
export const EC_KEYS: Ways<(spki: Buffer) => Buffer> = [
  ['uncompressed', (spki) => spki],
  ['compressed', (spki) => {
    const point = spki.subarray(-64);
    return sequence(sequence(encodeOid('1.2.840.10045.2.1'), encodeOid('1.2.840.10045.3.1.7')), encodeBitString(Buffer.concat([Buffer.from([2 + (point[63]! & 1)]), point.subarray(0, 32)])));
  }],
];

/** The header of one element written with more octets of length than it needs, as encoders do that leave room for the largest. */
export function longHeader(der: Buffer, octets = 2): Buffer {
  const skipped = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f);
  const length = der.length - skipped;
  const header = Buffer.alloc(2 + octets);
  header[0] = der[0]!;
  header[1] = 0x80 | octets;
  header.writeUIntBE(length, 2, octets);
  return Buffer.concat([header, der.subarray(skipped)]);
}

export const LENGTHS: Ways<{ info?: typeof longHeader; name?: typeof longHeader; outer?: typeof longHeader }> = [
  ['shortest', {}],
  ['three octets around everything', { outer: (der) => longHeader(der, 3) }],
  ['two octets everywhere', { outer: longHeader, info: longHeader, name: longHeader }],
  ['four octets within', { info: (der) => longHeader(der, 4) }],
];

export interface Parts {
  key?: { privateKey: KeyObject; spki: Buffer };
  spki?: Buffer;
  version?: Buffer;
  name?: Buffer;
  attributes?: Buffer;
  algorithm?: Buffer;
  lengths?: (typeof LENGTHS)[number][1];
}

/** A request that proves its key, put together from its parts. */
export function requestOf(parts: Parts = {}): Buffer {
  const key = parts.key ?? testKey('P-256');
  const lengths = parts.lengths ?? {};
  const as = (change: typeof longHeader | undefined, der: Buffer) => (change ? change(der) : der);
  const name = as(lengths.name, parts.name ?? NAMES[0]![1]);
  const info = as(lengths.info, sequence(parts.version ?? encodeSmallInteger(0), name, parts.spki ?? key.spki, parts.attributes ?? attributes()));
  const algorithm = parts.algorithm ?? (key.privateKey.asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256);
  return as(lengths.outer, sequence(info, algorithm, encodeBitString(sign('sha256', info, key.privateKey))));
}

const LABEL = 'CERTIFICATE REQUEST';
const CERTTOOL = 'PKCS #10 Certificate Request Information:\n\tVersion: 1\n\tSubject: CN=unit\nOther Information:\n\tPublic Key ID:\n\t\tsha1:00\n\n';

/** How the PEM of a request stands in a text. openssl reads all of these. */
export const SURROUNDINGS: Ways<(der: Buffer) => string> = [
  ['alone', (der) => toPem(LABEL, der)],
  ['the label of keytool', (der) => toPem(LABEL, der).replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST')],
  ['CRLF', (der) => toPem(LABEL, der).replaceAll('\n', '\r\n')],
  ['text before it (certtool)', (der) => CERTTOOL + toPem(LABEL, der)],
  ['text behind it (openssl -text)', (der) => `${toPem(LABEL, der)}Certificate Request:\n    Data:\n        Version: 1 (0x0)\n`],
  ['its public key before it', (der) => toPem('PUBLIC KEY', Buffer.from('3000', 'hex')) + toPem(LABEL, der)],
  ['spaces at the ends of lines', (der) => toPem(LABEL, der).replaceAll('\n', '  \n')],
  ['a blank line in it', (der) => toPem(LABEL, der).replace('\n', '\n\n')],
  ['blank lines around it', (der) => `\n\n${toPem(LABEL, der)}\n\n`],
  ['lines of 76', (der) => `-----BEGIN ${LABEL}-----\n${der.toString('base64').replaceAll(/.{76}/g, '$&\n')}\n-----END ${LABEL}-----\n`],
  ['no line end at its end', (der) => toPem(LABEL, der).trimEnd()],
];

/** White space that openssl minds and we do not, since it decides nothing (RFC 7468 section 2). */
export const WHITE_SPACE: Ways<(der: Buffer) => string> = [
  ['CR only', (der) => toPem(LABEL, der).replaceAll('\n', '\r')],
  ['indented (YAML)', (der) => toPem(LABEL, der).replaceAll(/^(?=.)/gm, '    ')],
  ['a byte order mark', (der) => `\ufeff${toPem(LABEL, der)}`],
];
