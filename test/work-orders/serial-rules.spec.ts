import { checkCharacter } from '../../src/work-orders/check-digits.js';
import { canonicalSerial, faultOf, SerialRules, withCheckDigit } from '../../src/work-orders/serial-rules.js';

describe('check digits', () => {
  // Published examples of each scheme.
  it.each([
    ['luhn', '7992739871', '3'],
    ['luhn', '49015420323751', '8'],
    ['gs1', '629104150021', '3'],
    ['gs1', '95012345', String((10 - ((5 * 3 + 4 + 3 * 3 + 2 + 1 * 3 + 0 + 5 * 3 + 9) % 10)) % 10)],
    ['mod-43', 'ABC123', String('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%'[(10 + 11 + 12 + 1 + 2 + 3) % 43])],
    ['mod-43', 'CODE39', 'W'],
    ['mod-37-36', 'A12425GABC1234002', 'M'],
  ] as const)('of %s for %s is %s', (scheme, payload, expected) => {
    expect(checkCharacter(scheme, payload)).toBe(expected);
  });

  it('are none where the scheme does not know a character', () => {
    expect(checkCharacter('luhn', '12A')).toBeUndefined();
    expect(checkCharacter('mod-37-36', 'ab')).toBeUndefined();
  });

  it.each(['luhn', 'gs1', 'mod-43', 'mod-37-36'] as const)('of %s finds every single digit that was misread', (scheme) => {
    const payload = '4901542032';
    const right = checkCharacter(scheme, payload);
    const misread = Array.from(payload, (_, place) => Array.from('0123456789', (digit) => payload.slice(0, place) + digit + payload.slice(place + 1))).flat().filter((text) => text !== payload);
    expect(misread).toHaveLength(9 * payload.length);
    expect(misread.filter((text) => checkCharacter(scheme, text) === right)).toEqual([]);
  });
});

describe('the serial rules of a product', () => {
  const rules = SerialRules.parse({ pattern: 'LS-[0-9]{7}', case: 'upper', checkDigit: { scheme: 'luhn', from: 3 } });

  it('hold of a serial that fits, and of one made with its check digit', () => {
    const serial = withCheckDigit('LS-000042', rules);
    expect(serial).toMatch(/^LS-000042[0-9]$/);
    expect(faultOf(serial, rules)).toBeUndefined();
    expect(faultOf(canonicalSerial(serial.toLowerCase(), rules), rules)).toBeUndefined();
  });

  it.each([
    ['LS-0000421', 'ends in 1, and its check digit (luhn) is 2'],
    ['LS-00004', 'does not look like LS-[0-9]{7}'],
    ['XX-0000422', 'does not look like LS-[0-9]{7}'],
  ])('say of %s that it %s', (serial, fault) => {
    expect(faultOf(serial, rules)).toBe(fault);
  });

  it('name a length that is not allowed', () => {
    expect(faultOf('A', { minLength: 2 })).toBe('has 1 characters, not at least 2');
    expect(faultOf('ABC', { maxLength: 2 })).toBe('has 3 characters, not at most 2');
  });

  it('are refused where the pattern is none, or needs more than linear time', () => {
    for (const pattern of ['(', '(?=a)', String.raw`(a)\1`]) expect(SerialRules.safeParse({ pattern }).success).toBe(false);
  });

  it('look at any serial in linear time', () => {
    const slow = { pattern: '(([A-Za-z0-9])+)+X' };
    expect(faultOf('a'.repeat(64), slow)).toContain('does not look like');
  });
});
