import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { WorkLoop } from '../../platform/work-loop.js';
import { AwsIotError, AwsIotRefused } from '../aws-iot.errors.js';
import { pause } from '../clients/call-budget.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FirstConnectionRepository } from '../units/first-connections.repository.js';
import { EVENTS_QUEUE } from '../methods/topic-rule.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { UnitReconciler } from '../units/unit-reconciler.js';

const logger = new Logger('RegistrationEvents');
/** Targets whose queues this process listens to at the same time. */
const WIDTH = 16;
const AFTER_FAILURE_MS = 5_000;

/** Published by AWS at a device's first connection, and again at each one until the certificate is activated (developer guide, "Auto-registration of device certificates"). */
const Event = z.object({ certificateId: z.string().regex(/^[0-9a-f]{64}$/), caCertificateId: z.string(), awsAccountId: z.string() });

/**
 * Listens to the queues of registration events. An event only makes its unit due: events repeat, come out of order and get lost, and what is true is
 * asked of AWS then. Runs in workers only.
 */
@Injectable()
export class RegistrationEvents implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listening = new Set<string>();
  private readonly loop: WorkLoop<string>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly connections: FirstConnectionRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly unitReconciler: UnitReconciler,
  ) {
    this.loop = new WorkLoop({
      name: 'RegistrationEvents',
      everyMs: config.RECONCILE_MS,
      width: WIDTH,
      take: (limit) => this.take(limit),
      work: (target) => this.listen(target).finally(() => this.listening.delete(target)),
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    this.clients.close();
    await this.loop.stop();
  }

  private async take(limit: number): Promise<string[]> {
    const targets = (await this.connections.targetsWithQueue()).filter((name) => !this.listening.has(name)).slice(0, limit);
    for (const name of targets) this.listening.add(name);
    return targets;
  }

  /** Until the queue is empty. */
  private async listen(name: string): Promise<void> {
    const target = await this.targets.get(name);
    try {
      while (await this.receive(target));
    } catch (error) {
      if (this.clients.signal.aborted) return;
      if (!(error instanceof AwsIotError)) throw error;
      if (error instanceof AwsIotRefused) this.clients.forget(target);
      logger.warn({ event: 'registration-events.not-received', target: name, detail: error.message });
      await pause(AFTER_FAILURE_MS, this.clients.signal).catch(() => undefined);
    }
  }

  /** Messages are removed once the ledger has taken note of them. */
  private async receive(target: Target): Promise<boolean> {
    const { registrationEvents } = this.clients.for(target);
    const messages = await registrationEvents.receive(EVENTS_QUEUE);
    if (messages.length === 0) return false;
    const events = messages.flatMap(({ Body = '' }) => eventIn(Body) ?? []).filter(({ awsAccountId }) => awsAccountId === target.accountId);
    const arrived = await this.connections.arrived(target.name, events.map(({ certificateId }) => certificateId));
    if (arrived > 0) this.unitReconciler.wake();
    await registrationEvents.remove(EVENTS_QUEUE, messages);
    return true;
  }
}

/** Whatever else somebody puts into the queue is no event. */
function eventIn(body: string): z.infer<typeof Event> | undefined {
  try {
    return Event.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
