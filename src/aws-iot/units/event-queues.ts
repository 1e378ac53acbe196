import { Injectable, Logger } from '@nestjs/common';
import { AwsIotError, AwsIotRefused } from '../aws-iot.errors.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { PresenceEvents } from './presence-events.js';
import type { QueuedEvents } from './queued-events.js';
import { RegistrationEvents } from './registration-events.js';
import { UnitReconciler } from './unit-reconciler.js';

const logger = new Logger('EventQueues');
/** Queues that this process listens to at the same time. */
const WIDTH = 32;
const AFTER_FAILURE_MS = 5_000;

interface Heard {
  events: QueuedEvents;
  target: string;
}

/** Listens to the queues of all kinds of events in all targets. Runs in workers only. */
@Injectable()
export class EventQueues {
  private readonly kinds: readonly QueuedEvents[];
  private readonly listening = new Set<string>();
  private readonly prepared = new Set<string>();
  /** When a queue is listened to again at the earliest, by this process's own clock; those that wait longest come first. */
  private readonly restsUntil = new Map<string, number>();
  constructor(
    loops: AwsLoops,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly unitReconciler: UnitReconciler,
    registrationEvents: RegistrationEvents,
    presenceEvents: PresenceEvents,
  ) {
    this.kinds = [registrationEvents, presenceEvents];
    loops.add({
      name: 'EventQueues',
      width: WIDTH,
      take: (limit) => this.take(limit),
      work: (heard) => this.listen(heard).finally(() => this.listening.delete(keyOf(heard))),
    });
  }

  private async take(limit: number): Promise<Heard[]> {
    const all = await Promise.all(this.kinds.map(async (events) => (await events.targets()).map((target): Heard => ({ events, target }))));
    const rest = (heard: Heard) => this.restsUntil.get(keyOf(heard)) ?? 0;
    const free = all.flat().filter((heard) => !this.listening.has(keyOf(heard)) && rest(heard) <= performance.now());
    const next = free.toSorted((one, other) => rest(one) - rest(other)).slice(0, limit);
    for (const heard of next) this.listening.add(keyOf(heard));
    return next;
  }

  /** Until the queue is empty. */
  private async listen(heard: Heard): Promise<void> {
    const { events: { queue, afterRefusalMs }, target: name } = heard;
    const target = await this.targets.get(name);
    let restMs = 0;
    try {
      await this.prepare(heard, target);
      while (await this.receive(heard, target));
    } catch (error) {
      if (this.clients.signal.aborted) return;
      if (!(error instanceof AwsIotError)) throw error;
      this.prepared.delete(keyOf(heard));
      if (error instanceof AwsIotRefused) this.clients.forget(target);
      restMs = error instanceof AwsIotRefused ? afterRefusalMs : AFTER_FAILURE_MS;
      logger.warn({ event: 'events.not-received', queue, target: name, detail: error.message });
    } finally {
      this.restsUntil.set(keyOf(heard), performance.now() + restMs);
    }
  }

  private async prepare(heard: Heard, target: Target): Promise<void> {
    if (this.prepared.has(keyOf(heard))) return;
    await heard.events.prepare?.(target);
    this.prepared.add(keyOf(heard));
  }

  /** Messages are removed once the ledger has taken note of them. */
  private async receive({ events }: Heard, target: Target): Promise<boolean> {
    const { registrationEvents } = this.clients.for(target);
    const messages = await registrationEvents.receive(events.queue);
    if (messages.length === 0) return false;
    if ((await events.note(target, messages.map(({ Body = '' }) => jsonOf(Body)))) > 0) this.unitReconciler.wake();
    await registrationEvents.remove(events.queue, messages);
    return true;
  }
}

const keyOf = ({ events, target }: Heard) => `${events.queue} ${target}`;

/** Undefined for what is no JSON. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
