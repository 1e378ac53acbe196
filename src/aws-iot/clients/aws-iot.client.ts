import { DescribeEndpointCommand, DescribeThingCommand } from '@aws-sdk/client-iot';
import type { SigningClock } from '../../platform/signing-clock.js';
import type { Target } from '../targets/targets.schema.js';
import { AwsIotCaller, given, type WayToAws } from './aws-iot-caller.js';
import { CaCertificatesClient } from './ca-certificates.client.js';
import type { CallBudget } from './call-budget.js';
import { CertificatesClient } from './certificates.client.js';
import { ConnectionsClient } from './connections.client.js';
import { ObjectsClient } from './objects.client.js';
import { type Files, PermissionProbes } from './permission-probes.js';
import { type TriedAction, tryAction } from './permission-trials.js';
import { PoliciesClient } from './policies.client.js';
import { ProvisioningTemplatesClient } from './provisioning-templates.client.js';
import { FunctionsClient } from './functions.client.js';
import { GroupingsClient } from './groupings.client.js';
import { RegistrationEventsClient } from './registration-events.client.js';
import { RegistrationTasksClient } from './registration-tasks.client.js';
import type { TargetSilence } from './target-silence.js';
import { ThingsClient } from './things.client.js';

/** AWS IoT in one target, by resource. */
export class AwsIotClient {
  readonly caCertificates: CaCertificatesClient;
  readonly certificates: CertificatesClient;
  readonly policies: PoliciesClient;
  readonly templates: ProvisioningTemplatesClient;
  readonly things: ThingsClient;
  readonly groupings: GroupingsClient;
  readonly registrationEvents: RegistrationEventsClient;
  readonly objects: ObjectsClient;
  readonly registrationTasks: RegistrationTasksClient;
  readonly connections: ConnectionsClient;
  readonly functions: FunctionsClient;
  private readonly caller: AwsIotCaller;

  constructor(private readonly target: Target, budget: CallBudget, clock: SigningClock, private readonly way: WayToAws, silence: TargetSilence) {
    this.caller = new AwsIotCaller(target, budget, clock, way, silence);
    this.caCertificates = new CaCertificatesClient(this.caller);
    this.certificates = new CertificatesClient(this.caller);
    this.policies = new PoliciesClient(this.caller);
    this.templates = new ProvisioningTemplatesClient(this.caller);
    this.things = new ThingsClient(this.caller);
    this.groupings = new GroupingsClient(this.caller);
    this.functions = new FunctionsClient(this.caller, way.closing);
    this.registrationEvents = new RegistrationEventsClient(this.caller, way.closing);
    this.objects = new ObjectsClient(this.caller, way.closing);
    this.registrationTasks = new RegistrationTasksClient(this.caller);
    this.connections = new ConnectionsClient(this.caller, target, way.closing);
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

  /** Makes `changes` by AWS IoT's control plane. Whether each request for it had its answer; where not, AWS may do later what was asked. */
  async isAnswered(changes: () => Promise<void>): Promise<boolean> {
    const before = this.caller.leftOpen;
    await changes();
    return this.caller.leftOpen === before;
  }

  /** The account to which the credentials belong. */
  account(): Promise<string> {
    return this.caller.credentials.account();
  }

  /** What asks AWS whether something is permitted, without changing anything. To be closed. */
  permissions(files?: Files): PermissionProbes {
    return new PermissionProbes(this.caller, this.target, this.way.closing, files);
  }

  /** Proves a permission by making something and removing it: see `permission-trials.ts`. */
  tryPermission(action: TriedAction, roleArn: string): Promise<void> {
    return tryAction(this.caller, action, roleArn);
  }

  close() {
    this.caller.close();
    this.registrationEvents.close();
    this.objects.close();
    this.connections.close();
    this.functions.close();
  }
}
