import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers, pageOf, Time } from '../platform/http/api-responses.js';
import { Roles } from '../platform/http/roles.js';
import { stationNeeded } from './access.errors.js';
import { CreateKey } from './access.schema.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { type Caller, CurrentCaller } from './caller.js';
import { assertMayGrant } from './granting.js';
import { Unreplayable } from './idempotency.interceptor.js';

const ApiKey = z.strictObject({ id: z.string(), role: z.string(), name: z.string(), station: z.string().nullable(), createdBy: z.string(), createdAt: Time, revokedAt: Time.nullable() });

const KeyId = z.string().regex(/^[0-9a-f]{12}$/);

@ApiTags('access')
@ApiBearerAuth()
@Roles('admin', 'officer', 'manager')
@Controller('v1/access/keys')
export class KeysController {
  constructor(private readonly keys: ApiKeyRepository) {}

  /** The key itself is in this answer and nowhere else, ever. Managers make keys for stations; admins for stations, operators, auditors and admins; officers for issuers, managers and officers. */
  @Post()
  @Answers({ 201: ApiKey.omit({ createdBy: true, createdAt: true, revokedAt: true }).extend({ key: z.string() }) })
  @Unreplayable()
  async create(@Body({ schema: CreateKey }) body: CreateKey, @CurrentCaller() caller: Caller) {
    assertMayGrant(caller.role, body.role);
    if ((body.role === 'station') !== (body.station !== undefined)) throw stationNeeded();
    return this.keys.create(caller.actor, body.role, body.name, body.station ?? null);
  }

  @Get()
  @Answers({ 200: pageOf(ApiKey) })
  @Roles('admin', 'officer', 'auditor')
  async list() {
    return { items: await this.keys.list(), nextCursor: null };
  }

  /** Whoever may give a role may take it away. The last admin and the last officer stay. */
  @Delete(':id')
  @HttpCode(204)
  @Answers({ 204: null })
  revoke(@Param('id', { schema: KeyId }) id: string, @CurrentCaller() caller: Caller) {
    return this.keys.revoke(caller, id);
  }
}
