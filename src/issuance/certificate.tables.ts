import type { ColumnType, Generated } from 'kysely';
import type {} from '../platform/database/schema.js';

/** Who made a unit's key: its device, or the service or AWS for it. */
export type KeyOrigin = 'device' | 'service' | 'aws';
/** Who has a key but units. Stations share the name: a station may bring the key that it had before. */
export type KeyHolder = 'station' | 'authority';
export type CertificateState = 'reserved' | 'valid' | 'revoked' | 'abandoned';
/** Of a unit's certificates: the one that it has, the one that is to take its place in the field, and the one whose place was taken and that is still to be revoked. */
export type Standing = 'current' | 'successor' | 'former';

export interface CertificateTable {
  serial_number: string;
  unit_id: number;
  work_order_id: string;
  /** Null: AWS's own CA has signed it. */
  authority_id: string | null;
  profile: string;
  state: CertificateState;
  /** Of one that is reserved or valid: each of them at most once for a unit. Afterwards it says only what it was. */
  standing: Generated<Standing>;
  /** Serial number of the certificate whose place it is to take, or has taken. Such a one takes nothing of its order's quota. */
  replaces: ColumnType<string | null, string | null | undefined, never>;
  key_origin: Generated<KeyOrigin>;
  spki_sha256: Buffer;
  /** The intent: exact bytes handed to the HSM; dropped once they stand in `der`. */
  tbs: Buffer | null;
  /** Null of a certificate that AWS has signed, as is `crl_entry`. */
  tbs_sha256: Buffer | null;
  der: Buffer | null;
  fingerprint: string | null;
  not_before: Date;
  not_after: Date;
  reserved_at: ColumnType<Date, Date | undefined, never>;
  /** Number of the process that holds the reservation, or took over what AWS has signed; see `instance.ts`. */
  reserved_by: number;
  /** The end of the time in which that process may complete it. */
  reserved_until: Date | null;
  completed_at: Date | null;
  revoked_at: Date | null;
  /** A name of RFC 5280 section 5.3.1. */
  revocation_reason: string | null;
  /** Its unit was reworked since: it counts no more against the order's quota. */
  reworked_at: Date | null;
  /** Its element of revokedCertificates, DER. */
  crl_entry: Buffer | null;
}

/** That AWS may sign one certificate for a unit. `open` until the certificate is in the ledger; `withdrawn`: the unit was scrapped or reworked since, or has failed. */
export interface AwsEntitlementTable {
  id: string;
  unit_id: number;
  work_order_id: string;
  /** The issuing authority of the order's family at that moment; its key signs vouchers. */
  authority_id: string;
  /** Of the device's key; null where AWS makes it. */
  spki_sha256: Buffer | null;
  /** See `keyIdentity`. */
  key_identity: Buffer | null;
  state: 'open' | 'used' | 'withdrawn';
  /** Signed, for a device that asks AWS itself. */
  voucher: string | null;
  /** Of the certificate that came of it. */
  fingerprint: string | null;
  made_at: ColumnType<Date, Date | undefined, never>;
  ended_at: Date | null;
  /** Its unit was reworked since: it counts no more against the order's quota. */
  reworked_at: Date | null;
}

/** To whom a key belongs: the first that had it, for good; a unit, or whom `holder` names. */
export interface DeviceKeyTable {
  /** See `keyIdentity`. */
  identity: Buffer;
  unit_id: ColumnType<number | null, number | null | undefined, number | null>;
  holder: ColumnType<KeyHolder | null, KeyHolder | null | undefined, never>;
  /** The certificate of the unit that was asked for first. */
  first_serial_number: ColumnType<string | null, string | null | undefined, never>;
  /** Since when nobody may have it certified. */
  compromised_at: ColumnType<Date | null, Date | null | undefined, Date>;
}

/** Units that had a certificate for another unit's key before migration 0006. */
export interface SharedDeviceKeyTable {
  identity: Buffer;
  unit_id: number;
}

/** Every list that was published; `der` is dropped when two newer ones are there. */
export interface CrlTable {
  authority_id: string;
  /** RFC 5280 section 5.2.3: grows, and is at least the time of publishing in seconds since 1970, so that none is used twice after a restore. */
  number: number;
  /** Of the authority's list before it. */
  previous: number | null;
  this_update: Date;
  next_update: Date;
  entries: number;
  sha256: Buffer;
  der: Buffer | null;
}

/** A list that is being signed. At most one of each authority. */
export interface CrlDraftTable {
  id: Generated<number>;
  authority_id: string;
  number: number;
  /** The number of the process (`instance_number`) that makes it. */
  held_by: number;
  /** From then on another process may make it in its place. */
  ends_at: Date;
}

/** Revocations that are on no list yet. */
export interface CrlDueTable {
  id: Generated<number>;
  authority_id: string;
}

/** Whether units of the order may get certificates of the authority, and until when; `reason` and from then on `stale_reason` say why not. Kept by aws-iot. */
export interface IssuingVerdictTable {
  work_order_id: string;
  authority_id: string;
  may_issue: boolean;
  reason: string;
  good_until: ColumnType<Date, Date | undefined, Date>;
  stale_reason: Generated<string>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

declare module '../platform/database/schema.js' {
  interface Schema {
    certificate: CertificateTable;
    aws_entitlement: AwsEntitlementTable;
    device_key: DeviceKeyTable;
    shared_device_key: SharedDeviceKeyTable;
    crl: CrlTable;
    crl_draft: CrlDraftTable;
    crl_due: CrlDueTable;
    issuing_verdict: IssuingVerdictTable;
  }
}
