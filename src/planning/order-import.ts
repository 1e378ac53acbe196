import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../platform/database/schema.js';
import type { CreateWorkOrder } from './work-orders.schema.js';

/** What an order says, as it is kept to be compared with the same order sent again. */
export type Asked = Record<string, Json>;

/** Its terms with their defaults; of a list of serials, how many there are and their hash. Not its id, which may have been chosen here. */
export function askedOf({ id: _, externalId: __, serials, targets, ...terms }: CreateWorkOrder): Asked {
  // What it does not say is the product's, which may change: it counts as one and the same.
  const asked = { profile: 'device', method: 'jitp', ...terms, targets: [...new Set(targets)].toSorted(), serials: Array.isArray(serials) ? `${serials.length} sha256:${hash('sha256', serials.join('\n'))}` : serials };
  // As the ledger gives it back: without what is undefined.
  return JSON.parse(JSON.stringify({ ...asked, ...instants(terms) })) as Asked;
}

/** The names of what the order says otherwise than it did when it was made, in order. */
export function differences(asked: Asked, made: Asked): string[] {
  return [...new Set([...Object.keys(asked), ...Object.keys(made)])].filter((name) => !isDeepStrictEqual(asked[name], made[name])).toSorted();
}

/** One instant can be written in many ways. */
function instants({ notBefore, notAfter }: Pick<CreateWorkOrder, 'notBefore' | 'notAfter'>) {
  return { notBefore: notBefore && new Date(notBefore).toISOString(), notAfter: notAfter && new Date(notAfter).toISOString() };
}
