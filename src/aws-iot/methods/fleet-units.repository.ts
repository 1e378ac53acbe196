import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { authorityCompromised } from '../../certificate-authority/certificate-authority.errors.js';
import type { AuthorityState } from '../../certificate-authority/authority.tables.js';
import { textArray } from '../../platform/database/arrays.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import { certificateRevoked, cloudStopped, mayNotIssue } from '../../issuance/issuance.errors.js';
import { voucherMissing } from '../aws-iot.errors.js';

/** A unit of whose Thing something is to be done in a target. */
export interface UnitToHold {
  unitId: number;
  serial: string;
  /** Let in with this one's voucher; null: nobody is let in. */
  entitlement: string | null;
}

/** A unit's voucher, the authority that has signed it, and what stands against it. */
interface Vouched {
  order: string;
  serial: string;
  authority: string;
  authorityState: AuthorityState;
  cloudStoppedAt: Date | null;
  reason: string | null;
  against: boolean;
  /** State of the certificate that came of it. */
  certificate: string | null;
}

/** What the ledger knows of units that ask AWS for their certificates themselves. */
@Injectable()
export class FleetUnitRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Those of these certificates that the ledger does not hold. */
  async unknownAmong(certificateIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await sql<{ id: string }>`
      select id from unnest(${textArray(certificateIds)}::text[]) as id where not exists (select from certificate where fingerprint = id)
      and not exists (select from fleet_claim where certificate_id = id)`.execute(this.db);
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

  /** Units whose Things must keep devices out, or let another voucher in, and do not yet. */
  async toHold(target: string, limit: number): Promise<UnitToHold[]> {
    const { rows } = await sql<UnitToHold>`
      select distinct unit.id as "unitId", unit.serial, open.id as entitlement from aws_entitlement e
      join unit on unit.id = e.unit_id join work_order_target t on t.work_order_id = e.work_order_id
      left join aws_entitlement open on open.unit_id = e.unit_id and open.state = 'open' and open.voucher is not null
      left join held_thing on held_thing.unit_id = e.unit_id and held_thing.target_name = t.target_name
      where e.state = 'withdrawn' and e.voucher is not null and t.target_name = ${target} and (held_thing.unit_id is null or held_thing.entitlement is distinct from open.id)
        and not exists (select from aws_entitlement used where used.unit_id = e.unit_id and used.state = 'used') limit ${limit}`.execute(this.db);
    return rows;
  }

  /** Whether it has a certificate that is valid now. */
  async isCertified(unitId: number): Promise<boolean> {
    return (await this.db.selectFrom('certificate').select('fingerprint').where('unit_id', '=', unitId).where('state', '=', 'valid').executeTakeFirst()) !== undefined;
  }

  /** On record. */
  async held(target: string, { unitId, serial, entitlement }: UnitToHold): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await tx
        .insertInto('held_thing')
        .values({ unit_id: unitId, target_name: target, entitlement })
        .onConflict((conflict) => conflict.columns(['unit_id', 'target_name']).doUpdateSet({ entitlement, held_at: sql<Date>`now()` }))
        .execute();
      await this.audit.record(tx, 'system', 'unit.thing-held', `unit:${serial}`, { serial, target, entitlement });
    });
  }

  /**
   * Why the unit can't pass: it has no voucher (`voucher-missing`, `certificate-revoked`), its voucher proves nothing (`authority-compromised`), or it could not connect (`may-not-issue`).
   * Undefined when it may.
   */
  async mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    const { rows } = await sql<Vouched>`
      select e.work_order_id as "order", unit.serial, a.id as authority, a.state as "authorityState", a.cloud_stopped_at as "cloudStoppedAt", v.reason, coalesce(v.may_issue = false, false) as against,
        (select state from certificate where certificate.unit_id = e.unit_id and certificate.fingerprint = e.fingerprint) as certificate
      from aws_entitlement e join unit on unit.id = e.unit_id join authority a on a.id = e.authority_id
      left join issuing_verdict v on v.work_order_id = e.work_order_id and v.authority_id = e.authority_id
      where e.unit_id = ${unitId} and e.state <> 'withdrawn' and e.voucher is not null`.execute(ledger);
    const [vouched] = rows;
    if (!vouched) return voucherMissing();
    const { order, serial, authority, authorityState, cloudStoppedAt, against, reason, certificate } = vouched;
    if (certificate === 'revoked') return certificateRevoked(serial);
    if (authorityState === 'compromised') return authorityCompromised(authority);
    if (against) return mayNotIssue(order, reason ?? '');
    // An order that has ended has no verdict.
    return cloudStoppedAt === null ? undefined : cloudStopped(order, authority);
  }
}
