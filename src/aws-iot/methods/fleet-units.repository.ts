import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { authorityCompromised } from '../../certificate-authority/certificate-authority.errors.js';
import type { AuthorityState } from '../../certificate-authority/authority.tables.js';
import { textArray } from '../../platform/database/arrays.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import { certificateRevoked, cloudStopped, unitMayNotConnect } from '../../issuance/issuance.errors.js';
import { voucherEnd } from '../../x509/voucher.js';
import { claimEnded, voucherEnded, voucherMissing } from '../aws-iot.errors.js';

/** A unit's voucher, the authority that has signed it, and what stands against it. */
interface Vouched {
  serial: string;
  authority: string;
  authorityState: AuthorityState;
  cloudStoppedAt: Date | null;
  reason: string | null;
  against: boolean;
  /** State of the certificate that came of it. */
  certificate: string | null;
  workOrder: string;
  /** The order's claim is good no more; false where the method has none. */
  claimEnded: boolean;
  claimReason: string | null;
  voucher: string;
  /** By the ledger's clock. */
  now: Date;
}

/** What the ledger knows of units that ask AWS for their certificates themselves. */
@Injectable()
export class FleetUnitRepository {
  constructor(private readonly db: Database) {}

  /** Those of these certificates that the ledger does not hold. */
  async unknownAmong(certificateIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await sql<{ id: string }>`
      select id from unnest(${textArray(certificateIds)}::text[]) as id where not exists (select from certificate where fingerprint = id)
      and not exists (select from fleet_claim where certificate_id = id or id = any(former_certificate_ids))`.execute(this.db);
    return new Set(rows.map(({ id }) => id));
  }

  /** Those of these serials whose units are, or were, entitled to a certificate of AWS in the target. */
  async entitledAmong(target: string, serials: readonly string[]): Promise<string[]> {
    if (serials.length === 0) return [];
    const { rows } = await sql<{ serial: string }>`
      select serial from unit where serial = any(${textArray(serials)}::text[]) and exists (
        select from aws_entitlement e join work_order_target t on t.work_order_id = e.work_order_id where e.unit_id = unit.id and e.voucher is not null and t.target_name = ${target})`.execute(this.db);
    return rows.map(({ serial }) => serial);
  }

  /** Serial of the unit that had a voucher for this key in the target and has none any more. */
  async withoutVoucherFor(target: string, identity: Buffer): Promise<string | undefined> {
    const { rows } = await sql<{ serial: string }>`
      select unit.serial from device_key k join unit on unit.id = k.unit_id
      where k.identity = ${identity} and exists (
        select from aws_entitlement e join work_order_target t on t.work_order_id = e.work_order_id where e.unit_id = unit.id and e.key_identity = k.identity and e.voucher is not null and t.target_name = ${target})
      and not exists (select from aws_entitlement open where open.unit_id = unit.id and open.state = 'open' and open.key_identity = k.identity)`.execute(this.db);
    return rows[0]?.serial;
  }

  /** Whether the unit with this serial waits for a certificate for a key that AWS makes. */
  async takesAnyKey(serial: string): Promise<boolean> {
    const row = await this.db
      .selectFrom('unit')
      .innerJoin('aws_entitlement as e', 'e.unit_id', 'unit.id')
      .select('unit.id')
      .where('unit.serial', '=', serial)
      .where('e.state', '=', 'open')
      .where('e.spki_sha256', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Serials of units that have a voucher and no certificate yet, by their ids, from `after` on. */
  async waiting(target: string, after: number, limit: number): Promise<{ unitId: number; serial: string }[]> {
    const { rows } = await sql<{ unitId: number; serial: string }>`
      select unit.id as "unitId", unit.serial from aws_entitlement e
      join unit on unit.id = e.unit_id join work_order_target t on t.work_order_id = e.work_order_id
      where e.state = 'open' and e.voucher is not null and t.target_name = ${target} and unit.id > ${after} order by unit.id limit ${limit}`.execute(this.db);
    return rows;
  }

  /** Of these serials' units one that is made for the target, of the authority's own family first, and whose it is: the authority itself of its own family's, otherwise the one that the unit's certificate is of, or the newest of its family. */
  async madeAmong(target: string, authority: string, serials: readonly string[]): Promise<{ serial: string; authority: string; isOurs: boolean } | undefined> {
    if (serials.length === 0) return undefined;
    const { rows } = await sql<{ serial: string; authority: string; isOurs: boolean }>`
      select unit.serial, family.is_ours as "isOurs", case when family.is_ours then ${authority} else coalesce(
        (select c.authority_id from certificate c where c.unit_id = unit.id and c.state = 'valid' and c.standing = 'current'),
        (select id from authority where authority.family = work_order.authority_family order by generation desc limit 1), ${authority}) end as authority
      from unit join work_order on work_order.id = unit.work_order_id
      cross join lateral (select work_order.authority_family = (select family from authority where id = ${authority}) as is_ours) family
      where unit.serial = any(${textArray(serials)}::text[]) and exists (select from work_order_target t where t.work_order_id = work_order.id and t.target_name = ${target})
      order by family.is_ours desc, unit.id limit 1`.execute(this.db);
    return rows[0];
  }

  /** Whether a unit with this serial brought the key. */
  async hasKey(serial: string, identity: Buffer): Promise<boolean> {
    const row = await this.db.selectFrom('device_key').innerJoin('unit', 'unit.id', 'device_key.unit_id').select('unit.id').where('device_key.identity', '=', identity).where('unit.serial', '=', serial).executeTakeFirst();
    return row !== undefined;
  }

  /** Id of the voucher that the unit's device may use. */
  async openVoucher(unitId: number): Promise<string | null> {
    const row = await this.db.selectFrom('aws_entitlement').select('id').where('unit_id', '=', unitId).where('state', '=', 'open').where('voucher', 'is not', null).executeTakeFirst();
    return row?.id ?? null;
  }

  /** Whether the unit has, or had, a voucher with this id. */
  async hadVoucher(unitId: number, id: string): Promise<boolean> {
    return (await this.db.selectFrom('aws_entitlement').select('id').where('unit_id', '=', unitId).where(sql`id::text`, '=', id).executeTakeFirst()) !== undefined;
  }

  /** The verdict on the order with the authority that issues for it, or did last; undefined when there is none, as of an order that has ended. */
  async verdictOn(order: string): Promise<{ mayIssue: boolean; reason: string } | undefined> {
    const row = await this.db
      .selectFrom('issuing_verdict')
      .innerJoin('authority', 'authority.id', 'issuing_verdict.authority_id')
      .innerJoin('work_order', 'work_order.id', 'issuing_verdict.work_order_id')
      .select([sql<boolean>`verdict_allows(issuing_verdict)`.as('mayIssue'), sql<string | null>`verdict_refusal(issuing_verdict)`.as('reason')])
      .where('issuing_verdict.work_order_id', '=', order)
      .where('work_order.state', 'not in', ['closed', 'cancelled'])
      .orderBy(sql`authority.state = 'issuing'`, 'desc')
      .orderBy('authority.generation', 'desc')
      .executeTakeFirst();
    return row && { mayIssue: row.mayIssue, reason: row.reason ?? '' };
  }

  /** Whether it has a certificate that is valid now. */
  async isCertified(unitId: number): Promise<boolean> {
    return (await this.db.selectFrom('certificate').select('fingerprint').where('unit_id', '=', unitId).where('state', '=', 'valid').executeTakeFirst()) !== undefined;
  }

  /** It was withdrawn because the key that it is for is compromised, and only rework helps; or it was not made yet. */
  private async refusalWithoutVoucher(ledger: Ledger, unitId: number): Promise<DomainError> {
    const entitlements = await ledger.selectFrom('aws_entitlement').innerJoin('unit', 'unit.id', 'unit_id').select(['unit.serial', 'aws_entitlement.state']).where('unit_id', '=', unitId).execute();
    const [withdrawn] = entitlements;
    return withdrawn && entitlements.every(({ state }) => state === 'withdrawn') ? certificateRevoked(withdrawn.serial) : voucherMissing();
  }

  /**
   * Why the unit can't pass: it has no voucher (`voucher-missing`, `certificate-revoked`), its voucher proves nothing (`authority-compromised`), AWS has signed nothing for it and lets it ask no more (`claim-ended`) or not with its voucher (`voucher-ended`), or it could not connect (`may-not-issue`).
   * Undefined when it may.
   */
  async mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    const { rows } = await sql<Vouched>`
      select unit.serial, a.id as authority, a.state as "authorityState", a.cloud_stopped_at as "cloudStoppedAt", verdict_refusal(v) as reason, coalesce(not verdict_allows(v), false) as against,
        (select state from certificate where certificate.unit_id = e.unit_id and certificate.fingerprint = e.fingerprint) as certificate,
        e.work_order_id as "workOrder", claim_of_order_ended(e.work_order_id) as "claimEnded", claim.reason as "claimReason", e.voucher, now() as now
      from aws_entitlement e join unit on unit.id = e.unit_id join authority a on a.id = e.authority_id
      left join issuing_verdict v on v.work_order_id = e.work_order_id and v.authority_id = e.authority_id
      left join fleet_claim claim on claim.work_order_id = e.work_order_id
      where e.unit_id = ${unitId} and e.state <> 'withdrawn' and e.voucher is not null`.execute(ledger);
    const [vouched] = rows;
    if (!vouched) return this.refusalWithoutVoucher(ledger, unitId);
    const { serial, authority, authorityState, cloudStoppedAt, against, reason, certificate, workOrder } = vouched;
    if (certificate === 'revoked') return certificateRevoked(serial);
    if (authorityState === 'compromised') return authorityCompromised(authority);
    if (certificate === null && vouched.claimEnded) return claimEnded(workOrder, vouched.claimReason);
    const voucherEnds = certificate === null ? voucherEnd(vouched.voucher) : undefined;
    if (voucherEnds && voucherEnds <= vouched.now) return voucherEnded(serial, voucherEnds);
    if (against) return unitMayNotConnect(authority, reason ?? '');
    // An order that has ended has no verdict.
    return cloudStoppedAt === null ? undefined : cloudStopped(authority);
  }
}
