import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { type Authority, issuingAlgorithm } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page } from '../platform/http/page.js';
import { HSM_REFUSALS } from '../hsm/hsm.errors.js';
import { Public } from '../platform/http/public.js';
import { Roles } from '../platform/http/roles.js';
import { readCertificate } from '../x509/certificate.js';
import { toPem } from '../x509/pem.js';
import { AuthoritiesQuery, AuthorityAnswer, AuthorityId, AuthoritySummary, CreateAuthority } from './authorities.schema.js';
import { RegistrationRepository } from '../aws-iot/registrations.repository.js';
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
  ) {}

  @Post()
  @Operation({
    summary: 'Make the next generation of a family',
    description: 'A key in the HSM, a CA certificate, and a registration under way in every target.',
    answers: { 201: AuthorityAnswer },
    refusals: ['family-name-taken', ...HSM_REFUSALS],
  })
  @Roles('officer')
  async create(@Body({ schema: CreateAuthority }) wanted: CreateAuthority, @CurrentCaller() caller: Caller) {
    return this.withRegistrations(await this.rotation.begin(caller.actor, wanted));
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
    description: 'The family issues with this generation from now on. Refused while a target does not show it active.',
    answers: { 200: AuthorityAnswer },
    refusals: ['authority-unknown', 'authority-state', 'authority-not-registered'],
  })
  @Roles('officer')
  @HttpCode(200)
  async activate(@Param('id', { schema: AuthorityId }) id: string, @CurrentCaller() caller: Caller) {
    return this.withRegistrations(await this.rotation.activate(caller.actor, id));
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
