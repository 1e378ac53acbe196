import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { textArray } from '../../platform/database/arrays.js';
import { Database } from '../../platform/database/database.js';
import type { Json } from '../../platform/database/schema.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import type { RegisteredCertificate } from '../clients/certificates.client.js';
import { DUE_NOW } from './unit-registrations.repository.js';
import { UnmetUnitRepository } from './unmet-units.repository.js';

/** A CA of ours in a target whose newest certificates are to be looked through. */
export interface Sweep {
  authority: string;
  target: string;
  method: Method;
  /** What its family has said of the method there. */
  parameters: Record<string, Json>;
  /** Null where AWS does not know the CA, as with methods that need none there. */
  caCertificateId: string | null;
}

/** An hour's worth of a stuck unit's own retries must not be undone by seeing it again and again. */
const SOON_MS = 1_000;

@Injectable()
export class FirstConnectionRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
    private readonly unmet: UnmetUnitRepository,
  ) {}

  /** Registrations of these methods that were not looked through for `everyMs`. Several workers may claim at once; each gets others. */
  async claimSweeps(methods: readonly Method[], everyMs: number, limit: number): Promise<Sweep[]> {
    if (methods.length === 0) return [];
    return this.db
      .with('due', (db) => db
        .selectFrom('registration as r')
        .innerJoin('target', 'target.name', 'r.target_name')
        .select(['r.authority_id', 'r.target_name'])
        .where('r.next_sweep_at', '<=', sql<Date>`now()`)
        .where('r.state', 'in', ['in-sync', 'drifted'])
        .where('r.method', 'in', methods)
        .where('target.state', '=', 'verified')
        .orderBy('r.next_sweep_at')
        .limit(limit)
        .forUpdate('r')
        .skipLocked())
      .updateTable('registration as r')
      .from('due')
      .set({ next_sweep_at: sql<Date>`now() + ${everyMs} * interval '1 millisecond'` })
      .whereRef('r.authority_id', '=', 'due.authority_id')
      .whereRef('r.target_name', '=', 'due.target_name')
      .returning(['r.authority_id as authority', 'r.target_name as target', 'r.method', 'r.parameters', 'r.ca_certificate_id as caCertificateId'])
      .execute();
  }

  /** Targets in which some CA tells of first connections through a queue. */
  async targetsWithQueue(): Promise<string[]> {
    const rows = await this.db
      .selectFrom('target_resource')
      .innerJoin('target', 'target.name', 'target_resource.target_name')
      .select('target.name')
      .distinct()
      .where('kind', '=', 'queue')
      .where('target.state', '=', 'verified')
      .execute();
    return rows.map(({ name }) => name);
  }

  /** Whether an order of the authority's family waits to be confirmed after a restore: certificates that the ledger does not know may be its units'. */
  async mayHaveLost(authority: string): Promise<boolean> {
    const { rows } = await sql<{ may: boolean }>`
      select exists (select from work_order join authority on authority.family = work_order.authority_family where authority.id = ${authority} and work_order.unconfirmed_epoch is not null) as may`.execute(this.db);
    return rows[0]!.may;
  }

  /** What the authority's family has said of its method in the target. */
  async parametersOf(authority: string, target: string): Promise<Record<string, Json>> {
    const { parameters } = await this.db
      .selectFrom('registration')
      .select('parameters')
      .where('authority_id', '=', authority)
      .where('target_name', '=', target)
      .executeTakeFirstOrThrow();
    return parameters;
  }

  /** Units that are looked for in the target and whose certificates AWS shows are due now. Answers how many. */
  async arrived(target: string, certificateIds: readonly string[]): Promise<number> {
    if (certificateIds.length === 0) return 0;
    const { numUpdatedRows } = await this.db
      .updateTable('unit_target')
      .set(DUE_NOW)
      .from('certificate')
      .whereRef('unit_target.unit_id', '=', 'certificate.unit_id')
      .whereRef('unit_target.certificate_id', '=', 'certificate.fingerprint')
      .where('certificate.fingerprint', 'in', certificateIds)
      .where('unit_target.target_name', '=', target)
      .where('unit_target.state', '=', 'pending')
      .where('unit_target.next_attempt_at', '>', sql<Date>`now() + ${SOON_MS} * interval '1 millisecond'`)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** AWS tells that devices with these certificates have connected; units that are looked for are due now. Answers how many of those there are. */
  async connected(target: string, certificateIds: readonly string[]): Promise<number> {
    if (certificateIds.length === 0) return 0;
    const rows = await this.db.transaction().execute(async (tx) => {
      const connected = await tx
        .updateTable('unit_target')
        .set({ ...DUE_NOW, connected_at: sql<Date>`now()`, next_attempt_at: sql<Date>`case when unit_target.state = 'pending' then now() else next_attempt_at end` })
        .from('certificate')
        .whereRef('unit_target.unit_id', '=', 'certificate.unit_id')
        .whereRef('unit_target.certificate_id', '=', 'certificate.fingerprint')
        .where('certificate.fingerprint', 'in', certificateIds)
        .where('unit_target.target_name', '=', target)
        .where('unit_target.connected_at', 'is', null)
        .returning(['unit_target.unit_id', 'unit_target.state'])
        .execute();
      await this.unmet.recount(tx, { ids: connected.map(({ unit_id }) => unit_id) });
      return connected;
    });
    return rows.filter(({ state }) => state === 'pending').length;
  }

  /**
   * Keeps those that the ledger does not know, and tells of each once: our CA has signed them, or somebody who has its key. With `template` they are that fleet template's, and the authority's family is only
   * one that has found them. Answers them.
   */
  async keepUnknown({ authority, target }: Pick<Sweep, 'authority' | 'target'>, certificates: readonly (RegisteredCertificate & { thing?: string | null })[], template: string | null = null): Promise<RegisteredCertificate[]> {
    if (certificates.length === 0) return [];
    const rows = await this.db.selectFrom('certificate').select('fingerprint').where('fingerprint', 'in', certificates.map(({ id }) => id)).execute();
    const known = new Set(rows.map(({ fingerprint }) => fingerprint));
    const unknown = certificates.filter(({ id }) => !known.has(id));
    const owner = { authority_id: template === null ? authority : null, template_name: template };
    // What another authority has found to be its own stays so.
    const mayOwn = sql<boolean>`unknown_certificate.authority_id = ${authority} or unknown_certificate.authority_id is null and ${template}::text is null`;
    const owned = {
      authority_id: sql<string | null>`case when ${mayOwn} then excluded.authority_id else unknown_certificate.authority_id end`,
      template_name: sql<string | null>`case when ${mayOwn} then excluded.template_name else unknown_certificate.template_name end`,
    };
    for (const { id, status, thing = null } of unknown) {
      await this.db.transaction().execute(async (tx) => {
        const kept = await tx
          .insertInto('unknown_certificate')
          .values({ target_name: target, certificate_id: id, ...owner, status, thing_name: thing })
          .onConflict((conflict) => conflict.columns(['target_name', 'certificate_id']).doUpdateSet({ status, last_seen_at: sql<Date>`now()`, ...owned, ...(thing === null ? {} : { thing_name: thing }) }))
          .returning(sql<boolean>`xmax = 0`.as('isNew'))
          .executeTakeFirstOrThrow();
        const { authority_id: of, template_name } = owner;
        if (kept.isNew) await this.audit.record(tx, 'system', 'certificate.unknown', `target:${target}`, { target, certificateId: id, authority: of, template: template_name, status, thing });
      });
    }
    return unknown;
  }

  /** Those of these that are kept as unknown have this status now. */
  async unknownSeen(target: string, certificates: readonly RegisteredCertificate[]): Promise<void> {
    await sql`
      update unknown_certificate u set status = seen.status, last_seen_at = now()
      from unnest(${textArray(certificates.map(({ id }) => id))}::text[], ${textArray(certificates.map(({ status }) => status))}::text[]) as seen (id, status)
      where u.target_name = ${target} and u.certificate_id = seen.id and u.status <> seen.status`.execute(this.db);
  }
}
