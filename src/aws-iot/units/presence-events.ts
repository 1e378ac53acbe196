import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { WorkLoop } from '../../platform/work-loop.js';
import { AwsIotError, AwsIotRefused } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { pause } from '../clients/call-budget.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { FirstConnectionRepository } from './first-connections.repository.js';
import { UnitReconciler } from './unit-reconciler.js';

const logger = new Logger('PresenceEvents');
/** Targets whose queues this process listens to at the same time. */
const WIDTH = 16;
const AFTER_FAILURE_MS = 5_000;
/** A person gives the permission, or does not. */
const AFTER_REFUSAL_MS = 10 * 60_000;
const QUEUE = 'lineside-presence';
const RULE = 'lineside_presence';
const STATEMENT = "SELECT clientId, principalIdentifier FROM '$aws/events/presence/connected/+'";

/** Published by AWS whenever a device has connected; `principalIdentifier` is its certificate's id (developer guide, "Lifecycle events"). */
const Event = z.object({ principalIdentifier: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Where AWS_PRESENCE is on and the target allows it, a topic rule tells of each device that connects, so that a unit's first connection is known within
 * seconds, however long it lay in its box and whatever its method. Elsewhere the sweep sees those that become known by connecting. Runs in workers only.
 */
@Injectable()
export class PresenceEvents implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listening = new Set<string>();
  /** Targets whose rule and queue stand, as this process has seen. */
  private readonly ready = new Set<string>();
  /** Until when a target that refused is left alone, by this process's own clock. */
  private readonly refusedUntil = new Map<string, number>();
  private readonly loop: WorkLoop<string>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly connections: FirstConnectionRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly unitReconciler: UnitReconciler,
  ) {
    this.loop = new WorkLoop({
      name: 'PresenceEvents',
      everyMs: config.RECONCILE_MS,
      width: WIDTH,
      take: (limit) => this.take(limit),
      work: (target) => this.listen(target).finally(() => this.listening.delete(target)),
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker') && this.config.AWS_PRESENCE === 'on') this.loop.start();
  }

  async onModuleDestroy() {
    this.clients.close();
    await this.loop.stop();
  }

  private async take(limit: number): Promise<string[]> {
    const verified = (await this.targets.unretired()).filter(({ state }) => state === 'verified').map(({ name }) => name);
    const free = verified.filter((name) => !this.listening.has(name) && (this.refusedUntil.get(name) ?? 0) <= performance.now()).slice(0, limit);
    for (const name of free) this.listening.add(name);
    return free;
  }

  /** Until the queue is empty. */
  private async listen(name: string): Promise<void> {
    const target = await this.targets.get(name);
    try {
      if (!this.ready.has(name)) await this.make(target);
      while (await this.receive(target));
    } catch (error) {
      if (this.clients.signal.aborted) return;
      if (!(error instanceof AwsIotError)) throw error;
      this.ready.delete(name);
      logger.warn({ event: 'presence-events.not-received', target: name, detail: error.message });
      if (error instanceof AwsIotRefused) this.refusedUntil.set(name, performance.now() + AFTER_REFUSAL_MS);
      else await pause(AFTER_FAILURE_MS, this.clients.signal).catch(() => undefined);
    }
  }

  /** The queue and the rule; what somebody has changed of them is left. */
  private async make(target: Target): Promise<void> {
    const { registrationEvents } = this.clients.for(target);
    if ((await registrationEvents.queueUrl(QUEUE)) === undefined) await registrationEvents.createQueue(QUEUE);
    const queueUrl = (await registrationEvents.queueUrl(QUEUE)) ?? '';
    if ((await registrationEvents.rule(RULE)) === undefined) await registrationEvents.createRule(RULE, { sql: STATEMENT, roleArn: target.provisioningRoleArn, queueUrl });
    this.ready.add(target.name);
  }

  /** Messages are removed once the ledger has taken note of them. */
  private async receive(target: Target): Promise<boolean> {
    const { registrationEvents } = this.clients.for(target);
    const messages = await registrationEvents.receive(QUEUE);
    if (messages.length === 0) return false;
    const due = await this.connections.connected(target.name, messages.flatMap(({ Body = '' }) => certificateIn(Body) ?? []));
    if (due > 0) this.unitReconciler.wake();
    await registrationEvents.remove(QUEUE, messages);
    return true;
  }
}

/** Whatever else somebody puts into the queue is no event. */
function certificateIn(body: string): string | undefined {
  try {
    return Event.safeParse(JSON.parse(body)).data?.principalIdentifier;
  } catch {
    return undefined;
  }
}
