import { Injectable } from '@nestjs/common';
import { AwsIotRefused, AwsIotError } from '../aws-iot.errors.js';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { isDenied } from '../clients/aws-failure.js';
import type { ProbedAction } from '../clients/permission-probes.js';
import type { CheckItem } from './target-check.schema.js';
import type { Target } from './targets.schema.js';

/** What a look at a target found, and the host name that AWS told. */
export interface Checked {
  items: CheckItem[];
  mqttHost: string | undefined;
}

/** What no target can be worked in without, whatever the methods of its orders are. */
const NEEDED_ALWAYS: readonly ProbedAction[] = [
  'iot:GetPolicy', 'iot:DescribeProvisioningTemplate', 'iot:DescribeCACertificate', 'iot:UpdateCACertificate', 'iot:DeleteCACertificate', 'iot:ListCertificatesByCA',
  'iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:DeleteCertificate', 'iot:DescribeThing',
];

/**
 * Asks AWS whether the service can work in a target, as far as that can be seen without leaving anything there: credentials, account,
 * endpoint, and each operation that is needed.
 */
@Injectable()
export class TargetCheck {
  constructor(private readonly clients: AwsIotClients) {}

  /** Answers what was found, whatever AWS does. Rejects when the service stops meanwhile. */
  async look(target: Target): Promise<Checked> {
    // Keys that somebody has just put right are read anew.
    this.clients.forget(target);
    let aws: AwsIotClient;
    try {
      aws = this.clients.for(target);
    } catch (error) {
      return { items: [itemOf('control endpoint', error)], mqttHost: undefined };
    }
    const account = await this.account(aws, target);
    if (account.state === 'failed') return { items: [account], mqttHost: undefined };
    let mqttHost: string;
    try {
      mqttHost = await aws.endpoint();
    } catch (error) {
      this.clients.signal.throwIfAborted();
      // The first call: what is wrong with the credentials shows here, and would show in all the others too.
      return { items: [itemOf(error instanceof AwsIotRefused && !isDenied(error.code) ? 'credentials' : 'DescribeEndpoint', error)], mqttHost: undefined };
    }
    const endpoint: CheckItem = { name: 'endpoint', state: 'ok', finding: `Devices connect to ${target.deviceEndpoint ?? mqttHost}`, remedy: null };
    const permissions = await this.permissions(aws, target);
    this.clients.signal.throwIfAborted();
    const role: CheckItem = {
      name: 'provisioning role', state: 'not-seen', remedy: null,
      finding: `That AWS IoT may be given ${target.provisioningRoleArn} is seen when a template is made with it`,
    };
    return { items: [account, endpoint, ...permissions, role], mqttHost };
  }

  private async permissions(aws: AwsIotClient, { mode }: Target): Promise<CheckItem[]> {
    const probes = aws.permissions();
    const actions: ProbedAction[] = mode === 'SNI_ONLY' ? [...NEEDED_ALWAYS] : [...NEEDED_ALWAYS, 'iot:GetRegistrationCode'];
    try {
      return await Promise.all(actions.map(async (action): Promise<CheckItem> => {
        const name = action.slice('iot:'.length);
        try {
          await probes.ask(action);
        } catch (error) {
          // Whatever else AWS says of something that is not there, it has let the caller ask.
          if (!(error instanceof AwsIotRefused) || isDenied(error.code) || error.isAboutCredentials) return itemOf(name, error);
        }
        return { name, state: 'ok', finding: `AWS IoT permits ${name}`, remedy: null };
      }));
    } finally {
      probes.close();
    }
  }

  /** A factory may reach AWS IoT and not STS; then the account shows at the first policy or CA. */
  private async account(aws: AwsIotClient, { accountId, roleArn }: Target): Promise<CheckItem> {
    try {
      const owner = await aws.account();
      if (owner === accountId) return { name: 'account', state: 'ok', finding: `The credentials belong to account ${owner}`, remedy: null };
      return { name: 'account', state: 'failed', finding: `The credentials belong to account ${owner} and not to ${accountId}`, remedy: 'Name a profile or a role of the target’s account.' };
    } catch (error) {
      this.clients.signal.throwIfAborted();
      if (error instanceof AwsIotRefused) return itemOf(roleArn === null ? 'credentials' : 'role', error);
      const item = itemOf('account', error);
      return roleArn === null ? { ...item, state: 'not-seen' } : item;
    }
  }
}

function itemOf(name: string, error: unknown): CheckItem {
  if (!(error instanceof AwsIotError)) throw error;
  if (!(error instanceof AwsIotRefused)) return { name, state: 'unreachable', finding: error.message, remedy: 'It is asked again by itself; see that the service can reach AWS.' };
  return { name, state: 'failed', finding: error.message, remedy: remedyOf(name, error.code) };
}

function remedyOf(name: string, code: string): string {
  if (code === 'ControlEndpointNotAllowed') return 'Name AWS IoT’s own host in the target’s region, or have this host added to the setting TARGET_CONTROL_HOSTS.';
  if (name === 'role') return 'Correct the target’s roleArn and externalId, or let the role’s trust policy name the service’s own user or role (with sts:TagSession where there are session tags).';
  if (isDenied(code)) return `Allow iot:${name} to the target’s role or user.`;
  return 'Correct the target’s profile, role or account, or what they stand for in AWS; then check it again.';
}
