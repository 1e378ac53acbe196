import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { type CsvRecord, csvRecords } from '../platform/http/csv.js';
import { LineTooSlow } from '../platform/http/ndjson.js';
import { AllowedSerials } from '../work-orders/allowed-serials.js';
import { ProductRepository } from '../work-orders/product.repository.js';
import { Scan } from '../work-orders/serial.js';
import { canonicalSerial, faultOf, type SerialRules } from '../work-orders/serial-rules.js';

const LINES = { mostBytes: 1_024, mostMs: 30_000 };
/** How long an upload may take, in milliseconds: its transaction is open for so long. A million lines take half a minute. */
const MOST_MS = 300_000;
const MOST_LINES = 2_000_000;
/** Each holds a connection to the ledger. */
const MOST_AT_ONCE = 2;
/** Faulty lines that a refusal names. */
const MOST_NAMED = 100;

/** A line of the file that can't be taken. */
export interface FaultyLine {
  line: number;
  serial: string;
  fault: string;
}

/** What became of an upload. `known`: stood in the product's list before. */
export interface Uploaded {
  product: string;
  added: number;
  known: number;
}

/** Lists of serials that products may use, streamed. All of a list is taken, or nothing. */
@Injectable()
export class SerialUploads {
  private underWay = 0;

  constructor(
    private readonly products: ProductRepository,
    private readonly allowed: AllowedSerials,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** `stream`: CSV with one serial a line, or with a header that names the column `serial`. Throws `product-unknown`, `serials-faulty`, which names the lines, or `uploads-busy`. */
  async take(actor: string, product: string, stream: AsyncIterable<Buffer>): Promise<Uploaded> {
    const { serials: rules } = await this.products.get(product);
    if (this.underWay >= MOST_AT_ONCE) throw new DomainError('uploads-busy', `${MOST_AT_ONCE} lists are being read`);
    this.underWay += 1;
    try {
      return await this.db.transaction().execute((tx) => this.read(tx, actor, product, rules, stream));
    } catch (error) {
      throw error instanceof LineTooSlow ? new DomainError('request-timeout', 'The list did not arrive in time') : error;
    } finally {
      this.underWay -= 1;
    }
  }

  private async read(tx: Ledger, actor: string, product: string, rules: SerialRules, stream: AsyncIterable<Buffer>): Promise<Uploaded> {
    const upload = randomUUID();
    const deadline = performance.now() + MOST_MS;
    const faults = new Faults();
    let [column, lines, added] = [undefined as number | undefined, 0, 0];
    for await (const records of csvRecords(stream, LINES)) {
      if (performance.now() > deadline) throw new LineTooSlow();
      const listed = column === undefined ? records.slice((column = columnOf(records[0])) < 0 ? 0 : 1) : records;
      lines += listed.length;
      if (lines > MOST_LINES) throw new DomainError('request-too-large', `A list has at most ${MOST_LINES} lines`);
      const read = listed.flatMap((record) => readSerial(record, Math.max(column ?? 0, 0), rules, faults));
      added += await this.add(tx, product, upload, read, faults);
    }
    if (lines === 0) throw requestInvalid('The list holds no serial');
    faults.throwIfAny();
    await this.audit.record(tx, actor, 'product.serials-added', `product:${product}`, { name: product, upload, serials: added });
    return { product, added, known: lines - added };
  }

  /** Answers how many were not in the product's list before. */
  private async add(tx: Ledger, product: string, upload: string, read: readonly ReadSerial[], faults: Faults): Promise<number> {
    const lineOf = new Map<string, number>();
    for (const { serial, line } of read) {
      if (lineOf.has(serial)) faults.add(line, serial, 'stands in the list twice');
      else lineOf.set(serial, line);
    }
    if (lineOf.size === 0) return 0;
    const { added, refused } = await this.allowed.add(tx, product, upload, [...lineOf.keys()]);
    for (const { serial, fault } of refused) faults.add(lineOf.get(serial) ?? 0, serial, fault);
    return added;
  }
}

interface ReadSerial {
  serial: string;
  line: number;
}

/** Those of one upload, so that whoever made the list can mend all of it at once. */
class Faults {
  private readonly named: FaultyLine[] = [];
  private count = 0;

  add(line: number, serial: string, fault: string) {
    this.count += 1;
    if (this.named.length < MOST_NAMED) this.named.push({ line, serial: serial.slice(0, 64), fault });
  }

  throwIfAny() {
    const [first] = this.named;
    if (!first) return;
    const members = { faulty: this.count, lines: this.named.toSorted((a, b) => a.line - b.line) };
    throw new DomainError('serials-faulty', `${this.count} lines of the list can't be taken; line ${members.lines[0]!.line}: ${members.lines[0]!.serial} ${members.lines[0]!.fault}`, { members });
  }
}

/** Where the header names the column `serial`; -1 where there is no header. */
function columnOf(record: CsvRecord | undefined): number {
  return record?.fields?.findIndex((field) => /^serial([ _-]?(number|no))?$/i.test(field)) ?? -1;
}

function readSerial({ line, fields }: CsvRecord, column: number, rules: SerialRules, faults: Faults): ReadSerial[] {
  const text = fields?.[column] ?? '';
  const read = Scan.safeParse(text);
  const serial = read.success ? canonicalSerial(read.data, rules) : text;
  const fault = fields === undefined ? 'is no line of a CSV file' : read.success ? faultOf(serial, rules) : 'is no serial (letters, digits, _ : -; at most 64)';
  if (fault !== undefined) faults.add(line, serial, fault);
  return fault === undefined ? [{ serial, line }] : [];
}
