import type { BatchLine } from '../identity/line-streams.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { type CsvRecord, csvRecords } from '../platform/http/csv.js';
import { Serial } from '../work-orders/serial.js';

export const MOST_LISTED = 10_000;
const MOST_LINES = 100_000;
/** A serial has 64 characters; a file may have more columns than its own. */
const LINES = { mostBytes: 4_096, mostMs: 30_000 };

/** A unit to be shipped, by the line in which it stands. */
export type ShippedLine = BatchLine<{ serial: string }>;

/** From a list, whose entries are its lines. */
export async function* listed(serials: readonly string[]): AsyncGenerator<ShippedLine> {
  for (const [index, serial] of serials.entries()) yield { line: index + 1, read: () => serialOf(serial) };
}

/** From CSV: of the column `serial` where the first line has one, else of the only column. */
export async function* serialsIn(stream: AsyncIterable<Buffer>): AsyncGenerator<ShippedLine> {
  let column: number | undefined;
  let count = 0;
  for await (const records of csvRecords(stream, LINES)) {
    for (const { line, fields } of records) {
      if (column === undefined) {
        const header = fields?.findIndex((field) => field.toLowerCase() === 'serial') ?? -1;
        column = Math.max(0, header);
        if (header >= 0) continue;
      }
      if (++count > MOST_LINES) return yield { line, read: tooManyLines };
      const at = column;
      yield { line, read: () => fieldIn(fields, at) };
    }
  }
}

function tooManyLines(): never {
  throw requestInvalid(`A file has at most ${MOST_LINES} lines; this one and what follows was not read`);
}

function fieldIn(fields: CsvRecord['fields'], column: number): { serial: string } {
  if (fields === undefined) throw requestInvalid(`The line is longer than ${LINES.mostBytes} bytes, or its quotes do not match`);
  const field = fields[column];
  if (field === undefined) throw requestInvalid('The line has no field in the column of the serials');
  return serialOf(field);
}

function serialOf(text: string): { serial: string } {
  const read = Serial.safeParse(text);
  if (read.success) return { serial: read.data };
  throw requestInvalid(`${JSON.stringify(text.slice(0, 64))} is no serial: ${read.error.issues[0]?.message ?? ''}`);
}
