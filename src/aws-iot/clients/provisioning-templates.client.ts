import {
  CreateProvisioningClaimCommand, CreateProvisioningTemplateCommand, CreateProvisioningTemplateVersionCommand, DeleteProvisioningTemplateVersionCommand, DescribeProvisioningTemplateCommand,
  ListProvisioningTemplateVersionsCommand, UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { type AwsIotCaller, given } from './aws-iot-caller.js';

/** Versions of one template that AWS keeps at most (AWS IoT Core endpoints and quotas). */
const MOST_VERSIONS = 5;

export interface ObservedTemplate {
  type: string;
  body: string;
  roleArn: string;
  enabled: boolean;
  /** Of the function that is asked before each device is provisioned. */
  hookArn: string | null;
}

/** Of a pre-provisioning hook (developer guide, "Pre-provisioning hooks"). */
const PAYLOAD_VERSION = '2020-04-01';

const FIVE_MINUTES_MS = 300_000;

/** Provisioning templates in one target. */
export class ProvisioningTemplatesClient {
  constructor(private readonly caller: AwsIotCaller) {}

  async find(templateName: string): Promise<ObservedTemplate | undefined> {
    const found = await this.caller.find('DescribeProvisioningTemplate', (iot, options) =>
      iot.send(new DescribeProvisioningTemplateCommand({ templateName }), options));
    // A template without a type is older than the types and so for fleet provisioning.
    return found && {
      type: found.type ?? 'FLEET_PROVISIONING', body: found.templateBody ?? '', roleArn: found.provisioningRoleArn ?? '', enabled: found.enabled === true,
      hookArn: found.preProvisioningHook?.targetArn ?? null,
    };
  }

  /** One that exists already is left as it is. */
  async create(templateName: string, { type, body, roleArn, hookArn }: Pick<ObservedTemplate, 'body' | 'roleArn' | 'hookArn'> & { type: 'JITP' | 'FLEET_PROVISIONING' }): Promise<void> {
    const command = new CreateProvisioningTemplateCommand({
      templateName, templateBody: body, provisioningRoleArn: roleArn, type, enabled: true, description: 'Made by Lineside', ...(hookArn === null ? {} : { preProvisioningHook: hook(hookArn) }),
    });
    await this.caller.create('CreateProvisioningTemplate', (iot, options) => iot.send(command, options));
  }

  /** A certificate and key that are good for five minutes, and for this fleet template only (AWS IoT API reference, CreateProvisioningClaim). */
  async createClaim(templateName: string): Promise<{ certificateId: string; certificate: string; privateKey: string; expiresAt: Date }> {
    const made = await this.caller.call('CreateProvisioningClaim', (iot, options) => iot.send(new CreateProvisioningClaimCommand({ templateName }), options));
    const text = (value: string | undefined) => given(value, 'CreateProvisioningClaim');
    return { certificateId: text(made.certificateId), certificate: text(made.certificatePem), privateKey: text(made.keyPair?.PrivateKey), expiresAt: made.expiration ?? new Date(Date.now() + FIVE_MINUTES_MS) };
  }

  /** A new version that counts from now on; the oldest one goes where AWS keeps no more. */
  async replace(templateName: string, templateBody: string): Promise<void> {
    const { versions = [] } = await this.caller.call('ListProvisioningTemplateVersions', (iot, options) => iot.send(new ListProvisioningTemplateVersionsCommand({ templateName }), options));
    const [oldest] = versions.filter(({ isDefaultVersion }) => !isDefaultVersion).toSorted((left, right) => (left.versionId ?? 0) - (right.versionId ?? 0));
    if (versions.length >= MOST_VERSIONS && oldest?.versionId !== undefined) {
      const command = new DeleteProvisioningTemplateVersionCommand({ templateName, versionId: oldest.versionId });
      await this.caller.find('DeleteProvisioningTemplateVersion', (iot, options) => iot.send(command, options));
    }
    const command = new CreateProvisioningTemplateVersionCommand({ templateName, templateBody, setAsDefault: true });
    await this.caller.call('CreateProvisioningTemplateVersion', (iot, options) => iot.send(command, options));
  }

  /** Changes only what `changes` names. */
  async update(templateName: string, { enabled, roleArn, hookArn }: Partial<Pick<ObservedTemplate, 'enabled' | 'roleArn' | 'hookArn'>>): Promise<void> {
    const command = new UpdateProvisioningTemplateCommand({
      templateName, ...(enabled === undefined ? {} : { enabled }), ...(roleArn === undefined ? {} : { provisioningRoleArn: roleArn }),
      ...(hookArn === undefined ? {} : hookArn === null ? { removePreProvisioningHook: true } : { preProvisioningHook: hook(hookArn) }),
    });
    await this.caller.call('UpdateProvisioningTemplate', (iot, options) => iot.send(command, options));
  }
}

const hook = (targetArn: string) => ({ payloadVersion: PAYLOAD_VERSION, targetArn });
