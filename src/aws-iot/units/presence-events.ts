import { Inject, Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FleetImports } from '../methods/fleet-imports.js';
import { FleetUnitRepository } from '../methods/fleet-units.repository.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { FirstConnectionRepository } from './first-connections.repository.js';
import type { QueuedEvents } from './queued-events.js';

const logger = new Logger('PresenceEvents');
const RULE = 'lineside_presence';
const STATEMENT = "SELECT clientId, principalIdentifier FROM '$aws/events/presence/connected/+'";

/** Published by AWS whenever a device has connected; `principalIdentifier` is its certificate's id (developer guide, "Lifecycle events"). */
const Event = z.object({ clientId: z.string(), principalIdentifier: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Where AWS_PRESENCE is on and the target allows it, a topic rule tells of each device that connects, so that a unit's first connection is known within
 * seconds, however long it lay in its box and whatever its method; what AWS has signed for it is taken over then. Elsewhere the sweep sees those that become
 * known by connecting.
 */
@Injectable()
export class PresenceEvents implements QueuedEvents {
  readonly queue = 'lineside-presence';
  /** A person gives the permission, or does not. */
  readonly afterRefusalMs = 10 * 60_000;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly connections: FirstConnectionRepository,
    private readonly fleetUnits: FleetUnitRepository,
    private readonly imports: FleetImports,
    private readonly allTargets: TargetRepository,
    private readonly clients: AwsIotClients,
  ) {}

  async targets(): Promise<string[]> {
    if (this.config.AWS_PRESENCE !== 'on') return [];
    return (await this.allTargets.unretired()).filter(({ state }) => state === 'verified').map(({ name }) => name);
  }

  /** The queue and the rule; what somebody has changed of them is left. */
  async prepare(target: Target): Promise<void> {
    const { registrationEvents } = this.clients.for(target);
    if ((await registrationEvents.queueUrl(this.queue)) === undefined) await registrationEvents.createQueue(this.queue);
    const queueUrl = (await registrationEvents.queueUrl(this.queue)) ?? '';
    if ((await registrationEvents.rule(RULE)) === undefined) await registrationEvents.createRule(RULE, { sql: STATEMENT, roleArn: target.provisioningRoleArn, queueUrl });
  }

  async note(target: Target, events: readonly unknown[]): Promise<number> {
    const devices = events.flatMap((event) => Event.safeParse(event).data ?? []);
    const unknown = new Set(await this.fleetUnits.unknownAmong([...new Set(devices.map(({ principalIdentifier }) => principalIdentifier))]));
    const strangers = devices.filter(({ principalIdentifier }) => unknown.has(principalIdentifier));
    const entitled = new Set(await this.fleetUnits.entitledAmong(target.name, [...new Set(strangers.map(({ clientId }) => clientId))]));
    for (const { clientId, principalIdentifier } of strangers) if (entitled.has(clientId)) await this.takeOver(target, clientId, principalIdentifier);
    return this.connections.connected(target.name, devices.map(({ principalIdentifier }) => principalIdentifier));
  }

  /** What fails is left to the sweep: one unit holds up no other device's event. */
  private async takeOver(target: Target, serial: string, certificateId: string): Promise<void> {
    try {
      await this.imports.ofDevice(target, serial, certificateId);
    } catch (error) {
      logger.warn({ event: 'unit.not-taken-over', target: target.name, unit: serial, detail: error instanceof Error ? error.message : String(error) });
    }
  }
}
