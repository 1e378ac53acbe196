import { DerReader, element, TAG } from '../../src/x509/der.js';
import { DerError } from '../../src/x509/x509.errors.js';
import { encodeTime, encodeValidity, NEVER_EXPIRES, readTime } from '../../src/x509/time.js';

const read = (der: Buffer): Date => readTime(new DerReader(der));
const utc = (text: string): Buffer => element(TAG.utcTime, Buffer.from(text));
const general = (text: string): Buffer => element(TAG.generalizedTime, Buffer.from(text));

describe('a time in a certificate', () => {
  it.each([
    ['1950-01-01T00:00:00Z', utc('500101000000Z')],
    ['1999-12-31T23:59:59Z', utc('991231235959Z')],
    ['2000-02-29T12:34:56Z', utc('000229123456Z')],
    ['2026-11-22T20:44:00Z', utc('261122204400Z')],
    ['2049-12-31T23:59:59Z', utc('491231235959Z')],
    ['2050-01-01T00:00:00Z', general('20500101000000Z')],
    ['9999-12-31T23:59:59Z', general('99991231235959Z')],
  ])('%s is written as RFC 5280 asks, and read back', (time, der) => {
    expect(encodeTime(new Date(time))).toEqual(der);
    expect(read(der)).toEqual(new Date(time));
  });

  it('loses its milliseconds and nothing else, on every day of a century', () => {
    for (let day = 0; day < 36_525; day += 1) {
      const time = new Date(Date.UTC(2000, 0, 1 + day, day % 24, day % 60, (day * 7) % 60, 999));
      expect(read(encodeTime(time)).getTime()).toBe(time.getTime() - 999);
    }
  });

  it('stands in pairs in a validity', () => {
    const start = new Date('2026-11-22T20:44:00Z');
    expect(encodeValidity(start, NEVER_EXPIRES)).toEqual(element(TAG.sequence, utc('261122204400Z'), general('99991231235959Z')));
  });

  it.each(['1949-12-31T23:59:59Z', '+010000-01-01T00:00:00Z', 'never'])('is not written for %s', (time) => {
    expect(() => encodeTime(new Date(time))).toThrow(RangeError);
  });

  it.each([
    ['no seconds', utc('2611222044Z')],
    ['an offset', utc('261122204400+0100')],
    ['no Z', utc('261122204400')],
    ['a small z', utc('261122204400z')],
    ['a letter', utc('2611222044O0Z')],
    ['30 February', utc('260230000000Z')],
    ['29 February of a common year', utc('260229000000Z')],
    ['month 0', utc('260001000000Z')],
    ['month 13', utc('261301000000Z')],
    ['day 0', utc('260100000000Z')],
    ['hour 24', utc('261122240000Z')],
    ['second 60', utc('261122235960Z')],
    ['a fraction', general('20510101000000.5Z')],
    ['the wrong type for its year', general('20260101000000Z')],
    ['nothing', utc('')],
    ['another type', element(TAG.utf8String, Buffer.from('261122204400Z'))],
  ])('is refused with %s', (_what, der) => {
    expect(() => read(der)).toThrow(DerError);
  });
});
