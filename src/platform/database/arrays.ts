/** Object identifiers of PostgreSQL's types (pg_type.dat). */
const BYTEA = 17;
const TEXT = 25;
const INT8 = 20;
const HEADER_LENGTH = 20;

/** bytea[] in PostgreSQL's binary format (array_recv): as text each octet would be written, escaped and parsed as hex. */
export function byteaArray(items: readonly Buffer[]): Buffer {
  return arrayOf(BYTEA, items);
}

/** text[] in the same format. */
export function textArray(items: readonly string[]): Buffer {
  return arrayOf(TEXT, items.map((item) => Buffer.from(item)));
}

/** bigint[] in the same format; whole numbers up to 2^53. */
export function bigintArray(items: readonly number[]): Buffer {
  const octets = arrayHeader(INT8, items.length, items.length * 12);
  items.forEach((item, index) => {
    const at = HEADER_LENGTH + index * 12;
    octets.writeInt32BE(8, at);
    octets.writeBigInt64BE(BigInt(item), at + 4);
  });
  return octets;
}

function arrayOf(type: number, items: readonly Buffer[]): Buffer {
  let length = 0;
  for (const item of items) length += 4 + item.length;
  const octets = arrayHeader(type, items.length, length);
  let at = HEADER_LENGTH;
  for (const item of items) {
    at = octets.writeInt32BE(item.length, at);
    octets.set(item, at);
    at += item.length;
  }
  return octets;
}

/** One dimension from 1, no NULLs. An empty array has the same header with no elements, which PostgreSQL takes. */
function arrayHeader(type: number, count: number, length: number): Buffer {
  const octets = Buffer.allocUnsafe(HEADER_LENGTH + length);
  octets.writeInt32BE(1, 0);
  octets.writeInt32BE(0, 4);
  octets.writeInt32BE(type, 8);
  octets.writeInt32BE(count, 12);
  octets.writeInt32BE(1, 16);
  return octets;
}
