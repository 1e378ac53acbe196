import { z } from 'zod';

/** Answers what a cursor stands for, or undefined for a text that no list has answered. */
function keyOf(cursor: string): string | undefined {
  try {
    const [key, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    return typeof key === 'string' && rest.length === 0 && cursorFor(key) === cursor ? key : undefined;
  } catch {
    return undefined;
  }
}

const cursorFor = (key: string) => Buffer.from(JSON.stringify([key])).toString('base64url');

const Limit = z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'Most entries of the page' });

const Cursor = z
  .string()
  .max(512)
  .transform((cursor, context) => {
    const key = keyOf(cursor);
    if (key === undefined) context.addIssue({ code: 'custom', message: 'is not the nextCursor of a page' });
    return key ?? z.NEVER;
  })
  .meta({ description: '`nextCursor` of the page before' });

/** `?limit=&cursor=` of every list. Callers can't read a cursor; here it is the key of the last entry they have seen. */
export const PageQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() });

export type PageQuery = z.infer<typeof PageQuery>;

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Cuts `rows`, read with one more than `limit`, into a page. `keyOfItem`: what the list is ordered by. */
export function page<Item>(rows: Item[], limit: number, keyOfItem: (item: Item) => string): Page<Item> {
  return pageByNumber(rows, limit, (item) => cursorFor(keyOfItem(item)));
}

/** The same for a list whose cursors are numbers that callers know, such as the log's. */
export function pageByNumber<Item>(rows: Item[], limit: number, cursorOf: (item: Item) => number | string): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? String(cursorOf(last)) : null };
}
