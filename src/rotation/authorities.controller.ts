import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RequestKey } from '../access/idempotency-key.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, ReplaysBy } from '../access/replays.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page } from '../platform/http/page.js';
import { Public } from '../platform/http/public.js';
import { Roles } from '../platform/http/roles.js';
import { toPem } from '../x509/pem.js';
import { AuthorityId } from '../certificate-authority/authority-id.js';
import { ActivateAuthority, AuthoritiesQuery, AuthorityAnswer, AuthoritySummary, CompromisedAuthority, CreateAuthority, FreezeAuthority, OperationAnswer, UnfreezeAuthority } from './authorities.schema.js';
import { CloudStop } from '../aws-iot/registrations/registrations.schema.js';
import { LockOuts } from '../aws-iot/units/lock-outs.js';
import { AuthorityDescriptions } from './authority-descriptions.js';
import { AuthorityMaking } from './authority-making.js';
import { addressOfMaking, AuthorityReplay, MakingReplay } from './authority-replays.js';
import { AuthorityStops } from './authority-stops.js';
import { RotationService } from './rotation.service.js';

@ApiTags('authorities')
@ApiBearerAuth()
@Roles('officer', 'manager', 'auditor', 'operator')
@Controller('v1/authorities')
export class AuthoritiesController {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly descriptions: AuthorityDescriptions,
    private readonly rotation: RotationService,
    private readonly making: AuthorityMaking,
    private readonly stops: AuthorityStops,
    private readonly lockOuts: LockOuts,
  ) {}

  @Post()
  @Operation({
    summary: 'Make the next generation of a family',
    description:
      'A key in the HSM, a CA certificate, and then a registration under way in every target. It is made in the background: ask the address in `Location` how that stands. A repeated request finds the one that is under way, as does any other for the same family. Without an Idempotency-Key it also finds the one that the same caller asked for and that has never issued; send a new key for another one beside it.',
    answers: { 202: OperationAnswer },
    refusals: ['family-name-taken', 'clock-wrong'],
  })
  @Roles('officer')
  @ReplaysBy(MakingReplay)
  @HttpCode(202)
  async create(
    @Body({ schema: CreateAuthority }) wanted: CreateAuthority,
    @RequestKey() requestKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const operation = await this.making.begin(caller.actor, wanted, requestKey);
    void reply.header('location', addressOfMaking(operation.id));
    return operation;
  }

  @Post(':id/cancel')
  @Operation({
    summary: 'Cancel an authority that has never issued',
    description: 'One whose making failed, or that was made in error. AWS forgets it; its key stays on the token, named by its record.',
    answers: { 200: OperationAnswer },
    refusals: ['authority-unknown', 'authority-state'],
  })
  @Roles('officer')
  @RepeatsByNature()
  @HttpCode(200)
  cancel(@Param('id', { schema: AuthorityId }) id: string, @CurrentCaller() caller: Caller) {
    return this.making.cancel(caller.actor, id);
  }

  @Get()
  @Operation({ summary: 'List authorities', answers: { 200: pageOf(AuthoritySummary) } })
  async list(@Query({ schema: AuthoritiesQuery }) { family, limit, cursor }: AuthoritiesQuery) {
    const all = (await this.authorities.list()).filter((authority) => family === undefined || authority.family === family);
    const after = cursor === undefined ? -1 : all.findIndex(({ id }) => id === cursor);
    if (cursor !== undefined && after < 0) throw requestInvalid('cursor: is not the nextCursor of a page');
    const { items, nextCursor } = page(all.slice(after + 1, after + 2 + limit), limit, ({ id }) => id);
    return { items: await this.descriptions.summaries(items), nextCursor };
  }

  @Get(':id')
  @Operation({ summary: 'Look up an authority', answers: { 200: AuthorityAnswer }, refusals: ['authority-unknown'] })
  async get(@Param('id', { schema: AuthorityId }) id: string) {
    return this.descriptions.describe(id);
  }

  @Get(':id/certificate')
  @Operation({
    summary: "Fetch an authority's certificate",
    description: "What devices' peers must trust. PEM.",
    answers: { 200: { mediaTypes: ['application/x-pem-file'], example: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n' } },
    refusals: ['authority-unknown'],
  })
  @Public()
  @Header('content-type', 'application/x-pem-file')
  async certificate(@Param('id', { schema: AuthorityId }) id: string) {
    const { certificate } = await this.authorities.get(id);
    return toPem('CERTIFICATE', certificate);
  }

  @Post(':id/activate')
  @Operation({
    summary: 'Activate an authority',
    description: 'The family issues with this generation from now on. AWS is looked at then and there; refused while a target of the family’s open orders does not show it active, or can’t be asked. `leaveOut` names targets that are not waited for.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state', 'authority-not-registered'],
  })
  @Roles('officer')
  @ReplaysBy(AuthorityReplay)
  @HttpCode(200)
  async activate(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: ActivateAuthority }) { leaveOut }: ActivateAuthority, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.rotation.activate(caller.actor, id, leaveOut, keepAnswer);
    return this.descriptions.describe(id);
  }

  @Get(':id/cloud-stop')
  @Operation({
    summary: 'Show whom a stop in AWS would lock out',
    description: 'Of a target that knows a unit already nothing changes for it: its certificate stays ACTIVE there. A unit that has not connected yet can’t come in while its CA is INACTIVE.',
    answers: { 200: CloudStop },
    refusals: ['authority-unknown'],
  })
  async cloudStop(@Param('id', { schema: AuthorityId }) id: string) {
    await this.authorities.get(id);
    return this.lockOuts.by(id);
  }

  @Post(':id/freeze')
  @Operation({
    summary: 'Freeze an authority',
    description: 'It issues nothing from this moment on, in all replicas. Units that have its certificates go on: they can pass, and connect as before. With `cloud: true` its CA is also set INACTIVE, and its auto-registration off, in every target, which is refused while it would lock out more units than `lockedOut` says; units that no target knows yet can’t pass then. An authority that is frozen already may be stopped in AWS later.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state', 'lock-out-unconfirmed'],
  })
  @Roles('officer')
  @ReplaysBy(AuthorityReplay)
  @HttpCode(200)
  async freeze(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: FreezeAuthority }) body: FreezeAuthority, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.stops.freeze(caller.actor, id, body, keepAnswer);
    return this.descriptions.describe(id);
  }

  @Post(':id/compromise')
  @Operation({
    summary: 'Declare an authority’s key compromised',
    description: 'As frozen with `cloud: true`, and for good: nothing lifts it, and units with its certificates can’t pass. Its revocation lists go on. What it has signed is revoked apart from this.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state', 'lock-out-unconfirmed'],
  })
  @Roles('officer')
  @ReplaysBy(AuthorityReplay)
  @HttpCode(200)
  async compromise(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: CompromisedAuthority }) body: CompromisedAuthority, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.stops.compromise(caller.actor, id, body, keepAnswer);
    return this.descriptions.describe(id);
  }

  @Post(':id/unfreeze')
  @Operation({
    summary: 'Unfreeze an authority',
    description: 'It is what it was before; an issuer whose family has another one by now is retiring. One that is stopped in AWS is unfrozen only together with that, by `cloud: true`: its CA is set ACTIVE in every target, and lets devices in once AWS knows there whom to keep out.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state', 'authority-stopped-in-cloud'],
  })
  @Roles('officer')
  @ReplaysBy(AuthorityReplay)
  @HttpCode(200)
  async unfreeze(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: UnfreezeAuthority }) body: UnfreezeAuthority, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    await this.stops.unfreeze(caller.actor, id, body, keepAnswer);
    return this.descriptions.describe(id);
  }
}
