import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Counter, register } from 'prom-client';
import { AuditLog } from '../audit/audit-log.js';
import { LogFollower } from '../audit/log-follower.js';
import { CONFIG, type Config } from '../config/config.js';
import { backoffMs, jittered } from '../platform/backoff.js';
import { Database } from '../platform/database/database.js';
import { SealedSecrets } from '../platform/sealed-secrets.js';
import { WorkLoop } from '../platform/work-loop.js';
import { leafEvents, WEBHOOK_EVENTS } from './webhook-events.js';
import { type WebhookMessage, WebhookMessagesQueries } from './webhook-messages.queries.js';
import { type DueWebhook, WebhookPositionRepository } from './webhook-positions.repository.js';
import { type Attempt, WebhookSender } from './webhook-sender.js';
import { MOST_WEBHOOKS, sealedFor } from './webhooks.schema.js';

const EVERY_MS = 1_000;
const PAUSES = { firstMs: 5_000, mostMs: 3_600_000 };
/** A process that has delivered for so long lets go of the webhook, so that others have a turn where it is one of many. */
const TURN_MS = 60_000;
const DAY_MS = 86_400_000;
/** RFC 9110 section 15.5.11: there is nobody any more, and will be nobody. */
const GONE = 410;

/**
 * Delivers each webhook's messages in the order of the log, each until it was taken: at least once, since the position moves after the answer. A process that dies in between leaves the message to the next one, which sends the
 * same bytes under the same id. Each webhook waits for nobody but its own receiver. Runs in the worker role.
 */
@Injectable()
export class WebhookDeliveries implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookDeliveries.name);
  private readonly loop: WorkLoop<DueWebhook>;
  private readonly attempts: Counter;
  /** For how long a process has a webhook without a word: longer than an attempt takes. */
  private readonly holdMs: number;

  constructor(
    private readonly positions: WebhookPositionRepository,
    private readonly messages: WebhookMessagesQueries,
    private readonly sender: WebhookSender,
    private readonly secrets: SealedSecrets,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
    log: LogFollower,
  ) {
    this.holdMs = 2 * config.WEBHOOK_TIMEOUT_MS + 20_000;
    register.removeSingleMetric('lineside_webhook_attempts_total');
    this.attempts = new Counter({ name: 'lineside_webhook_attempts_total', help: 'Messages that were sent to webhooks, by webhook and whether they were taken', labelNames: ['webhook', 'outcome'] });
    this.loop = new WorkLoop<DueWebhook>({ name: WebhookDeliveries.name, everyMs: EVERY_MS, width: MOST_WEBHOOKS, take: (limit) => positions.claimDue(limit, this.holdMs), work: (due) => this.deliver(due) });
    log.onLeaves(leafEvents(WEBHOOK_EVENTS), () => this.loop.wake());
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  private async deliver(due: DueWebhook): Promise<void> {
    const until = performance.now() + TURN_MS;
    let at = due.nextIndex;
    for (let more = true; more && performance.now() < until; ) {
      const next = await this.messages.next(at, due.events);
      if (!(await this.deliverAll(due, next.messages))) return;
      at = next.past;
      if (!(await this.positions.moveOn(due, at, this.holdMs))) return;
      more = next.more;
    }
    await this.positions.letGo(due);
  }

  /** False when one was not delivered, or the webhook is another's by now. */
  private async deliverAll(due: DueWebhook, messages: readonly WebhookMessage[]): Promise<boolean> {
    for (const [place, message] of messages.entries()) {
      const attempt = await this.attempt(due, message);
      if (this.sender.isStopping && attempt.problem !== null) return false;
      this.attempts.inc({ webhook: due.id, outcome: attempt.problem === null ? 'taken' : 'failed' });
      if (attempt.problem !== null) {
        await this.giveUp(due, message, attempt);
        return false;
      }
      // One leaf may give several messages.
      const isLastOfLeaf = messages[place + 1]?.index !== message.index;
      if (!(await this.positions.delivered(due, message, attempt, isLastOfLeaf ? message.index + 1 : message.index, this.holdMs))) return false;
    }
    return true;
  }

  private async attempt({ id, url, sealedSecret }: DueWebhook, message: WebhookMessage): Promise<Attempt> {
    try {
      return await this.sender.send(url, await this.secrets.open(sealedFor(id), sealedSecret), message);
    } catch (error) {
      return { status: null, problem: error instanceof Error ? error.message : 'not sent' };
    }
  }

  /** For now, or, after days of it, until somebody resumes it. */
  private async giveUp(due: DueWebhook, message: WebhookMessage, attempt: Attempt): Promise<void> {
    const pauseMs = jittered(backoffMs(due.attempts + 1, PAUSES));
    const failingMs = await this.positions.failed(due, message, attempt, pauseMs);
    if (failingMs === undefined) return;
    const { status, problem } = attempt;
    this.logger.warn({ event: 'webhook.not-delivered', webhook: due.id, message: message.id, status, problem, pauseMs });
    const days = this.config.WEBHOOK_PAUSE_DAYS;
    if (status !== GONE && failingMs < days * DAY_MS) return;
    const reason = status === GONE ? 'The receiver answered 410: nobody is there any more' : `Nothing was delivered for ${days} days: ${problem}`;
    await this.db.transaction().execute(async (tx) => {
      await this.positions.pause(tx, due.id, reason);
      await this.audit.record(tx, 'system', 'webhook.paused', `webhook:${due.id}`, { id: due.id, reason });
    });
  }
}
