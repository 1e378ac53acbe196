import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { AuthorityState } from '../../certificate-authority/authority.tables.js';
import { certificateMissing, certificateRevoked } from '../../issuance/issuance.errors.js';
import { refusalOfIssued } from '../../issuance/verdicts.js';
import { Batcher } from '../../platform/batcher.js';
import { bigintArray } from '../../platform/database/arrays.js';
import { Database, type Ledger, run } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';

/** A certificate of a unit that counts: its current one, or one that was revoked. `authority` and what follows: null where AWS signed it. */
interface Held {
  unitId: number;
  serial: string;
  state: 'valid' | 'revoked';
  authority: string | null;
  authorityState: AuthorityState | null;
  cloudStoppedAt: Date | null;
  mayIssue: boolean | null;
  reason: string | null;
}

const HELD = `
  select certificate.unit_id as "unitId", unit.serial, certificate.state, authority.id as authority, authority.state as "authorityState", cloud_stopped_at as "cloudStoppedAt", verdict_allows(v) as "mayIssue", verdict_refusal(v) as reason
  from certificate join unit on unit.id = certificate.unit_id left join authority on authority.id = certificate.authority_id
  left join issuing_verdict v on v.work_order_id = certificate.work_order_id and v.authority_id = certificate.authority_id
  where certificate.unit_id = any($1::bigint[]) and (certificate.state = 'revoked' or (certificate.state = 'valid' and certificate.standing = 'current'))`;

/** What a PASS needs where our HSM signs, or AWS from a request that goes through us: a valid certificate that AWS can take. */
@Injectable()
export class CertificateHolders {
  /** Each heartbeat of a unit with its certificate asks: those in flight together share one query. */
  private readonly held = new Batcher((unitIds: number[]) => this.read(this.db, unitIds), { lanes: 2, most: 256 });

  constructor(private readonly db: Database) {}

  /** Why the unit can't pass (`certificate-missing`, `certificate-revoked`, `may-not-issue`, `authority-compromised`); undefined when it may. */
  async mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    const certificates = ledger === this.db ? await this.held.submit(unitId) : (await this.read(ledger, [unitId]))[0]!;
    const valid = certificates.find(({ state }) => state === 'valid');
    if (valid) {
      const refusal = refusalOf(valid);
      // What each target knows connects without its authority.
      return refusal?.code === 'may-not-issue' && (await this.isKnownEverywhere(ledger, unitId)) ? undefined : refusal;
    }
    const [revoked] = (await this.waitsForAws(ledger, unitId)) ? [] : certificates;
    return revoked ? certificateRevoked(revoked.serial) : certificateMissing();
  }

  private async read(ledger: Ledger, unitIds: readonly number[]): Promise<Held[][]> {
    const rows = Map.groupBy(await run<Held>(ledger, HELD, [bigintArray(unitIds)]), ({ unitId }) => unitId);
    return unitIds.map((unitId) => rows.get(unitId) ?? []);
  }

  /** Whether AWS is to sign a certificate for it: what it had before was revoked for a rework. */
  private async waitsForAws(ledger: Ledger, unitId: number): Promise<boolean> {
    return (await ledger.selectFrom('aws_entitlement').select('id').where('unit_id', '=', unitId).where('state', '=', 'open').executeTakeFirst()) !== undefined;
  }

  /** Whether each target of the order was seen to have the unit's certificate ACTIVE. */
  private async isKnownEverywhere(ledger: Ledger, unitId: number): Promise<boolean> {
    const { rows } = await sql<{ known: boolean }>`
      select bool_and(coalesce(unit_target.state = 'in-sync' and unit_target.desired = 'ACTIVE', false)) as known
      from certificate join work_order_target using (work_order_id)
      left join unit_target on unit_target.unit_id = certificate.unit_id and unit_target.certificate_id = certificate.fingerprint and unit_target.target_name = work_order_target.target_name
      where certificate.unit_id = ${unitId} and certificate.state = 'valid' and certificate.standing = 'current'`.execute(ledger);
    return rows[0]?.known === true;
  }
}

function refusalOf({ authority, authorityState, cloudStoppedAt, mayIssue, reason }: Held): DomainError | undefined {
  return authority === null || authorityState === null ? undefined : refusalOfIssued({ authority, state: authorityState, cloudStoppedAt, mayIssue, reason });
}
