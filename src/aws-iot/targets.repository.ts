import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import { TargetExists, TargetNotFound } from './aws-iot.errors.js';
import { RegistrationRepository } from './registrations.repository.js';
import type { CreateTarget, Target } from './targets.schema.js';

const COLUMNS = [
  'name', 'account_id as accountId', 'region', 'mode', 'profile', 'role_arn as roleArn', 'provisioning_role_arn as provisioningRoleArn',
  'control_endpoint as controlEndpoint', 'mqtt_host as mqttHost', 'mqtt_port as mqttPort', 'created_at as createdAt',
] as const;

@Injectable()
export class TargetRepository {
  constructor(
    private readonly db: Database,
    private readonly registrations: RegistrationRepository,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Records the target and that every living authority is to be registered in it. The same body again answers the same
   * target with `created: false`. @throws TargetExists
   */
  async create(actor: string, body: CreateTarget): Promise<{ target: Target; created: boolean }> {
    try {
      return await this.db.transaction().execute((tx) => this.insert(tx, actor, body));
    } catch (error) {
      if (violatedUnique(error) === undefined) throw error;
      throw new TargetExists(body.name, `account ${body.accountId} in ${body.region} is a target already`);
    }
  }

  private async insert(tx: Ledger, actor: string, body: CreateTarget) {
    await this.registrations.lockPlan(tx);
    const target = await tx.insertInto('target').values(toRow(body)).onConflict((on) => on.column('name').doNothing()).returning(COLUMNS).executeTakeFirst();
    if (!target) {
      const known = await this.get(body.name, tx);
      if (!sameTarget(known, body)) throw new TargetExists(body.name, 'it exists with other settings');
      return { target: known, created: false };
    }
    const { name, accountId, region, mode } = target;
    await this.audit.record(tx, actor, 'target.created', `target:${name}`, { name, accountId, region, mode });
    await this.registrations.planForTarget(tx, target);
    return { target, created: true };
  }

  async get(name: string, ledger: Ledger = this.db): Promise<Target> {
    return ledger.selectFrom('target').select(COLUMNS).where('name', '=', name).executeTakeFirstOrThrow(() => new TargetNotFound(name));
  }

  /** By name; `after` is the last name seen. */
  async list(limit: number, after = ''): Promise<Target[]> {
    return this.db.selectFrom('target').select(COLUMNS).where('name', '>', after).orderBy('name').limit(limit).execute();
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

function sameTarget(target: Target, body: CreateTarget): boolean {
  const { name, account_id, region, mode, profile, role_arn, provisioning_role_arn, control_endpoint, mqtt_port } = toRow(body);
  const asked = [name, account_id, region, mode, profile, role_arn, provisioning_role_arn, control_endpoint, mqtt_port];
  const { accountId, roleArn, provisioningRoleArn, controlEndpoint, mqttPort } = target;
  const known = [target.name, accountId, target.region, target.mode, target.profile, roleArn, provisioningRoleArn, controlEndpoint, mqttPort];
  return asked.every((value, at) => value === known[at]);
}
