import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateThingCommand, DeleteThingCommand, DescribeThingCommand, DetachPolicyCommand, DetachThingPrincipalCommand, GetThingConnectivityDataCommand, ListAttachedPoliciesCommand, ListPrincipalThingsCommand,
  ListPrincipalThingsV2Command, ListThingPrincipalsCommand, RegisterThingCommand, type ThingPrincipalType, UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { AwsIotRefused } from '../aws-iot.errors.js';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Things in one target, and what is attached to certificates. */
export class ThingsClient {
  constructor(private readonly caller: AwsIotCaller) {}

  /** One that exists already is left as it is. */
  async create(thingName: string): Promise<void> {
    await this.caller.create('CreateThing', (iot, options) => iot.send(new CreateThingCommand({ thingName }), options));
  }

  /** With this attribute set, whether it exists already or not; its other attributes stay. */
  async ensureWithAttribute(thingName: string, name: string, value: string): Promise<void> {
    const attributePayload = { attributes: { [name]: value } };
    const isNew = await this.caller.create('CreateThing', (iot, options) => iot.send(new CreateThingCommand({ thingName, attributePayload }), options));
    if (isNew) return;
    await this.caller.call('UpdateThing', (iot, options) => iot.send(new UpdateThingCommand({ thingName, attributePayload: { ...attributePayload, merge: true } }), options));
  }

  /** Undefined when there is no such Thing. */
  async attributesOf(thingName: string): Promise<Record<string, string> | undefined> {
    const found = await this.caller.find('DescribeThing', (iot, options) => iot.send(new DescribeThingCommand({ thingName }), options));
    return found && (found.attributes ?? {});
  }

  /** Names of the Things to which the certificate is attached. */
  async ofCertificate(certificateArn: string): Promise<string[]> {
    const found = await this.caller.find('ListPrincipalThings', (iot, options) => iot.send(new ListPrincipalThingsCommand({ principal: certificateArn }), options));
    return found?.things ?? [];
  }

  /** Ids of the certificates that are attached to the Thing; a Thing has hardly ever more than one page of them. */
  async certificatesOf(thingName: string): Promise<string[]> {
    const found = await this.caller.find('ListThingPrincipals', (iot, options) => iot.send(new ListThingPrincipalsCommand({ thingName }), options));
    return (found?.principals ?? []).flatMap((arn) => arn.split(':cert/')[1] ?? []);
  }

  /** Things to which the certificate is attached, and how; a certificate has hardly ever more than one page of them. */
  async thingsOf(certificateArn: string): Promise<{ thingName: string; type: ThingPrincipalType | undefined }[]> {
    const command = new ListPrincipalThingsV2Command({ principal: certificateArn });
    const found = await this.caller.find('ListPrincipalThingsV2', (iot, options) => iot.send(command, options));
    return (found?.principalThingObjects ?? []).flatMap(({ thingName, thingPrincipalType }) => (thingName === undefined ? [] : [{ thingName, type: thingPrincipalType }]));
  }

  /** The same again changes nothing. */
  async attach(thingName: string, certificateArn: string, thingPrincipalType?: ThingPrincipalType): Promise<void> {
    const command = new AttachThingPrincipalCommand({ thingName, principal: certificateArn, ...(thingPrincipalType === undefined ? {} : { thingPrincipalType }) });
    await this.caller.call('AttachThingPrincipal', (iot, options) => iot.send(command, options));
  }

  async detach(thingName: string, certificateArn: string): Promise<void> {
    await this.caller.find('DetachThingPrincipal', (iot, options) => iot.send(new DetachThingPrincipalCommand({ thingName, principal: certificateArn }), options));
  }

  /** Whether the device that connects as this Thing ever did; null where AWS does not say, as without an index of connections in the account (fleet indexing, thingConnectivityIndexingMode STATUS). */
  async hasConnected(thingName: string): Promise<boolean | null> {
    try {
      const seen = await this.caller.call('GetThingConnectivityData', (iot, options) => iot.send(new GetThingConnectivityDataCommand({ thingName }), options));
      // A device that has never connected has no time of a last change.
      return seen.connected === true || Number(seen.timestamp ?? 0) > 0;
    } catch (error) {
      if (error instanceof AwsIotRefused) return null;
      throw error;
    }
  }

  /** A template evaluated with these parameters. Refused where a resource is there already and its OverrideSettings don't allow it. */
  async registerThing(templateBody: string, parameters: Record<string, string>): Promise<void> {
    await this.caller.call('RegisterThing', (iot, options) => iot.send(new RegisterThingCommand({ templateBody, parameters }), options));
  }

  /** Whether any policy is attached; only one that is can let the device do something. */
  async hasPolicy(certificateArn: string): Promise<boolean> {
    return (await this.policiesOf(certificateArn, 1)).length > 0;
  }

  /** Names of the policies that are attached, `most` of them; AWS allows ten. */
  async policiesOf(certificateArn: string, most = 250): Promise<string[]> {
    const command = new ListAttachedPoliciesCommand({ target: certificateArn, pageSize: most });
    const found = await this.caller.find('ListAttachedPolicies', (iot, options) => iot.send(command, options));
    return (found?.policies ?? []).flatMap(({ policyName }) => policyName ?? []);
  }

  async detachPolicy(policyName: string, certificateArn: string): Promise<void> {
    await this.caller.find('DetachPolicy', (iot, options) => iot.send(new DetachPolicyCommand({ policyName, target: certificateArn }), options));
  }

  /** Refused while a certificate is attached. */
  async remove(thingName: string): Promise<void> {
    await this.caller.find('DeleteThing', (iot, options) => iot.send(new DeleteThingCommand({ thingName }), options));
  }

  /** The same again changes nothing. */
  async attachPolicy(policyName: string, certificateArn: string): Promise<void> {
    await this.caller.call('AttachPolicy', (iot, options) => iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }), options));
  }
}
