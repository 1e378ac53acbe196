import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { bigintArray, textArray } from '../../platform/database/arrays.js';
import { callRule, type Ledger } from '../../platform/database/database.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import { CANARY_GONE, type SyncState } from '../aws-iot.tables.js';
import { AWAITS_PASS, type Expectation } from '../methods/provisioning-method.js';
import type { Target } from '../targets/targets.schema.js';
import { DUE_NOW } from './unit-registrations.repository.js';

/** A certificate that was issued, and what its order's method expects of its unit. */
export interface IssuedUnit {
  unitId: number;
  certificateId: string;
  /** Of a unit's second certificate: the one whose place it takes. */
  succeeds: string | null;
  method: Method;
  expected: readonly Expectation[];
}

/** Where the target is retired, nobody tells AWS any more, and the row says so. */
const TOLD = {
  state: sql<SyncState>`case when (select state from target where name = target_name) = 'retired' then 'removed' else 'pending' end`,
  aws_error: null,
  detail: sql<string | null>`case when (select state from target where name = target_name) = 'retired' then 'The target is retired: AWS is not told there any more' end`,
};

/** Until the transaction ends, nobody else quarantines or releases units, or looks which are to be kept out where a CA comes to let devices in. */
export async function lockKeepOuts(tx: Ledger): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('aws-iot:keep-outs'))`.execute(tx);
}

/** What is wanted of units in their targets from now on, as the log tells it. */
@Injectable()
export class UnitExpectationRepository {
  /** From now on these units are looked for. */
  async expect(tx: Ledger, issued: readonly IssuedUnit[]): Promise<void> {
    const rows = issued.flatMap(({ unitId, certificateId, succeeds, method, expected }) => expected.map((each) => ({ unitId, certificateId, succeeds, method, ...each })));
    await callRule(tx, 'expect_units', {
      unit_ids: bigintArray(rows.map(({ unitId }) => unitId)),
      targets: textArray(rows.map(({ target }) => target)),
      certificate_ids: textArray(rows.map(({ certificateId }) => certificateId)),
      succeeded: textArray(rows.map(({ succeeds }) => succeeds ?? '')),
      methods: textArray(rows.map(({ method }) => method)),
      steps: textArray(rows.map(({ step }) => step)),
      first_looks_ms: bigintArray(rows.map(({ firstLookMs }) => firstLookMs)),
    });
  }

  /** AWS must learn that these certificates are revoked, wherever they were expected, and wherever else their devices may come in. */
  async expectRevoked(tx: Ledger, certificateIds: readonly string[]): Promise<void> {
    await sql`
      insert into unit_target (unit_id, target_name, certificate_id, method, step, state, beyond_order, next_attempt_at)
      select unit_id, target_name, certificate_id, method, 'revoke', 'pending', true, now() from ways_in(${textArray(certificateIds)}::text[])
      on conflict (unit_id, target_name, certificate_id) do nothing`.execute(tx);
    await tx
      .updateTable('unit_target')
      .set({ desired: 'REVOKED', ...TOLD, attempts: 0, ...DUE_NOW })
      .from('certificate')
      .whereRef('unit_target.unit_id', '=', 'certificate.unit_id')
      .whereRef('unit_target.certificate_id', '=', 'certificate.fingerprint')
      .where('certificate.fingerprint', 'in', certificateIds)
      .execute();
  }

  /** The target stands for the account of retired ones from now on: AWS is told there what it was not told while nobody did, and rid of canaries that were given up. */
  async inherit(tx: Ledger, { name, accountId, region }: Target): Promise<void> {
    await sql`
      insert into unit_target (unit_id, target_name, certificate_id, method, step, progress, desired, state, beyond_order, next_attempt_at)
      select distinct on (untold.unit_id, untold.certificate_id) untold.unit_id, ${name}, untold.certificate_id, untold.method,
        case untold.desired when 'REVOKED' then 'revoke' when 'INACTIVE' then 'suspend' else 'resume' end, untold.progress, untold.desired, 'pending', true, now()
      from target former join unit_target untold on untold.target_name = former.name and untold.state = 'removed'
      where former.state = 'retired' and former.account_id = ${accountId} and former.region = ${region} and untold.step <> ${CANARY_GONE}
      order by untold.unit_id, untold.certificate_id, former.created_at desc
      on conflict (unit_id, target_name, certificate_id) do nothing`.execute(tx);
  }

  /** While its unit is quarantined, AWS must let nobody in with this certificate or its successor, wherever their devices may come in; afterwards as before. */
  async expectSuspended(tx: Ledger, certificateId: string, suspended: boolean): Promise<void> {
    await lockKeepOuts(tx);
    // One whose place was taken stays out of use.
    await this.expectOut(tx, sql`array(select fingerprint from certificate where unit_id = (select unit_id from certificate where fingerprint = ${certificateId}) and state = 'valid' and standing <> 'former')`, suspended);
    if (suspended) await this.expectFormerOut(tx, certificateId);
  }

  /** A certificate whose place was taken waits no longer for the one that has it: neither is to let the device in. */
  private async expectFormerOut(tx: Ledger, certificateId: string): Promise<void> {
    await tx
      .updateTable('unit_target')
      .set({ attempts: 0, ...DUE_NOW })
      .where('unit_id', 'in', (eb) => eb.selectFrom('certificate').select('unit_id').where('fingerprint', '=', certificateId))
      .where('state', '=', 'pending').where('desired', '=', 'INACTIVE')
      .execute();
  }

  /** A certificate whose place was taken is INACTIVE from now on wherever its device may come in, until it is revoked; `again`: it is in use as before. */
  async expectOutOfUse(tx: Ledger, certificateId: string, { again = false } = {}): Promise<void> {
    await lockKeepOuts(tx);
    await this.expectOut(tx, sql`${textArray([certificateId])}::text[]`, !again);
  }

  /** In the targets of their orders, and beyond; `out`: false where they are to be in use again. */
  private async expectOut(tx: Ledger, certificates: RawBuilder<unknown>, out: boolean): Promise<void> {
    const wanted = out ? sql`'suspend', '{}'::jsonb, 'INACTIVE'` : sql`'resume', progress, 'ACTIVE'`;
    // What was told in a target that is retired since is undone by the one that stands for its account.
    await sql`
      insert into unit_target (unit_id, target_name, certificate_id, method, step, progress, desired, state, beyond_order, next_attempt_at)
      select unit_id, target_name, certificate_id, method, ${wanted}, 'pending', true, now() from ways_in(${certificates}) where ${out} or told_inactive
      on conflict (unit_id, target_name, certificate_id) do nothing`.execute(tx);
    await tx
      .updateTable('unit_target')
      .set({ desired: out ? 'INACTIVE' : 'ACTIVE', step: out ? 'suspend' : 'resume', ...TOLD, attempts: 0, ...DUE_NOW })
      .from('certificate')
      .whereRef('certificate.fingerprint', '=', 'unit_target.certificate_id')
      .whereRef('certificate.unit_id', '=', 'unit_target.unit_id')
      .where(sql<boolean>`certificate.fingerprint = any(${certificates})`)
      .where('certificate.state', '=', 'valid')
      .where('desired', '=', out ? 'ACTIVE' : 'INACTIVE')
      .execute();
  }

  /** These units have passed: what waited for it is due. */
  async expectPassed(tx: Ledger, serials: readonly string[]): Promise<void> {
    await tx
      .updateTable('unit_target')
      .set({ attempts: 0, ...DUE_NOW })
      .from('unit')
      .whereRef('unit_target.unit_id', '=', 'unit.id')
      .where('unit.serial', 'in', serials)
      .where('unit_target.state', '=', 'pending')
      .where('unit_target.step', '=', AWAITS_PASS)
      .execute();
  }
}
