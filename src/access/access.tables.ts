import type { Generated, JSONColumnType } from 'kysely';
import type { Role } from '../platform/http/roles.js';
import type { CreatedAt, Json } from '../platform/database/schema.js';

export interface ApiKeyTable {
  id: string;
  role: Role;
  name: string;
  station_id: string | null;
  secret_sha256: Buffer;
  /** `key:<id>` of who made it, or `system`. */
  created_by: Generated<string>;
  created_at: CreatedAt;
  revoked_at: Date | null;
}

export interface IdempotencyTable {
  caller: string;
  key: string;
  request_sha256: Buffer;
  status: number | null;
  body: JSONColumnType<Record<string, Json>> | null;
  /** Number of the process that runs the request. */
  held_by: number;
  /** While there is no answer: the request that holds the row renews it until then. */
  held_until: Generated<Date>;
  /** Grows whenever another request takes the row over. */
  fence: Generated<number>;
  created_at: CreatedAt;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    api_key: ApiKeyTable;
    idempotency: IdempotencyTable;
  }
}
