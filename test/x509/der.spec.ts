import { DerReader, element, encodeNamedBits, encodeOid, encodeSmallInteger, encodeUnsignedInteger, TAG } from '../../src/x509/der.js';
import { DerError } from '../../src/x509/x509.errors.js';

const reader = (hex: string): DerReader => new DerReader(Buffer.from(hex, 'hex'));

describe('DER', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 100_000])('frames %i octets in the shortest way', (length) => {
    const contents = Buffer.alloc(length, 7);
    const framed = element(TAG.octetString, contents);
    expect(framed.length).toBe(length + (length < 128 ? 2 : length < 256 ? 3 : length < 65_536 ? 4 : 5));
    const reading = new DerReader(framed);
    expect(reading.contents(TAG.octetString)).toEqual(contents);
    expect(reading.atEnd).toBe(true);
  });

  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [65_537, '0203010001'],
    [2 ** 31, '02050080000000'],
  ])('writes the integer %i as %s', (value, hex) => {
    expect(encodeSmallInteger(value).toString('hex')).toBe(hex);
    expect(reader(hex).smallInteger()).toBe(value);
  });

  it('cuts the leading zeros of a magnitude and keeps it positive', () => {
    expect(encodeUnsignedInteger(Buffer.from('0000ff', 'hex')).toString('hex')).toBe('020200ff');
    expect(encodeUnsignedInteger(Buffer.from('00007f', 'hex')).toString('hex')).toBe('02017f');
    expect(encodeUnsignedInteger(Buffer.alloc(0)).toString('hex')).toBe('020100');
  });

  it.each([
    [[], '030100'],
    [[0], '03020780'],
    [[5, 6], '03020106'],
    [[0, 8], '0303078080'],
    [[7], '03020001'],
  ])('writes the bits %j as %s', (bits, hex) => {
    expect(encodeNamedBits(bits).toString('hex')).toBe(hex);
    expect(reader(hex).namedBits()).toEqual(bits);
  });

  it.each(['1.2.840.113549.1.1.11', '2.5.29.15', '2.999.3', '1.39.1', '0.0', '2.25.329800735698586629295641978511506172918'])('writes and reads %s', (dotted) => {
    expect(new DerReader(encodeOid(dotted)).oid()).toBe(dotted);
  });

  it('writes the example of X.690 section 8.19.5', () => {
    expect(encodeOid('2.999.3').toString('hex')).toBe('0603883703');
  });

  it.each<[string, string, (der: DerReader) => unknown]>([
    ['an indefinite length', '30800000', (der) => der.sequence()],
    ['a length in one octet too many', '30810100', (der) => der.sequence()],
    ['a length with a leading zero', '3082008000', (der) => der.sequence()],
    ['a length of four octets', '308400000000', (der) => der.sequence()],
    ['the length that is reserved', '30ff', (der) => der.sequence()],
    ['a cut length', '3082', (der) => der.sequence()],
    ['a cut content', '3003020100'.slice(0, 8), (der) => der.sequence()],
    ['a tag alone', '30', (der) => der.sequence()],
    ['nothing', '', (der) => der.sequence()],
    ['another type', '3100', (der) => der.sequence()],
    ['a constructed string', '2c020c00', (der) => der.contents(TAG.utf8String)],
    ['an empty integer', '0200', (der) => der.integer()],
    ['a padded integer', '02020001', (der) => der.integer()],
    ['a padded negative integer', '0202ff80', (der) => der.integer()],
    ['a negative integer', '0201ff', (der) => der.unsignedInteger()],
    ['a large integer', '02050100000000', (der) => der.smallInteger()],
    ['a boolean of 01', '010101', (der) => der.boolean()],
    ['a boolean of two octets', '0102ffff', (der) => der.boolean()],
    ['a null with content', '050100', (der) => der.null()],
    ['a bit string without its count', '0300', (der) => der.octetsOfBitString()],
    ['a bit string of broken octets', '03020480', (der) => der.octetsOfBitString()],
    ['named bits with trailing zeros', '03020080', (der) => der.namedBits()],
    ['named bits with unused ones', '03020481', (der) => der.namedBits()],
    ['named bits with eight unused', '03020880', (der) => der.namedBits()],
    ['an OID that is cut', '06022a80', (der) => der.oid()],
    ['an OID with a padded arc', '06032a8001', (der) => der.oid()],
    ['an empty OID', '0600', (der) => der.oid()],
    ['more than expected', '300102', (der) => der.sequence().finish()],
  ])('refuses %s', (_what, hex, read) => {
    expect(() => read(reader(hex))).toThrow(DerError);
  });

  it('never reads past the element that it is in', () => {
    const inner = reader('300202010500').sequence();
    expect(() => inner.integer()).toThrow('it ends too early');
  });
});
