import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { roleMissing } from './access.errors.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { Caller } from './caller.js';
import { KnownStations } from './known-stations.js';
import { StationCertificateRepository } from './station-certificate.repository.js';

/** How a station is let in. */
export interface StationAccess {
  requireCertificate: boolean;
  /** Out of service since; null: in service. */
  disabledAt: Date | null;
  disabledBy: string | null;
  disabledReason: string | null;
}

const OPEN: StationAccess = { requireCertificate: false, disabledAt: null, disabledBy: null, disabledReason: null };

/** Lets stations in and keeps them out. Whoever changes it runs the transaction, and calls `forget` once that is committed; other processes feel it within a second. */
@Injectable()
export class StationAccessRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
    private readonly keys: ApiKeyRepository,
    private readonly known: KnownStations,
    private readonly certificates: StationCertificateRepository,
  ) {}

  async get(station: string, ledger: Ledger = this.db): Promise<StationAccess> {
    const row = await ledger
      .selectFrom('station_access')
      .select(['require_certificate as requireCertificate', 'disabled_at as disabledAt', 'disabled_by as disabledBy', 'disabled_reason as disabledReason'])
      .where('station_id', '=', station)
      .executeTakeFirst();
    return row ?? OPEN;
  }

  forget(): void {
    this.keys.forget();
    this.known.forget();
  }

  /** Its keys and certificates are refused until it is enabled. Disabled again changes nothing, but that an officer's word stands above a manager's. */
  async disable(tx: Ledger, { actor, role }: Caller, station: string, reason: string): Promise<void> {
    const now = await this.lock(tx, station);
    if (now.disabled_at !== null && (now.disabled_role === 'officer' || role !== 'officer')) return;
    await tx.updateTable('station_access').set({ disabled_at: sql<Date>`coalesce(disabled_at, now())`, disabled_by: actor, disabled_role: role, disabled_reason: reason }).where('station_id', '=', station).execute();
    await this.audit.record(tx, actor, 'station.disabled', `station:${station}`, { station, reason });
  }

  /** Keys count again, and certificates that were not revoked. @throws `role-missing` where an officer has taken it out of service and somebody else asks */
  async enable(tx: Ledger, { actor, role }: Caller, station: string, reason: string | null): Promise<void> {
    const now = await this.lock(tx, station);
    if (now.disabled_at === null) return;
    if (now.disabled_role === 'officer' && role !== 'officer') throw roleMissing(['officer']);
    await tx.updateTable('station_access').set({ disabled_at: null, disabled_by: null, disabled_role: null, disabled_reason: null }).where('station_id', '=', station).execute();
    await this.audit.record(tx, actor, 'station.enabled', `station:${station}`, { station, reason });
  }

  /** For good: all its certificates, and it is out of service. `enrolments`: ids of its codes that were cancelled with them. */
  async revoke(tx: Ledger, caller: Caller, station: string, reason: string, enrolments: readonly string[]): Promise<void> {
    await this.disable(tx, caller, station, reason);
    const certificates = await this.certificates.revoke(tx, station, caller.actor);
    if (certificates.length + enrolments.length > 0) await this.audit.record(tx, caller.actor, 'station.revoked', `station:${station}`, { station, reason, certificates, enrolments });
  }

  async requireCertificate(tx: Ledger, actor: string, station: string, requireCertificate: boolean): Promise<void> {
    const now = await this.lock(tx, station);
    if (now.require_certificate === requireCertificate) return;
    await tx.updateTable('station_access').set({ require_certificate: requireCertificate }).where('station_id', '=', station).execute();
    await this.audit.record(tx, actor, 'station.access-changed', `station:${station}`, { station, requireCertificate });
  }

  private async lock(tx: Ledger, station: string) {
    await tx.insertInto('station_access').values({ station_id: station }).onConflict((conflict) => conflict.doNothing()).execute();
    return tx.selectFrom('station_access').select(['require_certificate', 'disabled_at', 'disabled_role']).where('station_id', '=', station).forUpdate().executeTakeFirstOrThrow();
  }
}
