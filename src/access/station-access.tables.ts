import type { ColumnType, Generated } from 'kysely';
import type { CreatedAt, JsonObject } from '../platform/database/schema.js';

/** The CA of stations' client certificates. It signs nothing else, and no device's certificate is ever taken for a station's. */
export interface StationAuthorityTable {
  id: string;
  generation: number;
  common_name: string;
  key_type: string;
  /** Chosen before the key is made, so that a key on the token always has a row that names it. */
  key_label: string;
  /** This and the five that follow are null until it is made. */
  key_id: string | null;
  hsm_token: JsonObject | null;
  certificate: Buffer | null;
  fingerprint: string | null;
  not_before: Date | null;
  not_after: Date | null;
  requested_by: string;
  created_at: CreatedAt;
}

export interface StationCertificateTable {
  /** Hex. */
  serial_number: string;
  station_id: string;
  authority_id: string;
  /** `keyIdentity` of its public key. */
  key_sha256: Buffer;
  /** The bytes to sign, kept before the HSM is asked. */
  tbs: Buffer;
  /** Null until it is signed. */
  certificate: Buffer | null;
  fingerprint: string | null;
  not_before: Date;
  not_after: Date;
  /** Who made the code with which the station was enrolled, also of its renewals. */
  enrolled_by: string;
  /** The serial number of the certificate with which the station asked for this one. */
  replaces: string | null;
  reserved_at: Generated<Date>;
  issued_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

/** How a station is let in; none: as any other. */
export interface StationAccessTable {
  station_id: string;
  /** It is refused with an API key. */
  require_certificate: Generated<boolean>;
  /** Out of service since then: its keys and certificates are refused. */
  disabled_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  disabled_by: ColumnType<string | null, string | null | undefined, string | null>;
  /** What an officer has taken out of service, only an officer puts back. */
  disabled_role: ColumnType<string | null, string | null | undefined, string | null>;
  disabled_reason: ColumnType<string | null, string | null | undefined, string | null>;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    station_authority: StationAuthorityTable;
    station_certificate: StationCertificateTable;
    station_access: StationAccessTable;
  }
}
