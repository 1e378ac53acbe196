import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { authorityCompromised, noIssuingAuthority } from '../certificate-authority/certificate-authority.errors.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { cloudStopped, mayNotIssue, unitMayNotConnect } from './issuance.errors.js';

const MAY_ISSUE = sql<boolean | null>`verdict_allows(issuing_verdict)`.as('mayIssue');
const REASON = sql<string | null>`verdict_refusal(issuing_verdict)`.as('reason');

/** Rule 7, as it stands at a moment. The statement that reserves a certificate asks for itself (`require_verdicts`). */
@Injectable()
export class Verdicts {
  constructor(private readonly db: Database) {}

  /** Why units of the order get no certificate at present; undefined when nothing stands against it. */
  async refusalOf({ id, authorityFamily }: { id: string; authorityFamily: string }): Promise<DomainError | undefined> {
    const issuing = await this.db
      .selectFrom('authority')
      .leftJoin('issuing_verdict', (on) => on.onRef('authority_id', '=', 'authority.id').on('work_order_id', '=', id))
      .select([MAY_ISSUE, REASON])
      .where('family', '=', authorityFamily)
      .where('authority.state', '=', 'issuing')
      .executeTakeFirst();
    if (!issuing) return noIssuingAuthority(authorityFamily);
    return issuing.mayIssue ? undefined : mayNotIssue(id, issuing.reason ?? '');
  }

  /** Why a device with the unit's current certificate could not connect, or proves nothing: `may-not-issue`, `authority-compromised`. Undefined when nothing is known against it. */
  async refusalOfUnit(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    const certificate = await ledger
      .selectFrom('certificate')
      .innerJoin('authority', 'authority.id', 'certificate.authority_id')
      .leftJoin('issuing_verdict', (on) => on
        .onRef('issuing_verdict.work_order_id', '=', 'certificate.work_order_id')
        .onRef('issuing_verdict.authority_id', '=', 'certificate.authority_id'))
      .select(['authority.id as authority', 'authority.state', 'cloud_stopped_at as cloudStoppedAt', MAY_ISSUE, REASON])
      .where('unit_id', '=', unitId)
      .where('certificate.state', '=', 'valid')
      .where('certificate.standing', '=', 'current')
      .executeTakeFirst();
    if (!certificate) return undefined;
    const { authority, state, cloudStoppedAt, mayIssue, reason } = certificate;
    if (state === 'compromised') return authorityCompromised(authority);
    if (mayIssue === false) return unitMayNotConnect(authority, reason ?? '');
    // The verdict on an order that has ended is from before the stop.
    return cloudStoppedAt === null ? undefined : cloudStopped(authority);
  }
}
