import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { EVENTS_QUEUE } from '../methods/topic-rule.js';
import type { Target } from '../targets/targets.schema.js';
import { FirstConnectionRepository } from './first-connections.repository.js';
import type { QueuedEvents } from './queued-events.js';

/** Published by AWS at a device's first connection, and again at each one until the certificate is activated (developer guide, "Auto-registration of device certificates"). */
const Event = z.object({ certificateId: z.string().regex(/^[0-9a-f]{64}$/), caCertificateId: z.string(), awsAccountId: z.string() });

/** First connections of devices whose CA registers them: what is true is asked of AWS for each unit that is named. Queue and rule are made with the registration of the CA. */
@Injectable()
export class RegistrationEvents implements QueuedEvents {
  readonly queue = EVENTS_QUEUE;
  readonly afterRefusalMs = 5_000;

  constructor(private readonly connections: FirstConnectionRepository) {}

  targets(): Promise<string[]> {
    return this.connections.targetsWithQueue();
  }

  note({ name, accountId }: Target, events: readonly unknown[]): Promise<number> {
    const known = events.flatMap((event) => Event.safeParse(event).data ?? []).filter(({ awsAccountId }) => awsAccountId === accountId);
    return this.connections.arrived(name, known.map(({ certificateId }) => certificateId));
  }
}
