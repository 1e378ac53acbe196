import type { Generated } from 'kysely';

/** Every list that was published; `der` is dropped when two newer ones are there. */
export interface CrlTable {
  authority_id: string;
  number: number;
  this_update: Date;
  next_update: Date;
  entries: number;
  sha256: Buffer;
  der: Buffer | null;
}

/** Revocations that are on no list yet. */
export interface CrlDueTable {
  id: Generated<number>;
  authority_id: string;
}
