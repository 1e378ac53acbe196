import {
  CreatePolicyCommand,
  CreateProvisioningTemplateCommand,
  DescribeEndpointCommand,
  DescribeProvisioningTemplateCommand,
  DescribeThingCommand,
  GetPolicyCommand,
} from '@aws-sdk/client-iot';
import type { SigningClock } from '../../platform/signing-clock.js';
import type { Target } from '../targets.schema.js';
import { AwsIotCaller, given } from './aws-iot-caller.js';
import { CaCertificatesClient } from './ca-certificates.client.js';
import type { CallBudget } from './call-budget.js';
import { CertificatesClient } from './certificates.client.js';
import { type PermissionProbe, permissionProbes } from './permission-probes.js';
import { ThingsClient } from './things.client.js';

export interface ObservedPolicy {
  arn: string;
  document: string;
}

export interface ObservedTemplate {
  type: string;
  body: string;
  roleArn: string;
  enabled: boolean;
}

/** AWS IoT in one target, by resource. */
export class AwsIotClient {
  readonly caCertificates: CaCertificatesClient;
  readonly certificates: CertificatesClient;
  readonly policies: PoliciesClient;
  readonly templates: ProvisioningTemplatesClient;
  readonly things: ThingsClient;
  private readonly caller: AwsIotCaller;

  constructor(target: Target, budget: CallBudget, clock: SigningClock, closing: AbortSignal) {
    this.caller = new AwsIotCaller(target, budget, clock, closing);
    this.caCertificates = new CaCertificatesClient(this.caller);
    this.certificates = new CertificatesClient(this.caller);
    this.policies = new PoliciesClient(this.caller);
    this.templates = new ProvisioningTemplatesClient(this.caller);
    this.things = new ThingsClient(this.caller);
  }

  /** The complete host name that devices connect to and must send as SNI. */
  async endpoint(): Promise<string> {
    const command = new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' });
    const { endpointAddress } = await this.caller.call('DescribeEndpoint', (iot, options) => iot.send(command, options));
    return given(endpointAddress, 'DescribeEndpoint');
  }

  async hasThing(thingName: string): Promise<boolean> {
    return (await this.caller.find('DescribeThing', (iot, options) => iot.send(new DescribeThingCommand({ thingName }), options))) !== undefined;
  }

  /** What asks AWS whether each operation is permitted, without changing anything. */
  permissions(mode: Target['mode']): PermissionProbe[] {
    return permissionProbes(this.caller, mode);
  }

  close() {
    this.caller.close();
  }
}

class PoliciesClient {
  constructor(private readonly caller: AwsIotCaller) {}

  async find(policyName: string): Promise<ObservedPolicy | undefined> {
    const policy = await this.caller.find('GetPolicy', (iot, options) => iot.send(new GetPolicyCommand({ policyName }), options));
    return policy && { arn: policy.policyArn ?? '', document: policy.policyDocument ?? '' };
  }

  /** One that exists already is left as it is. */
  async create(policyName: string, policyDocument: string): Promise<void> {
    await this.caller.create('CreatePolicy', (iot, options) => iot.send(new CreatePolicyCommand({ policyName, policyDocument }), options));
  }
}

class ProvisioningTemplatesClient {
  constructor(private readonly caller: AwsIotCaller) {}

  async find(templateName: string): Promise<ObservedTemplate | undefined> {
    const found = await this.caller.find('DescribeProvisioningTemplate', (iot, options) =>
      iot.send(new DescribeProvisioningTemplateCommand({ templateName }), options));
    // A template without a type is older than the types and so for fleet provisioning.
    return found && {
      type: found.type ?? 'FLEET_PROVISIONING', body: found.templateBody ?? '', roleArn: found.provisioningRoleArn ?? '', enabled: found.enabled === true,
    };
  }

  /** For just-in-time provisioning. One that exists already is left as it is. */
  async createJitp(templateName: string, templateBody: string, provisioningRoleArn: string): Promise<void> {
    const command = new CreateProvisioningTemplateCommand({
      templateName, templateBody, provisioningRoleArn, type: 'JITP', enabled: true, description: 'Made by Lineside',
    });
    await this.caller.create('CreateProvisioningTemplate', (iot, options) => iot.send(command, options));
  }
}
