import type { ColumnType } from 'kysely';
import type { CreatedAt } from '../platform/database/schema.js';

export interface LineTable {
  id: string;
  name: string;
  created_at: CreatedAt;
}

export interface StationTable {
  id: string;
  line_id: string;
  name: string;
  slots: ColumnType<string[], string[], string[]>;
  created_at: CreatedAt;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    line: LineTable;
    station: StationTable;
  }
}
