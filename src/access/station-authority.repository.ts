import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { HsmKey, TokenDescription } from '../hsm/hsm.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { fingerprint, readCertificate } from '../x509/certificate.js';
import type { StationIssuer } from './station-certificate.js';

/** A station authority whose row stands, and whose key may be on the token already. */
export interface PlannedStationAuthority {
  id: string;
  commonName: string;
  keyLabel: string;
}

@Injectable()
export class StationAuthorityRepository {
  constructor(private readonly db: Database) {}

  /** Those that are made, the newest first: it signs, the others are still believed. */
  async made(): Promise<StationIssuer[]> {
    const rows = await this.db.selectFrom('station_authority').select(['id', 'key_label', 'certificate']).where('certificate', 'is not', null).orderBy('generation', 'desc').execute();
    return rows.map(({ id, key_label: keyLabel, certificate }) => ({ id, keyLabel, certificate: readCertificate(certificate!) }));
  }

  /** The one that is to be made: planned now, or by somebody who did not come to its end. Of several at once, one plans. */
  async plan(tx: Ledger, actor: string, keyType: string, label: (id: string) => string): Promise<PlannedStationAuthority> {
    await sql`select pg_advisory_xact_lock(hashtextextended('station-authority', 0))`.execute(tx);
    const open = await tx.selectFrom('station_authority').select(['id', 'common_name as commonName', 'key_label as keyLabel']).where('certificate', 'is', null).executeTakeFirst();
    if (open) return open;
    const { last } = await tx.selectFrom('station_authority').select((eb) => eb.fn.coalesce(eb.fn.max('generation'), sql.lit(0)).as('last')).executeTakeFirstOrThrow();
    const generation = Number(last) + 1;
    const id = `stations-g${generation}`;
    const plan = { id, commonName: `Lineside Station CA G${generation}`, keyLabel: label(id) };
    await tx.insertInto('station_authority').values({ id, generation, common_name: plan.commonName, key_type: keyType, key_label: plan.keyLabel, requested_by: actor }).execute();
    return plan;
  }

  /** False when somebody else was faster. */
  async complete(tx: Ledger, id: string, key: HsmKey, token: TokenDescription, certificate: Buffer): Promise<boolean> {
    const { notBefore, notAfter } = readCertificate(certificate);
    const row = await tx
      .updateTable('station_authority')
      .set({ key_id: key.id, hsm_token: JSON.stringify(token), certificate, fingerprint: fingerprint(certificate), not_before: notBefore, not_after: notAfter })
      .where('id', '=', id)
      .where('certificate', 'is', null)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }
}
