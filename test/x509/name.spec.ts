import { readCsr } from '../../src/x509/csr.js';
import { element, encodeOid, sequence, TAG } from '../../src/x509/der.js';
import { encodeName, type NameAttribute, nameToText, readName } from '../../src/x509/name.js';
import { openssl, Scratch } from './external-tools.js';
import { seal, deviceFields, deviceTemplate, testAuthority, testKey } from './test-keys.js';

const EVERY: NameAttribute[] = [
  { type: 'C', value: 'DE' },
  { type: 'ST', value: 'Bayern' },
  { type: 'L', value: 'München' },
  { type: 'O', value: 'Wörks, "Inc" <x>' },
  { type: 'OU', value: 'Line 1' },
  { type: 'OU', value: '日本 🏭' },
  { type: 'CN', value: 'unit + 1' },
  { type: 'serialNumber', value: 'SN-0001' },
  { type: 'dnQualifier', value: 'q/1' },
];

describe('a name', () => {
  it('comes back as it was, in its order', () => {
    expect(readName(encodeName(EVERY))).toEqual(EVERY);
    expect(readName(encodeName([]))).toEqual([]);
  });

  it('is what openssl reads in a certificate', () => {
    const authority = testAuthority('P-256');
    const der = seal(deviceTemplate(authority).tbs({ ...deviceFields('P-256'), subject: encodeName(EVERY) }), authority.key);
    const { text } = openssl(['x509', '-inform', 'DER', '-noout', '-subject', '-nameopt', 'multiline,utf8,-esc_msb,show_type,sname'], der);
    const shown = text.split('\n').map((line) => line.trim().replace(/ *= */, '='));
    expect(shown).toEqual(expect.arrayContaining(['C=PRINTABLESTRING:DE', 'L=UTF8STRING:München', 'OU=UTF8STRING:日本 🏭', 'CN=UTF8STRING:unit + 1', 'serialNumber=PRINTABLESTRING:SN-0001', 'dnQualifier=PRINTABLESTRING:q/1']));
  });

  it('is escaped where people read it', () => {
    expect(nameToText(EVERY)).toBe('C=DE, ST=Bayern, L=München, O=Wörks\\, \\"Inc\\" \\<x\\>, OU=Line 1, OU=日本 🏭, CN=unit \\+ 1, serialNumber=SN-0001, dnQualifier=q/1');
    expect(nameToText(encodeName([{ type: 'CN', value: ' #x ' }]))).toBe('CN=\\ #x\\ ');
  });

  it.each(['a\u202eb', 'a\u2066b', 'a\u200fb', 'a\u061cb', 'a\u2028b', 'a\u0000b'])('with a character that shows people another name is not written: %j', (value) => {
    for (const type of ['O', 'OU', 'CN'] as const) expect(() => encodeName([{ type, value }])).toThrow(`The ${type} of a name holds a control character or half a character.`);
  });

  it('takes 64 characters of any size', () => {
    const factories = '🏭'.repeat(64);
    expect(readName(encodeName([{ type: 'CN', value: factories }]))).toEqual([{ type: 'CN', value: factories }]);
  });

  it.each<[string, NameAttribute['type'], string]>([
    ['65 characters in CN', 'CN', 'x'.repeat(65)],
    ['65 characters outside the first plane', 'CN', '🏭'.repeat(65)],
    ['65 characters in O', 'O', 'x'.repeat(65)],
    ['129 characters in L', 'L', 'x'.repeat(129)],
    ['65 characters in serialNumber', 'serialNumber', '1'.repeat(65)],
    ['an empty value', 'CN', ''],
    ['a NUL', 'CN', 'a\0.example.com'],
    ['a newline', 'O', 'a\nb'],
    ['half a character', 'CN', 'a\ud800'],
    ['a country of three letters', 'C', 'DEU'],
    ['a country in small letters', 'C', 'de'],
    ['an umlaut in a serial number', 'serialNumber', 'ä1'],
    ['an underscore in a qualifier', 'dnQualifier', 'a_b'],
  ])('is refused with %s', (_what, type, value) => {
    expect(() => encodeName([{ type, value }])).toThrow(expect.objectContaining({ code: 'name-malformed' }));
  });
});

describe('a name that others wrote', () => {
  const named = (tag: number, contents: Buffer, oid = '2.5.4.3') => sequence(element(TAG.set, sequence(encodeOid(oid), element(tag, contents))));

  it.each<[string, number, Buffer, string]>([
    ['PrintableString', TAG.printableString, Buffer.from('a b'), 'a b'],
    ['UTF8String', TAG.utf8String, Buffer.from('日本'), '日本'],
    ['T61String as Latin-1', TAG.teletexString, Buffer.from('e4', 'hex'), 'ä'],
    ['BMPString', TAG.bmpString, Buffer.from('65e5672c', 'hex'), '日本'],
    ['IA5String', TAG.ia5String, Buffer.from('a@b'), 'a@b'],
    ['NumericString', TAG.numericString, Buffer.from('1 2'), '1 2'],
  ])('is read from %s', (_what, tag, contents, value) => {
    expect(readName(named(tag, contents))).toEqual([{ type: 'CN', value }]);
  });

  it('keeps the OID of an attribute that is none of ours', () => {
    expect(readName(named(TAG.utf8String, Buffer.from('x'), '2.999.4294967297'))).toEqual([{ type: '2.999.4294967297', value: 'x' }]);
  });

  it('is the one that openssl wrote', () => {
    const scratch = new Scratch();
    try {
      const keyFile = scratch.write('key.pem', testKey('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const made = openssl(['req', '-new', '-key', keyFile, '-utf8', '-subj', '/C=FR/O=Müller/CN=x']);
      expect(readName(readCsr(made.text).subject)).toEqual([
        { type: 'C', value: 'FR' },
        { type: 'O', value: 'Müller' },
        { type: 'CN', value: 'x' },
      ]);
    } finally {
      scratch.remove();
    }
  });

  const cn = sequence(encodeOid('2.5.4.3'), element(TAG.utf8String, Buffer.from('b')));
  const o = sequence(encodeOid('2.5.4.10'), element(TAG.utf8String, Buffer.from('a')));
  it.each<[string, Buffer]>([
    ['bytes that are not UTF-8', named(TAG.utf8String, Buffer.from('ff', 'hex'))],
    ['UTF-8 that is too long', named(TAG.utf8String, Buffer.from('c0af', 'hex'))],
    ['a printable string with an umlaut', named(TAG.printableString, Buffer.from('e4', 'hex'))],
    ['an ASCII string with an umlaut', named(TAG.ia5String, Buffer.from('e4', 'hex'))],
    ['a numeric string with a letter', named(TAG.numericString, Buffer.from('a'))],
    ['half a character', named(TAG.bmpString, Buffer.from('d800', 'hex'))],
    ['an odd number of bytes', named(TAG.bmpString, Buffer.from('00', 'hex'))],
    ['a number', named(TAG.integer, Buffer.from([1]))],
    ['an empty part', sequence(element(TAG.set))],
    ['a set out of order', sequence(element(TAG.set, o, cn))],
    ['an OID with a padded arc', sequence(element(TAG.set, sequence(Buffer.from('0604550480', 'hex'), element(TAG.utf8String))))],
    ['a trailing byte', Buffer.concat([encodeName([]), Buffer.alloc(1)])],
    ['nothing', Buffer.alloc(0)],
  ])('is refused with %s', (_what, der) => {
    expect(() => readName(der)).toThrow(expect.objectContaining({ code: 'name-malformed' }));
  });

  it('may have several attributes in one part, in order', () => {
    expect(readName(sequence(element(TAG.set, cn, o)))).toEqual([
      { type: 'CN', value: 'b' },
      { type: 'O', value: 'a' },
    ]);
  });
});
