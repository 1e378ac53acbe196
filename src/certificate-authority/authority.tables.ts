import type { CreatedAt, JsonObject } from '../platform/database/schema.js';

export type AuthorityState =
  | 'generated' | 'registered' | 'issuing' | 'retiring' | 'retired' | 'destroyed' | 'frozen' | 'compromised';

export interface AuthorityTable {
  id: string;
  family: string;
  generation: number;
  common_name: string;
  key_type: string;
  key_label: string;
  key_id: string;
  key_attributes: JsonObject;
  hsm_token: JsonObject;
  certificate: Buffer;
  fingerprint: string;
  not_before: Date;
  not_after: Date;
  state: AuthorityState;
  created_at: CreatedAt;
  activated_at: Date | null;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    authority: AuthorityTable;
  }
}
