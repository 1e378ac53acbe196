import { Injectable } from '@nestjs/common';
import type { Replay } from '../access/replays.js';
import { type Webhook, WebhookRepository } from './webhook.repository.js';

/** A repeated change of a webhook is answered with the webhook as it is now. */
@Injectable()
export class WebhookReplay implements Replay {
  constructor(private readonly webhooks: WebhookRepository) {}

  answer(kept: unknown): Promise<Webhook> {
    return this.webhooks.get((kept as { id: string }).id);
  }
}
