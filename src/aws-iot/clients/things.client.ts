import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateThingCommand, DetachThingPrincipalCommand, ListThingPrincipalsCommand,
} from '@aws-sdk/client-iot';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Things in one target, and what is attached to certificates. */
export class ThingsClient {
  constructor(private readonly caller: AwsIotCaller) {}

  /** One that exists already is left as it is. */
  async create(thingName: string): Promise<void> {
    await this.caller.create('CreateThing', (iot, options) => iot.send(new CreateThingCommand({ thingName }), options));
  }

  /** Ids of the certificates that are attached to the Thing; a Thing has hardly ever more than one page of them. */
  async certificatesOf(thingName: string): Promise<string[]> {
    const found = await this.caller.find('ListThingPrincipals', (iot, options) => iot.send(new ListThingPrincipalsCommand({ thingName }), options));
    return (found?.principals ?? []).flatMap((arn) => arn.split(':cert/')[1] ?? []);
  }

  /** The same again changes nothing. */
  async attach(thingName: string, certificateArn: string): Promise<void> {
    await this.caller.call('AttachThingPrincipal', (iot, options) => iot.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }), options));
  }

  async detach(thingName: string, certificateArn: string): Promise<void> {
    await this.caller.find('DetachThingPrincipal', (iot, options) => iot.send(new DetachThingPrincipalCommand({ thingName, principal: certificateArn }), options));
  }

  /** The same again changes nothing. */
  async attachPolicy(policyName: string, certificateArn: string): Promise<void> {
    await this.caller.call('AttachPolicy', (iot, options) => iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }), options));
  }
}
