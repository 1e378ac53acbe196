import { type DerReader, element, TAG } from './der.js';
import { DerError } from './x509.errors.js';

/** RFC 5280 section 4.1.2.5: for a certificate that shall never expire. */
export const NEVER_EXPIRES = new Date('9999-12-31T23:59:59Z');

/**
 * Time of RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. Milliseconds are cut off.
 * @throws RangeError outside the years 1950 to 9999
 */
export function encodeTime(time: Date): Buffer {
  const year = time.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) throw new RangeError('A certificate can only hold times from 1950 to 9999');
  const text = time.toISOString();
  // 2026-11-22T20:44:00.000Z: the digits of date and time stand at fixed places.
  const rest = `${text.slice(5, 7)}${text.slice(8, 10)}${text.slice(11, 13)}${text.slice(14, 16)}${text.slice(17, 19)}Z`;
  return year < 2050
    ? element(TAG.utcTime, Buffer.from(text.slice(2, 4) + rest, 'latin1'))
    : element(TAG.generalizedTime, Buffer.from(text.slice(0, 4) + rest, 'latin1'));
}

/** Reads one Time and refuses every form that RFC 5280 does not allow: no seconds, fractions, offsets, the wrong type for the year. */
export function readTime(reader: DerReader): Date {
  const utc = reader.nextTag === TAG.utcTime;
  const digits = reader.contents(utc ? TAG.utcTime : TAG.generalizedTime).toString('latin1');
  if (!(utc ? /^[0-9]{12}Z$/ : /^[0-9]{14}Z$/).test(digits)) throw new DerError('a time is not written as RFC 5280 asks');
  const century = !utc ? '' : digits < '5' ? '20' : '19';
  const text = century + digits;
  if (!utc && text < '2050') throw new DerError('a time before 2050 is not written as RFC 5280 asks');
  const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12, 14)}`;
  const time = new Date(`${iso}Z`);
  // JavaScript turns 30 February into March and 24:00 into the next day.
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 19) !== iso) throw new DerError('a time does not exist');
  return time;
}
