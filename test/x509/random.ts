/** mulberry32: numbers from 0 to 1, small, and the same on every machine, so that a failure can be looked at again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One to three small changes: bits, bytes, cuts, insertions, copies, and the octets that DER readers trip over. */
export function mutate(original: Buffer, random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes = Buffer.from(original);
  for (let changes = 1 + below(3); changes > 0 && bytes.length > 2; changes--) {
    // Half of all changes go to the first bytes, where the structure is.
    const at = random() < 0.5 ? below(Math.min(bytes.length, 120)) : below(bytes.length);
    switch (below(7)) {
      case 0:
        bytes[at]! ^= 1 << below(8);
        break;
      case 1:
        bytes[at] = below(256);
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(4))]);
        break;
      case 5:
        bytes.copy(bytes, at, below(bytes.length));
        break;
      default:
        bytes[at] = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x31, 0xa0][below(11)]!;
    }
  }
  return bytes;
}
