import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';
import { targetNotFound } from './aws-iot.errors.js';
import type { CreateTarget, Target } from './targets.schema.js';

const COLUMNS = [
  'name', 'account_id as accountId', 'region', 'mode', 'profile', 'role_arn as roleArn', 'provisioning_role_arn as provisioningRoleArn',
  'control_endpoint as controlEndpoint', 'mqtt_host as mqttHost', 'mqtt_port as mqttPort', 'created_at as createdAt',
] as const;

@Injectable()
export class TargetRepository {
  constructor(private readonly db: Database) {}

  /** Undefined when there is a target of this name. Throws a unique violation when another has the account and region. */
  insert(tx: Ledger, body: CreateTarget): Promise<Target | undefined> {
    return tx.insertInto('target').values(toRow(body)).onConflict((on) => on.column('name').doNothing()).returning(COLUMNS).executeTakeFirst();
  }

  async get(name: string, ledger: Ledger = this.db): Promise<Target> {
    return ledger.selectFrom('target').select(COLUMNS).where('name', '=', name).executeTakeFirstOrThrow(() => targetNotFound(name));
  }

  /** By name; `after` is the last name seen. */
  async list(limit: number, after = ''): Promise<Target[]> {
    return this.db.selectFrom('target').select(COLUMNS).where('name', '>', after).orderBy('name').limit(limit).execute();
  }

  all(ledger: Ledger = this.db): Promise<Target[]> {
    return ledger.selectFrom('target').select(COLUMNS).orderBy('name').execute();
  }

  /** Those of `names` that exist. */
  async among(names: readonly string[]): Promise<Target[]> {
    return names.length === 0 ? [] : this.db.selectFrom('target').select(COLUMNS).where('name', 'in', names).execute();
  }

  /** Asked at every round, since a sandbox that was set up anew has another name; in AWS it never changes. */
  async setMqttHost({ name, mqttHost }: Target, host: string): Promise<void> {
    if (mqttHost !== host) await this.db.updateTable('target').set({ mqtt_host: host }).where('name', '=', name).execute();
  }
}

function toRow(body: CreateTarget) {
  return {
    name: body.name, account_id: body.accountId, region: body.region, mode: body.mode, profile: body.profile ?? null,
    role_arn: body.roleArn ?? null, provisioning_role_arn: body.provisioningRoleArn, control_endpoint: body.controlEndpoint ?? null,
    mqtt_host: null, mqtt_port: body.mqttPort,
  };
}

/** Whether the target is what the body asks for. */
export function sameTarget(target: Target, body: CreateTarget): boolean {
  const { name, account_id, region, mode, profile, role_arn, provisioning_role_arn, control_endpoint, mqtt_port } = toRow(body);
  const asked = [name, account_id, region, mode, profile, role_arn, provisioning_role_arn, control_endpoint, mqtt_port];
  const { accountId, roleArn, provisioningRoleArn, controlEndpoint, mqttPort } = target;
  const known = [target.name, accountId, target.region, target.mode, target.profile, roleArn, provisioningRoleArn, controlEndpoint, mqttPort];
  return asked.every((value, at) => value === known[at]);
}
