// An image of an esp_secure_cert partition in its TLV format, as Espressif's component esp_secure_cert_mgr reads it: https://github.com/espressif/esp_secure_cert_mgr/blob/main/docs/format.md
import { crc32 } from 'node:zlib';

const MAGIC = 0xba5eba11;
/** Data is filled up to a multiple of this, so that it can be written where the flash is encrypted. */
const ALIGNMENT = 16;
const LONGEST = 0xffff;

/** What an entry holds. */
export const TYPE = { caCertificate: 0, deviceCertificate: 1, privateKey: 2, userData1: 51 };

/**
 * The image of a partition of `size` octets. Texts such as PEM end with a zero octet, which counts: mbedTLS reads them so.
 * @param {{type: number, data: Uint8Array}[]} entries each type once
 * @param {number} size
 * @returns {Buffer}
 * @throws {Error} where they do not fit
 */
export function secureCertImage(entries, size) {
  const image = Buffer.concat(entries.map(entryOf));
  if (image.length > size) throw new Error(`The esp_secure_cert partition has ${size} octets, and ${image.length} are needed`);
  return Buffer.concat([image, Buffer.alloc(size, 0xff)], size);
}

function entryOf({ type, data }) {
  if (data.length === 0 || data.length > LONGEST) throw new Error(`An entry has 1 to ${LONGEST} octets`);
  const header = Buffer.alloc(12); // flags, reserved octets and subtype are zero: a key in the clear, and the first of its type
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt8(type, 8);
  header.writeUInt16LE(data.length, 10);
  const filled = Buffer.alloc(Math.ceil(data.length / ALIGNMENT) * ALIGNMENT);
  filled.set(data);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(filled, crc32(header, 0xffffffff)));
  return Buffer.concat([header, filled, checksum]);
}
