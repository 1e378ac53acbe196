import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { TargetState } from '../aws-iot.tables.js';
import { targetNotFound } from '../aws-iot.errors.js';
import type { ChangeTarget, CreateTarget, Target } from './targets.schema.js';

const COLUMNS = [
  'name', 'account_id as accountId', 'region', 'mode', 'profile', 'role_arn as roleArn', 'external_id as externalId', 'session_tags as sessionTags',
  'provisioning_role_arn as provisioningRoleArn', 'control_endpoint as controlEndpoint', 'mqtt_host as mqttHost', 'mqtt_port as mqttPort',
  'device_endpoint as deviceEndpoint', 'device_roots as deviceRoots', 'ownership', 'quota_percent as quotaPercent', 'state', 'state_reason as stateReason', 'check_result as check', 'created_at as createdAt',
] as const;

@Injectable()
export class TargetRepository {
  constructor(private readonly db: Database) {}

  /** Undefined when there is a target of this name. Throws a unique violation when another has the account and region. */
  insert(tx: Ledger, body: CreateTarget): Promise<Target | undefined> {
    return tx
      .insertInto('target')
      .values({ name: body.name, account_id: body.accountId, region: body.region, mode: body.mode, provisioning_role_arn: body.provisioningRoleArn, ...columnsOf(body) })
      .onConflict((on) => on.column('name').doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  async get(name: string, ledger: Ledger = this.db): Promise<Target> {
    return ledger.selectFrom('target').select(COLUMNS).where('name', '=', name).executeTakeFirstOrThrow(() => targetNotFound(name));
  }

  /** Nobody else changes it, and no order comes to name it, until `tx` ends. */
  async lock(tx: Ledger, name: string): Promise<Target> {
    return tx.selectFrom('target').select(COLUMNS).where('name', '=', name).forUpdate().executeTakeFirstOrThrow(() => targetNotFound(name));
  }

  /** By name; `after` is the last name seen. */
  async list(limit: number, after = ''): Promise<Target[]> {
    return this.db.selectFrom('target').select(COLUMNS).where('name', '>', after).orderBy('name').limit(limit).execute();
  }

  /** Those that an order may name: all but retired ones. */
  async unretired(ledger: Ledger = this.db): Promise<Target[]> {
    return ledger.selectFrom('target').select(COLUMNS).where('state', '<>', 'retired').orderBy('name').execute();
  }

  /** Those in which authorities are to be registered: their check has passed once. A target that is paused is caught up with later. */
  async joined(tx: Ledger): Promise<Target[]> {
    return tx.selectFrom('target').select(COLUMNS).where('state', '=', 'verified').orderBy('name').execute();
  }

  /** Those of `names` that exist. */
  async among(names: readonly string[]): Promise<Target[]> {
    return names.length === 0 ? [] : this.db.selectFrom('target').select(COLUMNS).where('name', 'in', names).execute();
  }

  /** Ids of orders that name it and have not ended. */
  async openOrders(tx: Ledger, name: string): Promise<string[]> {
    const rows = await tx
      .selectFrom('work_order_target')
      .innerJoin('work_order', 'work_order.id', 'work_order_target.work_order_id')
      .select('work_order.id')
      .where('target_name', '=', name)
      .where('work_order.state', 'in', ['planned', 'released', 'held'])
      .orderBy('work_order.id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** What the last check said is about the former settings: it is forgotten, and the next one is due now. */
  async change(tx: Ledger, name: string, changes: ChangeTarget, state: TargetState): Promise<Target> {
    return tx
      .updateTable('target')
      .set({ ...columnsOf(changes), state, check_result: null, check_attempts: 0, check_due_at: sql<Date>`now()` })
      .where('name', '=', name)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  async move(tx: Ledger, name: string, state: TargetState, reason: string | null): Promise<Target> {
    return tx
      .updateTable('target')
      .set({ state, state_reason: reason, check_attempts: 0, check_due_at: sql<Date>`now()` })
      .where('name', '=', name)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  /** Asked at every round, since a sandbox that was set up anew has another name; in AWS it never changes. */
  async setMqttHost({ name, mqttHost }: Pick<Target, 'name' | 'mqttHost'>, host: string): Promise<void> {
    if (mqttHost !== host) await this.db.updateTable('target').set({ mqtt_host: host }).where('name', '=', name).execute();
  }
}

/** Only what `body` names. */
function columnsOf({ mode, profile, roleArn, externalId, sessionTags, provisioningRoleArn, controlEndpoint, mqttPort, ownership, quotaPercent, deviceEndpoint, deviceRoots }: ChangeTarget) {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(profile === undefined ? {} : { profile }),
    ...(roleArn === undefined ? {} : { role_arn: roleArn }),
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(sessionTags === undefined ? {} : { session_tags: JSON.stringify(sessionTags) }),
    ...(provisioningRoleArn === undefined ? {} : { provisioning_role_arn: provisioningRoleArn }),
    ...(controlEndpoint === undefined ? {} : { control_endpoint: controlEndpoint }),
    ...(mqttPort === undefined ? {} : { mqtt_port: mqttPort }),
    ...(ownership === undefined ? {} : { ownership }),
    ...(quotaPercent === undefined ? {} : { quota_percent: quotaPercent }),
    ...(deviceEndpoint === undefined ? {} : { device_endpoint: deviceEndpoint }),
    ...(deviceRoots === undefined ? {} : { device_roots: deviceRoots }),
  };
}

/** Names of the settings that the body asks for otherwise than the target has them. */
export function differing(target: Target, body: CreateTarget): string[] {
  const none = { profile: null, roleArn: null, externalId: null, controlEndpoint: null, deviceEndpoint: null, deviceRoots: null };
  return Object.entries({ ...none, ...body }).filter(([setting, asked]) => !isDeepStrictEqual(target[setting as keyof Target], asked)).map(([setting]) => setting);
}
