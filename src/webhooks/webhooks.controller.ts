import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, ReplaysBy, ShownOnce } from '../access/replays.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { WebhookReplay } from './webhook-replay.js';
import { WebhookRepository } from './webhook.repository.js';
import { webhookSecretShownOnce } from './webhooks.errors.js';
import { ChangeWebhook, CreateWebhook, MadeWebhook, ReplayWebhook, WebhookAnswer, WebhookDelivery, WebhookId } from './webhooks.schema.js';
import { WebhooksService } from './webhooks.service.js';

const KEY = /^(\d{1,15}) ([a-z.-]{1,40})$/;
const DeliveriesQuery = PageQuery.extend({ cursor: PageQuery.shape.cursor.refine((cursor) => cursor === undefined || KEY.test(cursor), 'is not the nextCursor of a page') });

/**
 * Where other systems (MES, ERP) are told what happens. An admin's: a webhook hands data of the whole installation to another machine, under a secret, as a key does, and whoever makes it chooses which machine the
 * service calls. Managers see how it goes and have it delivered again.
 */
@ApiTags('webhooks')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly service: WebhooksService,
    private readonly webhooks: WebhookRepository,
  ) {}

  @Post()
  @Operation({
    summary: 'Make a webhook',
    description: 'From now on each event of these is sent there as a POST, in the order of the log, until it was answered with 2xx: at least once, signed as standardwebhooks.com says (`webhook-id`, `webhook-timestamp`, `webhook-signature`). The secret is in this answer and nowhere else, ever.',
    answers: { 201: MadeWebhook },
    refusals: ['webhook-url-refused', 'too-many-webhooks', 'secrets-key-missing', 'webhook-secret-shown-once'],
  })
  @ShownOnce('secret', ({ id }) => webhookSecretShownOnce(String(id)))
  create(@Body({ schema: CreateWebhook }) body: CreateWebhook, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.service.create(actor, body, keepAnswer);
  }

  @Get()
  @Operation({ summary: 'List webhooks', answers: { 200: pageOf(WebhookAnswer) } })
  @Roles('admin', 'manager', 'auditor')
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    return page(await this.webhooks.list(limit + 1, cursor), limit, ({ id }) => id);
  }

  @Get(':id')
  @Operation({ summary: 'Look up a webhook', answers: { 200: WebhookAnswer }, refusals: ['webhook-unknown'] })
  @Roles('admin', 'manager', 'auditor')
  get(@Param('id', { schema: WebhookId }) id: string) {
    return this.webhooks.get(id);
  }

  @Patch(':id')
  @Operation({
    summary: 'Change a webhook, pause it or let it go on',
    description: 'It is tried at once, from where it stands. While it is paused nothing is lost: it goes on from there.',
    answers: { 200: WebhookAnswer },
    refusals: ['webhook-unknown', 'webhook-url-refused'],
  })
  @ReplaysBy(WebhookReplay)
  async change(@Param('id', { schema: WebhookId }) id: string, @Body({ schema: ChangeWebhook }) body: ChangeWebhook, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.service.change(actor, id, body, keepAnswer);
    return this.webhooks.get(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({ summary: 'Delete a webhook', description: 'Its secret is forgotten; nothing more is sent.', answers: { 204: null }, refusals: ['webhook-unknown'] })
  @RepeatsByNature()
  delete(@Param('id', { schema: WebhookId }) id: string, @CurrentCaller() { actor }: Caller) {
    return this.service.delete(actor, id);
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Operation({
    summary: 'Have a webhook delivered again',
    description: 'From this index of the log on: for a receiver that has lost something. Each message has the same `webhook-id` as before. With an index beyond where it stands, a message that the receiver never takes is passed over.',
    answers: { 200: WebhookAnswer },
    refusals: ['webhook-unknown'],
  })
  @Roles('admin', 'manager')
  @ReplaysBy(WebhookReplay)
  async replay(@Param('id', { schema: WebhookId }) id: string, @Body({ schema: ReplayWebhook }) { fromIndex }: ReplayWebhook, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.service.replay(actor, id, fromIndex, keepAnswer);
    return this.webhooks.get(id);
  }

  @Get(':id/deliveries')
  @Operation({ summary: 'List what became of a webhook’s messages', description: 'The newest first, the last 1,000.', answers: { 200: pageOf(WebhookDelivery) }, refusals: ['webhook-unknown'] })
  @Roles('admin', 'manager', 'auditor')
  async deliveries(@Param('id', { schema: WebhookId }) id: string, @Query({ schema: DeliveriesQuery }) { limit, cursor }: z.infer<typeof DeliveriesQuery>) {
    await this.webhooks.get(id);
    const [, index, type] = KEY.exec(cursor ?? '') ?? [];
    return page(await this.webhooks.deliveries(id, limit + 1, type === undefined ? undefined : { index: Number(index), type }), limit, (delivery) => `${delivery.index} ${delivery.type}`);
  }
}
