import { z } from 'zod';

/** `?limit=&cursor=` of every list. Cursors are opaque to callers. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/).optional(),
});

export type PageQuery = z.infer<typeof PageQuery>;

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Cuts `rows`, read with one more than `limit`, into a page. */
export function page<Item>(rows: Item[], limit: number, cursorOf: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
