import { Injectable } from '@nestjs/common';
import { AwsIotError, AwsIotRefused, targetState } from '../aws-iot.errors.js';
import { isDenied } from '../clients/aws-failure.js';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { isAboutPassingRole, LeftBehind, TRIED_ACTIONS, type TriedAction } from '../clients/permission-trials.js';
import type { Files } from '../clients/permission-probes.js';
import { filesOf, METHOD_PERMISSIONS, type Permission, permissionsOf } from '../methods/permissions.js';
import { FamilyTargetRepository } from '../registrations/family-targets.repository.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import type { PermissionItem, PermissionsAnswer } from './target-permissions.schema.js';
import { TargetRepository } from './targets.repository.js';
import type { Target } from './targets.schema.js';

/** The rule's own error where it is not there; a denial has another name (AWS IoT service model, GetTopicRule, ReplaceTopicRule). */
const SAYS_UNAUTHORIZED_OF_NOTHING: ReadonlySet<Permission> = new Set(['iot:GetTopicRule', 'iot:ReplaceTopicRule']);

type Outcome = Pick<PermissionItem, 'state' | 'finding' | 'awsError'> & { remedy?: string };
type Wanted = ReturnType<typeof permissionsOf>[number];

/**
 * Proves, with a target's own credentials, each permission that methods need there. It leaves nothing behind: most calls can't change
 * anything, and the few certificates that are made are INACTIVE and removed at once.
 */
@Injectable()
export class TargetPermissions {
  constructor(
    private readonly targets: TargetRepository,
    private readonly families: FamilyTargetRepository,
    private readonly clients: AwsIotClients,
  ) {}

  /** Of the methods that families have in the target, or of this one. Throws `target-unknown`, `target-state` where it is retired. */
  async check(name: string, method?: Method): Promise<PermissionsAnswer> {
    const target = await this.targets.get(name);
    if (target.state === 'retired') throw targetState(name, target.state, 'checked');
    const settings = await this.families.settingsIn(name);
    const methods = method === undefined ? [...new Set(settings.map((each) => each.method))] : [method];
    // Permissions that somebody has just given are asked for with credentials read anew.
    this.clients.forget(target);
    const wanted = permissionsOf(methods).filter(({ permission }) => target.mode === 'DEFAULT' || permission !== 'iot:GetRegistrationCode');
    const items = [...(await this.ask(target, wanted, filesOf(settings, target))), ...methods.filter((each) => METHOD_PERMISSIONS[each] === undefined).map(unlisted)];
    return { target: name, checkedAt: new Date().toISOString(), methods, passed: items.every(({ state }) => state === 'allowed'), items };
  }

  private async ask(target: Target, wanted: readonly Wanted[], files: Files | undefined): Promise<PermissionItem[]> {
    let aws: AwsIotClient;
    try {
      aws = this.clients.for(target);
    } catch (error) {
      const outcome = outcomeOf('iot:DescribeEndpoint', error);
      return wanted.map((each) => itemOf(each, outcome));
    }
    const probes = aws.permissions(files);
    try {
      const probed = new Map(await Promise.all(wanted.filter(({ permission }) => !isTried(permission)).map(async ({ permission }): Promise<[Permission, Outcome]> =>
        [permission, await answer(permission, isTried(permission) ? Promise.resolve() : probes.ask(permission))])));
      const items: PermissionItem[] = [];
      for (const each of wanted) items.push(itemOf(each, probed.get(each.permission) ?? (await this.try(aws, each.permission as TriedAction, target, probed))));
      return items;
    } finally {
      probes.close();
      this.clients.signal.throwIfAborted();
    }
  }

  /** Nothing is made that could not be removed. */
  private async try(aws: AwsIotClient, action: TriedAction, target: Target, probed: ReadonlyMap<Permission, Outcome>): Promise<Outcome> {
    const removal = TRIED_ACTIONS[action];
    if (probed.get(removal)?.state !== 'allowed') return notTried(`Not tried, since what is made for it could not be removed without ${removal}`, `Allow ${removal} first.`);
    return answer(action, aws.tryPermission(action, target.provisioningRoleArn));
  }
}

const isTried = (permission: Permission): permission is TriedAction => permission in TRIED_ACTIONS;
const notTried = (finding: string, remedy: string): Outcome => ({ state: 'not-tried', finding, awsError: null, remedy });

async function answer(permission: Permission, asked: Promise<void>): Promise<Outcome> {
  try {
    await asked;
    return allowed(permission);
  } catch (error) {
    return outcomeOf(permission, error);
  }
}

const allowed = (permission: Permission): Outcome => ({ state: 'allowed', finding: `AWS permits ${permission}`, awsError: null });

function outcomeOf(permission: Permission, error: unknown): Outcome {
  if (error instanceof LeftBehind) return { state: 'allowed', finding: error.message, awsError: null, remedy: 'Remove it by hand: it is INACTIVE, and nobody has its key.' };
  if (!(error instanceof AwsIotError)) throw error;
  if (!(error instanceof AwsIotRefused)) return { state: 'unreachable', finding: error.message, awsError: error.code, remedy: 'See that the service can reach AWS, and ask again.' };
  const { code, message } = error;
  if (error.isAboutCredentials || code === 'ControlEndpointNotAllowed') return { state: 'denied', finding: message, awsError: code, remedy: 'Correct the target’s profile, role or control endpoint, then ask again.' };
  if (code === 'NoBucketNamed' || code === 'NoSuchBucket') return notTried(message, 'Make the bucket, and an order that names it, first: S3 answers for a bucket that is there only.');
  if (permission === 'iam:PassRole') {
    if (isAboutPassingRole(error)) return { state: 'denied', finding: message, awsError: code };
    if (isDenied(code)) return notTried('Not tried, since it shows in iot:RegisterCACertificate only, which is denied', 'Allow iot:RegisterCACertificate first.');
    return { state: 'denied', finding: message, awsError: code, remedy: 'See that the target’s provisioningRoleArn is there and lets iot.amazonaws.com assume it.' };
  }
  if (!isDenied(code) || isAboutPassingRole(error) || (code === 'UnauthorizedException' && SAYS_UNAUTHORIZED_OF_NOTHING.has(permission))) return allowed(permission);
  return { state: 'denied', finding: message, awsError: code };
}

/** Of a method whose permissions nobody can ask for one by one. */
const unlisted = (method: Method): PermissionItem => ({
  permission: '*', method, statement: '*', state: 'not-tried', finding: `What ${method} needs can’t be asked for yet`, awsError: null, remedy: `Compare the target’s role or user with docs/aws/${method}.json.`,
});

function itemOf({ permission, method, statement }: Wanted, { remedy, ...outcome }: Outcome): PermissionItem {
  const byDefault = outcome.state === 'denied' ? `Allow ${permission} to the target’s role or user: statement ${statement} of docs/aws/${method}.json.` : null;
  return { permission, statement, method, ...outcome, remedy: remedy ?? byDefault };
}
