import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where a certificate of our own authorities holds x or the modulus of its key, as in 0006. */
const CURVES = [
  { kind: 'P-256', prefix: '3059301306072a8648ce3d020106082a8648ce3d03010703420004', size: 32 },
  { kind: 'P-384', prefix: '3076301006072a8648ce3d020106052b8104002203620004', size: 48 },
  { kind: 'P-521', prefix: '30819b301006072a8648ce3d020106052b8104002303818600' + '04', size: 66 },
];
const RSA_PREFIX = '300d06092a864886f70d0101010500';
/** From the algorithm to the two octets that hold the modulus' length, behind 0382LLLL00 3082LLLL 0282; a zero octet stands before its first bit. */
const RSA_LENGTH_AT = RSA_PREFIX.length / 2 + 5 + 4 + 2;

const place = (prefix: string) => `position('\\x${prefix}'::bytea in certificate)`;
const rsaAt = place(RSA_PREFIX);
const rsaLength = `(get_byte(certificate, ${rsaAt} - 1 + ${RSA_LENGTH_AT}) * 256 + get_byte(certificate, ${rsaAt} + ${RSA_LENGTH_AT}) - 1)`;

const IDENTITY = `case
  ${CURVES.map(({ kind, prefix, size }) => `when ${place(prefix)} > 0 then sha256('${kind}'::bytea || substring(certificate from ${place(prefix)} + ${prefix.length / 2} for ${size}))`).join('\n  ')}
  when ${rsaAt} > 0 then sha256('RSA'::bytea || substring(certificate from ${rsaAt} + ${RSA_LENGTH_AT + 3} for ${rsaLength}))
  end`;

const STATEMENTS = [
  // Who has a key but a unit: 'station' (any of them), or 'authority'.
  `alter table device_key alter column unit_id drop not null, alter column first_serial_number drop not null, add column holder text`,
  // Not looked at in the rows that are there: each has its unit.
  `alter table device_key add constraint device_key_has_one_holder check ((unit_id is null) <> (holder is null)) not valid`,
  `insert into device_key (identity, holder) select identity, 'authority' from (
    select ${IDENTITY} as identity from (select certificate from authority union all select certificate from station_authority) made where certificate is not null) held
    where identity is not null on conflict (identity) do nothing`,
  `insert into device_key (identity, holder) select distinct key_sha256, 'station' from station_certificate on conflict (identity) do nothing`,
];

/** A key is a unit's, a station's or an authority's. */
export const keyHolders: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
