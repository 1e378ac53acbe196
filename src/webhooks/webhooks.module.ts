import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookMessagesQueries } from './webhook-messages.queries.js';
import { WebhookPositionRepository } from './webhook-positions.repository.js';
import { WebhookReplay } from './webhook-replay.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [AccessModule, AuditModule],
  controllers: [WebhooksController],
  providers: [WebhooksService, WebhookRepository, WebhookPositionRepository, WebhookMessagesQueries, WebhookSender, WebhookDeliveries, WebhookReplay],
})
export class WebhooksModule {}
