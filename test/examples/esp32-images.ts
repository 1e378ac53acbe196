import { crc32 } from 'node:zlib';

/** What a partition image holds, read by the published descriptions of the formats and strictly; `espressif/*.bin`, which Espressif's own tools have made, prove these readers. */

/** A value of NVS: a number, a text, or octets. */
export type NvsValue = number | string | Buffer;

/** `<namespace>/<key>` → value. Throws where a page, an entry or a checksum is not as NVS has them, or where no page is left empty. */
export function readNvs(image: Buffer): Map<string, NvsValue> {
  const pages = Array.from({ length: image.length / 4096 }, (_, index) => image.subarray(index * 4096, index * 4096 + 4096));
  const used = pages.filter((page) => !isErased(page));
  if (!isErased(pages.at(-1)!)) throw new Error('no page is empty');
  const entries = used.flatMap((page, index) => entriesOf(page, index, index === used.length - 1));
  const names = new Map(entries.filter(({ namespace }) => namespace === 0).map(({ key, data }) => [data.readUInt8(0), key]));
  const values = new Map<string, NvsValue>();
  for (const { namespace, type, key, data, content } of entries) {
    const name = `${names.get(namespace)}/${key}`;
    if (namespace === 0 || type === 0x42) continue;
    if (values.has(name)) throw new Error(`${name} stands there twice`);
    if (type === 0x21) values.set(name, textOf(content));
    else if (type === 0x48) {
      const chunks = entries.filter((each) => each.namespace === namespace && each.key === key && each.type === 0x42);
      if (chunks.length !== data.readUInt8(4) || chunks.some(({ chunk }, index) => chunk !== data.readUInt8(5) + index)) throw new Error(`${name} lacks chunks`);
      const whole = Buffer.concat(chunks.map((each) => each.content));
      if (whole.length !== data.readUInt32LE(0)) throw new Error(`${name} is not as long as it says`);
      values.set(name, whole);
    } else if ([1, 2, 4].includes(type)) values.set(name, data.readUIntLE(0, type));
    else throw new Error(`${name} has the type ${type}`);
  }
  return values;
}

interface Entry {
  namespace: number;
  type: number;
  chunk: number;
  key: string;
  data: Buffer;
  content: Buffer;
}

function entriesOf(page: Buffer, index: number, isLast: boolean): Entry[] {
  if (page.readUInt32LE(0) !== (isLast ? 0xfffffffe : 0xfffffffc) || page.readUInt32LE(4) !== index || page[8] !== 0xfe) throw new Error(`page ${index} is in no state that NVS leaves it in`);
  check(`page ${index}`, page.readUInt32LE(28), page.subarray(4, 28));
  const isWritten = (entry: number) => ((page[32 + Math.floor(entry / 4)]! >> ((entry % 4) * 2)) & 3) === 2;
  const found: Entry[] = [];
  let next = 0;
  for (; next < 126 && isWritten(next); ) {
    const entry = page.subarray(64 + next * 32, 96 + next * 32);
    const [namespace = 0, type = 0, span = 0, chunk = 0] = entry;
    check(`entry ${next} of page ${index}`, entry.readUInt32LE(4), Buffer.concat([entry.subarray(0, 4), entry.subarray(8)]));
    const data = entry.subarray(24);
    const length = type === 0x21 || type === 0x42 ? data.readUInt16LE(0) : 0;
    if (span !== 1 + Math.ceil(length / 32) || next + span > 126) throw new Error(`entry ${next} of page ${index} spans ${span} entries`);
    const content = page.subarray(96 + next * 32, 96 + next * 32 + length);
    if (length > 0 || type === 0x42) check(`what entry ${next} of page ${index} describes`, data.readUInt32LE(4), content);
    found.push({ namespace, type, chunk, key: textOf(entry.subarray(8, 24), true), data, content });
    next += span;
  }
  if (!isErased(page.subarray(64 + next * 32)) || Array.from({ length: 126 - next }, (_, each) => next + each).some(isWritten)) throw new Error(`page ${index} has something behind its last entry`);
  return found;
}

/** Type → data of an esp_secure_cert partition. Throws where an entry is not as its format has it. */
export function readSecureCert(image: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;
  while (image.readUInt32LE(at) === 0xba5eba11) {
    const [type, subtype, length] = [image.readUInt8(at + 8), image.readUInt8(at + 9), image.readUInt16LE(at + 10)];
    const end = at + 12 + Math.ceil(length / 16) * 16;
    check(`the entry of type ${type}`, image.readUInt32LE(end), image.subarray(at, end));
    if (image.readUInt32LE(at + 4) !== 0 || subtype !== 0 || found.has(type)) throw new Error(`the entry of type ${type} has flags, or is not the only one`);
    found.set(type, image.subarray(at + 12, at + 12 + length));
    at = end + 4;
  }
  if (!isErased(image.subarray(at))) throw new Error('something stands behind the last entry');
  return found;
}

/** A text, without the zero at its end. */
export function textOf(octets: Buffer, isFilled = false): string {
  const end = octets.indexOf(0);
  if (end < 0 || (isFilled ? octets.subarray(end).some((octet) => octet !== 0) : end !== octets.length - 1)) throw new Error('a text does not end with its one zero');
  return octets.subarray(0, end).toString('utf8');
}

const isErased = (octets: Buffer) => octets.every((octet) => octet === 0xff);

function check(what: string, stated: number, octets: Buffer): void {
  if (crc32(octets, 0xffffffff) !== stated) throw new Error(`the checksum of ${what} is wrong`);
}
