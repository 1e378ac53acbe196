import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import type { Authority } from '../../certificate-authority/authority.js';
import { AuthorityRepository } from '../../certificate-authority/authority.repository.js';
import type { Ledger } from '../../platform/database/database.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { FamilyTargetRepository } from './family-targets.repository.js';
import { RegistrationPlans } from './registration-plans.repository.js';
import { RegistrationRepository } from './registrations.repository.js';

/** An officer's stop of an authority in every target: its CA is to be INACTIVE there, and its auto-registration off. */
@Injectable()
export class CloudStopRepository {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly targets: TargetRepository,
    private readonly families: FamilyTargetRepository,
    private readonly plans: RegistrationPlans,
    private readonly registrations: RegistrationRepository,
    private readonly audit: AuditLog,
  ) {}

  /** On record. Again changes nothing. */
  async stop(tx: Ledger, actor: string, id: string, reason: string, lockedOut: number): Promise<void> {
    await this.plans.lock(tx);
    if (!(await this.authorities.setCloudStop(tx, id, true))) return;
    const targets = await this.planAnew(tx, await this.authorities.get(id, tx));
    await this.audit.record(tx, actor, 'authority.cloud-stopped', `authority:${id}`, { id, targets, lockedOut, reason });
  }

  /** On record. It joins the targets that have come while it was stopped, and lets devices in again once AWS knows whom to keep out. */
  async lift(tx: Ledger, actor: string, id: string, reason: string): Promise<void> {
    await this.plans.lock(tx);
    const wasStopped = await this.authorities.setCloudStop(tx, id, false);
    const authority = await this.authorities.get(id, tx);
    if (wasStopped) {
      const targets = await this.planAnew(tx, authority);
      await this.audit.record(tx, actor, 'authority.cloud-stop-lifted', `authority:${id}`, { id, targets, reason });
    }
    await this.plans.forAuthority(tx, authority);
  }

  /** What is wanted of the authority has changed: due now, and brought about whatever a person has changed or taken over before. Answers the targets that it concerns. */
  private async planAnew(tx: Ledger, authority: Authority): Promise<string[]> {
    const rows = await tx
      .selectFrom('registration')
      .innerJoin('target', 'target.name', 'target_name')
      .select('target_name as target')
      .where('authority_id', '=', authority.id).where('registration.state', '<>', 'removed').where('target.state', '<>', 'retired')
      .orderBy('target_name')
      .execute();
    for (const { target } of rows) {
      const wanted = await this.families.registration(tx, authority, await this.targets.get(target, tx));
      await tx
        .updateTable('registration')
        .set({ ...wanted, state: 'pending', step: 'make', detail: null, attempts: 0, aws_error: null, since: sql<Date>`now()`, next_attempt_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
        .where('authority_id', '=', authority.id).where('target_name', '=', target)
        .execute();
      await tx
        .updateTable('target_resource')
        .set({ accepted: sql<string>`accepted - 'status' - 'autoRegistration' - 'exists'` })
        .where('target_name', '=', target).where('kind', '=', 'ca-certificate').where('name', '=', authority.fingerprint)
        .execute();
    }
    await this.registrations.judge(tx, { authority: authority.id });
    return rows.map(({ target }) => target);
  }
}
