import { CreatePolicyCommand, CreatePolicyVersionCommand, DeletePolicyVersionCommand, GetPolicyCommand, ListPolicyVersionsCommand } from '@aws-sdk/client-iot';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Versions of one policy that AWS keeps at most (AWS IoT Core endpoints and quotas). */
const MOST_VERSIONS = 5;

export interface ObservedPolicy {
  arn: string;
  document: string;
}

/** Policies in one target. */
export class PoliciesClient {
  constructor(private readonly caller: AwsIotCaller) {}

  async find(policyName: string): Promise<ObservedPolicy | undefined> {
    const policy = await this.caller.find('GetPolicy', (iot, options) => iot.send(new GetPolicyCommand({ policyName }), options));
    return policy && { arn: policy.policyArn ?? '', document: policy.policyDocument ?? '' };
  }

  /** One that exists already is left as it is. */
  async create(policyName: string, policyDocument: string): Promise<void> {
    await this.caller.create('CreatePolicy', (iot, options) => iot.send(new CreatePolicyCommand({ policyName, policyDocument }), options));
  }

  /** A new version that counts from now on; the oldest one goes where AWS keeps no more. */
  async replace(policyName: string, policyDocument: string): Promise<void> {
    const { policyVersions = [] } = await this.caller.call('ListPolicyVersions', (iot, options) => iot.send(new ListPolicyVersionsCommand({ policyName }), options));
    const [oldest] = policyVersions.filter(({ isDefaultVersion }) => !isDefaultVersion).toSorted((left, right) => Number(left.versionId) - Number(right.versionId));
    if (policyVersions.length >= MOST_VERSIONS && oldest?.versionId !== undefined) {
      const command = new DeletePolicyVersionCommand({ policyName, policyVersionId: oldest.versionId });
      await this.caller.find('DeletePolicyVersion', (iot, options) => iot.send(command, options));
    }
    const command = new CreatePolicyVersionCommand({ policyName, policyDocument, setAsDefault: true });
    await this.caller.call('CreatePolicyVersion', (iot, options) => iot.send(command, options));
  }
}
