import { hash, randomBytes } from 'node:crypto';

/** Digits and letters that nobody takes for each other (Crockford's base32). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 20;

/** A code that a person can type: 100 random bits in five groups of four. */
export function newEnrolmentCode(): string {
  const letters = [...randomBytes(LENGTH)].map((octet) => LETTERS[octet & 31]).join('');
  return letters.match(/.{4}/g)!.join('-');
}

/** What is kept of it, however it was typed: with other dashes, in small letters, with O for 0. A plain hash is enough: there is nothing to guess. */
export function hashEnrolmentCode(typed: string): Buffer {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return hash('sha256', plain, 'buffer');
}
