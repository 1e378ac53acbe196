import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { named, pageOf, Time } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { apiKeyShownOnce, stationNeeded } from './access.errors.js';
import { CreateKey } from './access.schema.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { type Caller, CurrentCaller } from './caller.js';
import { assertMayGrant } from './granting.js';
import { AnswerKeeper, type KeepAnswer, ShownOnce } from './replays.js';

const ApiKey = named(
  'ApiKey',
  z.strictObject({ id: z.string(), role: z.string(), name: z.string(), station: z.string().nullable(), createdBy: z.string(), createdAt: Time, revokedAt: Time.nullable() }),
  { id: '0123456789ab', role: 'station', name: 'press 7', station: 'station-1', createdBy: 'key:ba9876543210', createdAt: '2026-11-26T08:00:00.000Z', revokedAt: null },
);
const MadeKey = named(
  'MadeKey',
  ApiKey.omit({ createdBy: true, createdAt: true, revokedAt: true }).extend({ key: z.string() }),
  { id: '0123456789ab', role: 'station', name: 'press 7', station: 'station-1', key: 'ls_station_0123456789ab_…' },
);

const KeyId = named('KeyId', z.string().regex(/^[0-9a-f]{12}$/, '12 lower-case hex digits'), '0123456789ab');

@ApiTags('access')
@ApiBearerAuth()
@Roles('admin', 'officer', 'manager')
@Controller('v1/access/keys')
export class KeysController {
  constructor(private readonly keys: ApiKeyRepository) {}

  @Post()
  @Operation({
    summary: 'Make an API key',
    description: 'The key itself is in this answer and nowhere else, ever. Managers make keys for stations and installers; admins for these, operators, auditors and admins; officers for issuers, managers and officers.',
    answers: { 201: MadeKey },
    refusals: ['role-not-grantable', 'station-needed', 'station-unknown', 'api-key-shown-once'],
  })
  @ShownOnce('key', ({ id }) => apiKeyShownOnce(String(id)))
  async create(@Body({ schema: CreateKey }) body: CreateKey, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    assertMayGrant(caller.role, body.role);
    if ((body.role === 'station') !== (body.station !== undefined)) throw stationNeeded();
    return this.keys.create(caller.actor, body.role, body.name, body.station ?? null, keepAnswer);
  }

  @Get()
  @Operation({ summary: 'List API keys', answers: { 200: pageOf(ApiKey) } })
  @Roles('admin', 'officer', 'auditor')
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    return page(await this.keys.list(limit + 1, cursor), limit, ({ id }) => id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({
    summary: 'Revoke an API key',
    description: 'Whoever may give a role may take it away. The last admin and the last officer stay.',
    answers: { 204: null },
    refusals: ['key-unknown', 'last-key', 'role-not-grantable'],
  })
  revoke(@Param('id', { schema: KeyId }) id: string, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.keys.revoke(caller, id, keepAnswer);
  }
}
