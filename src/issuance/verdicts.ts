import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { authorityCompromised, noIssuingAuthority } from '../certificate-authority/certificate-authority.errors.js';
import type { AuthorityState } from '../certificate-authority/authority.tables.js';
import { Database } from '../platform/database/database.js';
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
}

/** Where the authority of a certificate stands, and whether its order may issue with it; null: nothing was found out. */
export interface Issued {
  authority: string;
  state: AuthorityState;
  cloudStoppedAt: Date | null;
  mayIssue: boolean | null;
  reason: string | null;
}

/** Why a device with this certificate could not connect, or proves nothing: `may-not-issue`, `authority-compromised`. Undefined when nothing is known against it. */
export function refusalOfIssued({ authority, state, cloudStoppedAt, mayIssue, reason }: Issued): DomainError | undefined {
  if (state === 'compromised') return authorityCompromised(authority);
  if (mayIssue === false) return unitMayNotConnect(authority, reason ?? '');
  // The verdict on an order that has ended is from before the stop.
  return cloudStoppedAt === null ? undefined : cloudStopped(authority);
}
