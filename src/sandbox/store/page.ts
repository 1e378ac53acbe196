import type { SQLInputValue } from 'node:sqlite';
import { number, type Database, type Row } from './database.js';

export interface PageRequest {
  size: number;
  /** The `next` of the page before. */
  after?: string | undefined;
  ascending: boolean;
}

export interface Page<T> {
  items: T[];
  /** Fits AWS's pattern of markers, and is absent on the last page. */
  next?: string;
}

/** One page of a table in the order in which its rows were made. `where` names the rows, `seq` is the cursor. */
export function readPage<T>(
  database: Database,
  query: { table: string; where: string; values: readonly SQLInputValue[] },
  request: PageRequest,
  read: (row: Row) => T,
): Page<T> {
  const after = request.after === undefined ? undefined : decodeMarker(request.after);
  const beyond = after === undefined ? '' : `AND seq ${request.ascending ? '>' : '<'} ?`;
  const rows = database.all(
    `SELECT * FROM ${query.table} WHERE ${query.where} ${beyond} ORDER BY seq ${request.ascending ? 'ASC' : 'DESC'} LIMIT ?`,
    ...query.values,
    ...(after === undefined ? [] : [after]),
    request.size + 1,
  );
  const shown = rows.slice(0, request.size);
  const last = shown.at(-1);
  const items = shown.map(read);
  return rows.length > request.size && last !== undefined ? { items, next: encodeMarker(number(last, 'seq')) } : { items };
}

const encodeMarker = (seq: number): string => Buffer.from(`after:${seq}`).toString('base64');

/** The marker came from outside. */
function decodeMarker(marker: string): number {
  const seq = /^after:([0-9]{1,15})$/.exec(Buffer.from(marker, 'base64').toString('latin1'))?.[1];
  if (seq === undefined) throw new MarkerError();
  return Number(seq);
}

export class MarkerError extends Error {
  constructor() {
    super('The marker is not one that this operation answered.');
  }
}
