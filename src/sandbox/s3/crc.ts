/** The two checksums of S3 that Node does not have. Both are reflected, and begin and end with all bits set. */
export interface Crc {
  update(bytes: Buffer): void;
  /** Big-endian, as S3 has it in base64. */
  digest(): Buffer;
}

/** Castagnoli's polynomial (RFC 9260, appendix A), reflected. */
const CRC32C = table([0, 0x82f63b78]);
/** Of the NVM Express NVM command set specification, section "64b CRC", reflected. */
const CRC64NVME = table([0x9a6c9329, 0xac4bc9b5]);

export const crc32c = (): Crc => new TableCrc(CRC32C, 0, 4);
export const crc64nvme = (): Crc => new TableCrc(CRC64NVME, 0xffffffff, 8);

interface Table {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** For each byte what it does to the remainder, in two halves of 32 bits. */
function table([polynomialHigh, polynomialLow]: readonly [high: number, low: number]): Table {
  const [tableHigh, tableLow] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = ((low >>> 1) | (high << 31)) ^ (carry === 1 ? polynomialLow : 0);
      high = (high >>> 1) ^ (carry === 1 ? polynomialHigh : 0);
    }
    tableHigh[byte] = high;
    tableLow[byte] = low;
  }
  return { high: tableHigh, low: tableLow };
}

class TableCrc implements Crc {
  private low = 0xffffffff;

  constructor(
    private readonly bytes: Table,
    private high: number,
    private readonly length: 4 | 8,
  ) {}

  update(chunk: Buffer): void {
    let { low, high } = this;
    for (const byte of chunk) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (this.bytes.low[index] ?? 0);
      high = (high >>> 8) ^ (this.bytes.high[index] ?? 0);
    }
    this.low = low;
    this.high = high;
  }

  digest(): Buffer {
    const result = Buffer.alloc(8);
    result.writeUInt32BE(~this.high >>> 0, 0);
    result.writeUInt32BE(~this.low >>> 0, 4);
    return result.subarray(8 - this.length);
  }
}
