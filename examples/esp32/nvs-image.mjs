// An image of an NVS partition, as ESP-IDF's NVS library reads it (format version 2): https://docs.espressif.com/projects/esp-idf/en/stable/esp32/api-reference/storage/nvs_flash.html#internals
import { crc32 } from 'node:zlib';

const PAGE = 4096;
const ENTRY = 32;
/** Behind a page's header and the map of its entries' states. */
const FIRST_ENTRY = 64;
const ENTRIES = 126;
const MAP = 32;

const STATE = { active: 0xfffffffe, full: 0xfffffffc };
const VERSION_2 = 0xfe;
const TYPE = { u8: 0x01, u16: 0x02, u32: 0x04, string: 0x21, chunk: 0x42, blob: 0x48 };
const WIDTH = { u8: 1, u16: 2, u32: 4 };
/** Of everything but a chunk of a blob. */
const NO_CHUNK = 0xff;

const LONGEST_KEY = 15;
/** Octets, with the zero at its end. */
const LONGEST_STRING = 4000;
/** With two pages NVS could not clear up: one page is always empty. */
const LEAST_PAGES = 3;

/** As Espressif's ROM counts it. */
const crcOf = (octets) => crc32(octets, 0xffffffff);
const rounded = (length) => Math.ceil(length / ENTRY);

/**
 * The image of a partition of `size` octets, with the last page empty.
 * @param {Record<string, Record<string, {u8: number} | {u16: number} | {u32: number} | {string: string} | {blob: Uint8Array}>>} namespaces values by their keys, by their namespaces
 * @param {number} size a multiple of 4096, at least 12288
 * @returns {Buffer}
 * @throws {Error} where a name or value is none of NVS, or all of them together do not fit
 */
export function nvsImage(namespaces, size) {
  if (size % PAGE !== 0 || size < LEAST_PAGES * PAGE) throw new Error(`An NVS partition has a multiple of ${PAGE} octets, at least ${LEAST_PAGES * PAGE}`);
  const pages = new Pages(size / PAGE - 1);
  for (const [index, [namespace, values]] of Object.entries(namespaces).entries()) {
    pages.add({ namespace: 0, type: TYPE.u8, key: namespace, data: number(1, index + 1) });
    for (const [key, value] of Object.entries(values)) addValue(pages, index + 1, key, value);
  }
  return Buffer.concat([pages.image(), Buffer.alloc(size, 0xff)], size);
}

function addValue(pages, namespace, key, value) {
  const [[kind, given]] = Object.entries(value);
  if (kind in WIDTH) return pages.add({ namespace, type: TYPE[kind], key, data: number(WIDTH[kind], given) });
  if (kind === 'string') {
    const content = Buffer.from(`${given}\0`);
    if (content.length > LONGEST_STRING) throw new Error(`${key} has ${content.length} octets; a string has ${LONGEST_STRING} at most, so keep it as a blob`);
    return pages.add({ namespace, type: TYPE.string, key, data: described(content), content });
  }
  return addBlob(pages, namespace, key, given);
}

/** A blob is cut where its page ends, and may so be longer than a page; the entry behind its chunks says how many there are. */
function addBlob(pages, namespace, key, blob) {
  let chunks = 0;
  for (let at = 0; at < blob.length || chunks === 0; chunks += 1) {
    const content = blob.subarray(at, at + pages.roomForContent());
    pages.add({ namespace, type: TYPE.chunk, key, chunk: chunks, data: described(content), content });
    at += content.length;
  }
  const data = Buffer.alloc(8, 0xff);
  data.writeUInt32LE(blob.length, 0);
  data.writeUInt8(chunks, 4);
  data.writeUInt8(0, 5);
  pages.add({ namespace, type: TYPE.blob, key, data });
}

function number(width, value) {
  const data = Buffer.alloc(8, 0xff);
  data.writeUIntLE(value, 0, width);
  return data;
}

/** Length and checksum of what stands in the entries behind this one. */
function described(content) {
  const data = Buffer.alloc(8, 0xff);
  data.writeUInt16LE(content.length, 0);
  data.writeUInt32LE(crcOf(content), 4);
  return data;
}

class Pages {
  #pages = [];
  #most;
  /** Entries of the last page that are taken. */
  #taken = ENTRIES;

  constructor(most) {
    this.#most = most;
  }

  /** How many octets of a blob the next chunk may have; a new page is begun where it would have none. */
  roomForContent() {
    if (ENTRIES - this.#taken < 2) this.#begin();
    return (ENTRIES - this.#taken - 1) * ENTRY;
  }

  /** An entry, and what it describes in the entries behind it, all in one page. */
  add({ namespace, type, key, chunk = NO_CHUNK, data, content = Buffer.alloc(0) }) {
    if (!/^[!-~]+$/.test(key) || key.length > LONGEST_KEY) throw new Error(`${key} is no name in NVS: 1 to ${LONGEST_KEY} characters of ASCII`);
    const span = 1 + rounded(content.length);
    if (span > ENTRIES - this.#taken) this.#begin();
    const entry = Buffer.alloc(ENTRY, 0xff);
    entry.set([namespace, type, span, chunk]);
    entry.fill(0, 8, 24);
    entry.write(key, 8, 'ascii');
    entry.set(data, 24);
    entry.writeUInt32LE(crcOf(Buffer.concat([entry.subarray(0, 4), entry.subarray(8)])), 4);

    const page = this.#pages.at(-1);
    const at = FIRST_ENTRY + this.#taken * ENTRY;
    page.set(entry, at);
    page.set(content, at + ENTRY);
    for (let each = this.#taken; each < this.#taken + span; each += 1) {
      const octet = MAP + Math.floor(each / 4);
      page[octet] &= ~(1 << ((each % 4) * 2)); // two bits an entry: 11 is empty, 10 is written
    }
    this.#taken += span;
  }

  image() {
    return Buffer.concat(this.#pages);
  }

  #begin() {
    if (this.#pages.length === this.#most) throw new Error(`This does not fit into the partition: one of its ${this.#most + 1} pages stays empty`);
    this.#pages.at(-1)?.writeUInt32LE(STATE.full, 0);
    const page = Buffer.alloc(PAGE, 0xff);
    page.writeUInt32LE(STATE.active, 0);
    page.writeUInt32LE(this.#pages.length, 4);
    page.writeUInt8(VERSION_2, 8);
    page.writeUInt32LE(crcOf(page.subarray(4, 28)), 28);
    this.#pages.push(page);
    this.#taken = 0;
  }
}
