import { Body, Controller, Get, Header, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { type Authority, issuingAlgorithm } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page } from '../platform/http/page.js';
import { Public } from '../platform/http/public.js';
import { Roles } from '../platform/http/roles.js';
import { readCertificate } from '../x509/certificate.js';
import { toPem } from '../x509/pem.js';
import { AuthorityId } from '../certificate-authority/authority-id.js';
import { ActivateAuthority, AuthoritiesQuery, AuthorityAnswer, AuthoritySummary, CreateAuthority, FreezeReason, OperationAnswer } from './authorities.schema.js';
import { RegistrationRepository } from '../aws-iot/registrations/registrations.repository.js';
import { AuthorityMaking } from './authority-making.js';
import { RotationService } from './rotation.service.js';

@ApiTags('authorities')
@ApiBearerAuth()
@Roles('officer', 'manager', 'auditor', 'operator')
@Controller('v1/authorities')
export class AuthoritiesController {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly registrations: RegistrationRepository,
    private readonly rotation: RotationService,
    private readonly making: AuthorityMaking,
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
  @HttpCode(202)
  async create(
    @Body({ schema: CreateAuthority }) wanted: CreateAuthority,
    @Headers('idempotency-key') requestKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const operation = await this.making.begin(caller.actor, wanted, requestKey);
    void reply.header('location', `/v1/authorities/operations/${operation.id}`);
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
    return page(all.slice(after + 1, after + 2 + limit).map(shown), limit, ({ id }) => id);
  }

  @Get(':id')
  @Operation({ summary: 'Look up an authority', answers: { 200: AuthorityAnswer }, refusals: ['authority-unknown'] })
  async get(@Param('id', { schema: AuthorityId }) id: string) {
    return this.withRegistrations(await this.authorities.get(id));
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
  @HttpCode(200)
  async activate(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: ActivateAuthority }) { leaveOut }: ActivateAuthority, @CurrentCaller() caller: Caller) {
    return this.withRegistrations(await this.rotation.activate(caller.actor, id, leaveOut));
  }

  @Post(':id/freeze')
  @Operation({
    summary: 'Freeze an authority',
    description: 'It issues nothing from this moment on, in all replicas. Nothing is changed in AWS, where devices that have its certificates come in as before; its registrations are not looked at while it is frozen.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state'],
  })
  @Roles('officer')
  @HttpCode(200)
  async freeze(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: FreezeReason }) { reason }: FreezeReason, @CurrentCaller() caller: Caller) {
    return this.withRegistrations(await this.rotation.freeze(caller.actor, id, reason));
  }

  @Post(':id/unfreeze')
  @Operation({
    summary: 'Unfreeze an authority',
    description: 'It is what it was before; an issuer whose family has another one by now is retiring.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state'],
  })
  @Roles('officer')
  @HttpCode(200)
  async unfreeze(@Param('id', { schema: AuthorityId }) id: string, @Body({ schema: FreezeReason }) { reason }: FreezeReason, @CurrentCaller() caller: Caller) {
    return this.withRegistrations(await this.rotation.unfreeze(caller.actor, id, reason));
  }

  private async withRegistrations(authority: Authority) {
    return { ...shown(authority), registrations: await this.registrations.ofAuthority(authority.id) };
  }
}

function shown(authority: Authority) {
  const { id, family, generation, commonName, keyType, keyLabel, fingerprint, notBefore, notAfter, state, createdAt, activatedAt, production } = authority;
  const signatureAlgorithm = issuingAlgorithm(readCertificate(authority.certificate)).name;
  return { id, family, generation, commonName, keyType, signatureAlgorithm, keyLabel, fingerprint, notBefore, notAfter, state, createdAt, activatedAt, production };
}
