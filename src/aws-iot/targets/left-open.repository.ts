import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { OpenCa, RetiredTarget } from './targets.schema.js';

/** What lets devices in in the account of a target, by what was last seen there, whichever target stood for the account then. */
@Injectable()
export class LeftOpenRepository {
  constructor(private readonly db: Database) {}

  /** CAs that are ACTIVE there. */
  async openCas(target: string, ledger: Ledger = this.db): Promise<OpenCa[]> {
    const { rows } = await sql<OpenCa>`
      select authority, "caCertificateId", status, "autoRegistration", stopped from (
        select distinct on (authority.id) authority.id as authority, authority.fingerprint as "caCertificateId", registration.observed ->> 'status' as status,
          registration.observed ->> 'autoRegistration' as "autoRegistration", authority.cloud_stopped_at is not null as stopped
        from target join target same on same.account_id = target.account_id and same.region = target.region and (same.name = target.name or same.state = 'retired')
        join registration on registration.target_name = same.name join authority on authority.id = registration.authority_id
        where target.name = ${target} and registration.observed is not null order by authority.id, registration.updated_at desc) as seen
      where status = 'ACTIVE' order by authority`.execute(ledger);
    return rows;
  }

  /** What nobody looks after there since it was retired; nothing where another target stands for its account. */
  async open(target: string): Promise<RetiredTarget['staysOpen']> {
    const { rows } = await sql<{ accountId: string; region: string; isLookedAfter: boolean; keepOuts: number }>`
      select account_id as "accountId", region, exists (select from target other where other.account_id = target.account_id and other.region = target.region and other.state <> 'retired') as "isLookedAfter",
        (select count(*)::int from unit_target join unit on unit.id = unit_id where target_name = target.name and unit_target.state = 'removed' and desired <> 'ACTIVE' and not unit.canary) as "keepOuts"
      from target where name = ${target}`.execute(this.db);
    const { accountId, region, isLookedAfter, keepOuts } = rows[0]!;
    const authorities = isLookedAfter ? [] : await this.openCas(target);
    if (isLookedAfter || (authorities.length === 0 && keepOuts === 0)) return { authorities, keepOuts: 0, remedy: null };
    const anew = `Revocations, quarantines and stops do not reach account ${accountId} in ${region} any more. POST /v1/aws/targets with this account and region and another name catches up with them`;
    const byHand = authorities.map(({ caCertificateId: id }) => `aws iot update-ca-certificate --region ${region} --certificate-id ${id} --new-status INACTIVE --new-auto-registration-status DISABLE`);
    return { authorities, keepOuts, remedy: byHand.length === 0 ? `${anew}.` : `${anew}; or keep new devices out there by hand: ${byHand.join('; ')}.` };
  }
}
