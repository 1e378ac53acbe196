import { parse } from 'csv-parse/sync';
import { type LineBounds, linesOf, type NumberedLine, TOO_LONG } from './ndjson.js';

export const CSV = 'text/csv';

/** A record of a CSV file. `line`: from 1 on, with the empty ones counted. `fields`: undefined where the line is too long or its quotes do not match. */
export interface CsvRecord {
  line: number;
  fields: readonly string[] | undefined;
}

/** Records that are read at once: one by one costs fifteen times as much. */
const AT_ONCE = 1_000;
/** What spreadsheets write between fields, which depends on their language. */
const FORM = { delimiter: [',', ';', '\t'], relax_column_count: true, trim: true };

/**
 * The records of a CSV stream (RFC 4180, one record a line) in batches, without empty lines and byte order mark. Reading as slowly as they
 * are taken is what slows the sender down. Throws LineTooSlow.
 */
export async function* csvRecords(stream: AsyncIterable<Buffer>, bounds: LineBounds): AsyncGenerator<CsvRecord[]> {
  let lines: NumberedLine[] = [];
  for await (const { number, text } of linesOf(stream, bounds)) {
    lines.push({ number, text: typeof text === 'string' && number === 1 ? text.replace(/^\uFEFF/, '') : text });
    if (lines.length < AT_ONCE) continue;
    yield recordsOf(lines);
    lines = [];
  }
  if (lines.length > 0) yield recordsOf(lines);
}

/** Answers a file of one record a line with the header `columns`: quoted as RFC 4180 wants it, and so that no spreadsheet takes a field for a formula. */
export function csvLine(fields: readonly (string | number | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(value: string | number | null): string {
  const text = String(value ?? '');
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function recordsOf(lines: readonly NumberedLine[]): CsvRecord[] {
  const readable = lines.every(({ text }) => text !== TOO_LONG) ? fieldsOf(lines.map(({ text }) => text as string).join('\n')) : undefined;
  if (readable?.length === lines.length) return lines.map(({ number }, index) => ({ line: number, fields: readable[index] }));
  return lines.map(({ number, text }) => ({ line: number, fields: text === TOO_LONG ? undefined : fieldsOf(text)?.[0] }));
}

function fieldsOf(text: string): string[][] | undefined {
  try {
    return parse(text, FORM);
  } catch {
    return undefined;
  }
}
