import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const TABLES = [
  // To which unit a key belongs: the first that had it, for good. identity: SHA-256 of the kind of key ('RSA', or the name of its
  // curve) and its modulus, or x. first_serial_number: the certificate that was asked for first. No foreign keys, as in certificate.
  `create table device_key (
    identity bytea primary key,
    unit_id bigint not null,
    first_serial_number text not null,
    compromised_at timestamptz)`,
  // Units that had a certificate for another unit's key before keys belonged to units. Nothing adds to it any more.
  `create table shared_device_key (
    identity bytea not null,
    unit_id bigint not null,
    primary key (identity, unit_id))`,
];

/**
 * Where a SubjectPublicKeyInfo holds x or the modulus. Until now each was strict DER, so that everything before is the same octets.
 * `skip` passes the prefix and the headers between it and the number.
 */
const CURVES = [
  { kind: 'P-256', prefix: '3059301306072a8648ce3d020106082a8648ce3d03010703420004', size: 32 },
  { kind: 'P-384', prefix: '3076301006072a8648ce3d020106052b8104002203620004', size: 48 },
  { kind: 'P-521', prefix: '30819b301006072a8648ce3d020106052b8104002303818600' + '04', size: 66 },
];
const RSA_PREFIX = '300d06092a864886f70d0101010500';
/** From the algorithm to the two octets that hold the modulus' length: 0382LLLL00 3082LLLL 0282. */
const RSA_LENGTH_AT = RSA_PREFIX.length / 2 + 5 + 4 + 2;

const place = (prefix: string) => `position('\\x${prefix}'::bytea in octets)`;
const rsaLength = `(get_byte(octets, rsa_at - 1 + ${RSA_LENGTH_AT}) * 256 + get_byte(octets, rsa_at + ${RSA_LENGTH_AT}))`;
// A modulus whose first bit is set has a zero octet before it.
const rsaSign = `(case when get_byte(octets, rsa_at + ${RSA_LENGTH_AT + 1}) = 0 then 1 else 0 end)`;

const IDENTITY = `case
  ${CURVES.map(({ kind, prefix, size }) => `when ${place(prefix)} > 0 then sha256('${kind}'::bytea || substring(octets from ${place(prefix)} + ${prefix.length / 2} for ${size}))`).join('\n  ')}
  when rsa_at > 0 then sha256('RSA'::bytea || substring(octets from rsa_at + ${RSA_LENGTH_AT + 2} + ${rsaSign} for ${rsaLength} - ${rsaSign}))
  end`;

/** Certificates that somebody may have. What was abandoned nobody has seen. */
const FILL = [
  // A ledger of millions takes longer than a statement may otherwise.
  `set local statement_timeout = 0`,
  `create temporary table former_key on commit drop as
    select identity, unit_id, serial_number, reserved_at, revoked_at, revocation_reason
    from (select *, ${place(RSA_PREFIX)} as rsa_at from (select *, coalesce(der, tbs) as octets from certificate where state <> 'abandoned') as live) as placed
    cross join lateral (select ${IDENTITY} as identity) as read
    where octets is not null and identity is not null`,
  `insert into device_key (identity, unit_id, first_serial_number)
    select distinct on (identity) identity, unit_id, serial_number from former_key order by identity, reserved_at, serial_number`,
  `update device_key set compromised_at = revoked.at
    from (select identity, min(revoked_at) as at from former_key where revocation_reason = 'keyCompromise' group by identity) as revoked
    where revoked.identity = device_key.identity`,
  `insert into shared_device_key (identity, unit_id)
    select distinct former_key.identity, former_key.unit_id from former_key join device_key on device_key.identity = former_key.identity
    where former_key.unit_id <> device_key.unit_id`,
  // device_key holds more than it did.
  `drop index certificate_one_per_key`,
];

export const deviceKeys: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [...TABLES, ...FILL]) await sql.raw(statement).execute(db);
  },
};
