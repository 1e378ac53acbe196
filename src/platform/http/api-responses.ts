import { z } from 'zod';

/**
 * Names a schema for /openapi.json, where it stands once under components/schemas with this example. `examples` are checked
 * against their schemas by test/flow/openapi.flow.spec.ts.
 */
export function named<Schema extends z.ZodType>(id: string, schema: Schema, example: z.input<Schema>): Schema {
  return schema.meta({ id, example });
}

/** RFC 3339. */
export const Time = z.string().meta({ format: 'date-time' });

/** Any JSON value. */
export const Json = z.json().register(z.globalRegistry, { id: 'Json' });

/** A page of a list. `Item` must be a named schema. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  const { id, example } = item.meta() ?? {};
  if (id === undefined) throw new Error('The entries of a list need a name in /openapi.json: make their schema with `named`');
  const nextCursor = z.string().nullable().meta({ description: '`cursor` of the next page; null: this is the last one' });
  return z.strictObject({ items: z.array(item), nextCursor }).meta({ id: `${id}Page`, example: { items: [example], nextCursor: null } });
}
