import { type DerReader, TAG } from './der.js';
import { DerError } from './x509.errors.js';

/** RFC 5280 section 4.1.2.5: for a certificate that shall never expire. */
export const NEVER_EXPIRES = new Date('9999-12-31T23:59:59Z');

/**
 * Time of RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. Milliseconds are cut off.
 * @throws RangeError outside the years 1950 to 9999
 */
export function encodeTime(time: Date): Buffer {
  const encoded = Buffer.allocUnsafe(encodedLength(time));
  writeTime(encoded, 0, time);
  return encoded;
}

/** Validity: both times in a SEQUENCE. */
export function encodeValidity(notBefore: Date, notAfter: Date): Buffer {
  const length = encodedLength(notBefore) + encodedLength(notAfter);
  const encoded = Buffer.allocUnsafe(2 + length);
  encoded[0] = TAG.sequence;
  encoded[1] = length;
  writeTime(encoded, writeTime(encoded, 2, notBefore), notAfter);
  return encoded;
}

function encodedLength(time: Date): number {
  const year = time.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) throw new RangeError('A certificate can only hold times from 1950 to 9999');
  return year < 2050 ? 15 : 17;
}

/** Answers the offset behind it. */
function writeTime(target: Buffer, offset: number, time: Date): number {
  const year = time.getUTCFullYear();
  const utc = year < 2050;
  target[offset] = utc ? TAG.utcTime : TAG.generalizedTime;
  target[offset + 1] = utc ? 13 : 15;
  let at = offset + 2;
  if (!utc) at = writeTwoDigits(target, at, Math.floor(year / 100));
  at = writeTwoDigits(target, at, year % 100);
  at = writeTwoDigits(target, at, time.getUTCMonth() + 1);
  at = writeTwoDigits(target, at, time.getUTCDate());
  at = writeTwoDigits(target, at, time.getUTCHours());
  at = writeTwoDigits(target, at, time.getUTCMinutes());
  at = writeTwoDigits(target, at, time.getUTCSeconds());
  target[at] = LETTER_Z;
  return at + 1;
}

const ZERO = 0x30;
const LETTER_Z = 0x5a;

function writeTwoDigits(target: Buffer, at: number, value: number): number {
  target[at] = ZERO + Math.floor(value / 10);
  target[at + 1] = ZERO + (value % 10);
  return at + 2;
}

/** Reads one Time and refuses every form that RFC 5280 does not allow: no seconds, fractions, offsets, the wrong type for the year. */
export function readTime(reader: DerReader): Date {
  const utc = reader.nextTag === TAG.utcTime;
  const octets = reader.contents(utc ? TAG.utcTime : TAG.generalizedTime);
  const digits = octets.length - 1;
  if (digits !== (utc ? 12 : 14) || octets[digits] !== LETTER_Z) throw new DerError('a time is not written as RFC 5280 asks');
  const pairs: number[] = [];
  for (let at = 0; at < digits; at += 2) pairs.push(twoDigits(octets, at));
  const century = utc ? (pairs[0]! < 50 ? 20 : 19) : pairs.shift()!;
  const [yearOfCentury = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = pairs;
  const year = century * 100 + yearOfCentury;
  if (!utc && year < 2050) throw new DerError('a time before 2050 is not written as RFC 5280 asks');
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // JavaScript turns 30 February into March and 24:00 into the next day.
  const exists = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) throw new DerError('a time does not exist');
  return time;
}

function twoDigits(octets: Buffer, at: number): number {
  const tens = octets[at]! - ZERO;
  const ones = octets[at + 1]! - ZERO;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw new DerError('a time is not written as RFC 5280 asks');
  return tens * 10 + ones;
}
