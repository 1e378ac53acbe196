import { randomBytes } from 'node:crypto';

/**
 * 20 octets, the most that RFC 5280 section 4.1.2.2 allows, of which 158 bits are random. The two top bits are fixed to 01:
 * the number is positive without a sign octet and never starts with a zero octet, so its length never varies.
 */
export function newSerialNumber(): Buffer {
  const serial = randomBytes(20);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
}

export function serialNumberToHex(serialNumber: Buffer): string {
  return serialNumber.toString('hex');
}
