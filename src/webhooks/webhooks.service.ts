import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { SealedSecrets } from '../platform/sealed-secrets.js';
import { problemOfUrl } from './webhook-address.js';
import { type Webhook, WebhookRepository } from './webhook.repository.js';
import { secretText } from './webhook-sender.js';
import { tooManyWebhooks, webhookNotFound, webhookUrlRefused } from './webhooks.errors.js';
import { type ChangeWebhook, type CreateWebhook, MOST_WEBHOOKS, sealedFor } from './webhooks.schema.js';

/** Makes, changes and removes webhooks. Each change is one transaction, on record; their addresses are not, since some hold a password of the receiver. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly secrets: SealedSecrets,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Throws `webhook-url-refused`, `too-many-webhooks` or `secrets-key-missing`. */
  async create(actor: string, { url, events }: CreateWebhook, keepAnswer: KeepAnswer): Promise<Webhook & { secret: string }> {
    this.assertUrl(url);
    const id = `wh-${randomBytes(5).toString('hex')}`;
    const secret = randomBytes(32);
    const sealedSecret = await this.secrets.seal(sealedFor(id), secret);
    await this.db.transaction().execute(async (tx) => {
      if ((await this.webhooks.countLocked(tx)) >= MOST_WEBHOOKS) throw tooManyWebhooks(MOST_WEBHOOKS);
      await this.webhooks.insert(tx, { id, url, events, sealedSecret, createdBy: actor });
      await this.audit.record(tx, actor, 'webhook.created', `webhook:${id}`, { id, host: new URL(url).host, events });
      await keepAnswer(tx, { id });
    });
    return { ...(await this.webhooks.get(id)), secret: secretText(secret) };
  }

  /** Throws `webhook-unknown` or `webhook-url-refused`. */
  async change(actor: string, id: string, { reason, ...changes }: ChangeWebhook, keepAnswer: KeepAnswer): Promise<void> {
    if (changes.url !== undefined) this.assertUrl(changes.url);
    await this.db.transaction().execute(async (tx) => {
      if ((await this.webhooks.lock(tx, id)) === 'deleted') throw webhookNotFound(id);
      const state = changes.state === undefined ? {} : { reason: changes.state === 'paused' ? (reason ?? 'Somebody has paused it') : null };
      await this.webhooks.change(tx, id, { ...changes, ...state });
      const changed = Object.entries(changes).filter(([, value]) => value !== undefined).map(([name, value]) => (name === 'url' ? 'url' : `${name}: ${String(value)}`));
      await this.audit.record(tx, actor, 'webhook.changed', `webhook:${id}`, { id, changes: changed, reason: reason ?? null });
      await keepAnswer(tx, { id });
    });
  }

  /** A repeat finds it deleted. Throws `webhook-unknown`. */
  async delete(actor: string, id: string): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      if ((await this.webhooks.lock(tx, id)) === 'deleted') return;
      await this.webhooks.delete(tx, id);
      await this.audit.record(tx, actor, 'webhook.deleted', `webhook:${id}`, { id });
    });
  }

  /** What is delivered next is what the log has from this index on, which was perhaps delivered before. Throws `webhook-unknown`. */
  async replay(actor: string, id: string, fromIndex: number, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      if ((await this.webhooks.lock(tx, id)) === 'deleted') throw webhookNotFound(id);
      const end = await this.webhooks.end(tx);
      if (fromIndex > end) throw requestInvalid(`fromIndex: the log ends at ${end}`);
      await this.webhooks.change(tx, id, { nextIndex: fromIndex });
      await this.audit.record(tx, actor, 'webhook.replayed', `webhook:${id}`, { id, fromIndex });
      await keepAnswer(tx, { id });
    });
  }

  private assertUrl(url: string): void {
    const problem = problemOfUrl(url, this.config.WEBHOOK_HOSTS);
    if (problem !== undefined) throw webhookUrlRefused(problem);
  }
}
