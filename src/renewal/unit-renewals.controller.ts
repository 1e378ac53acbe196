import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/serial.js';
import { RenewalDecisions } from './renewal-decisions.js';
import { RenewalRepository } from './renewal.repository.js';
import { CancelReason, RENEWAL_REFUSALS, RenewalAnswer, RenewalBody, RenewalWithIdentity, SeenIn, shown, shownWithIdentity } from './renewal.schema.js';
import { RenewalService } from './renewal.service.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor', 'issuer')
@Controller('v1/units/:serial/renewal')
export class UnitRenewalsController {
  constructor(
    private readonly service: RenewalService,
    private readonly decisions: RenewalDecisions,
    private readonly renewals: RenewalRepository,
  ) {}

  @Post()
  @RepeatsByNature()
  @Operation({
    summary: 'Renew a unit’s certificate in the field',
    description:
      'A second certificate for a unit that has passed or was shipped, by the family’s issuer of today and for the key of the CSR. It is brought into each target beside the present one, INACTIVE at first, with the same Thing and policies. 202 until each target would let the device in with it, then 200 with the identity: send the same request again to ask. The old one stays in use until the device was seen connected with the new one. It takes nothing of the order’s quota.',
    answers: { 200: RenewalWithIdentity, 202: RenewalWithIdentity },
    refusals: RENEWAL_REFUSALS,
  })
  @Roles('issuer')
  async renew(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: RenewalBody }) body: RenewalBody, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    const delivered = await this.service.renew(caller.actor, { serial, ...body });
    void reply.status(delivered.identity === null ? 202 : 200);
    return shownWithIdentity(delivered);
  }

  @Get()
  @Operation({ summary: 'Look up how a unit’s last renewal stands', answers: { 200: RenewalAnswer }, refusals: ['serial-unknown', 'renewal-unknown'] })
  async get(@Param('serial', { schema: Serial }) serial: string) {
    return shown(await this.renewals.getLast(serial));
  }

  @Post('seen')
  @RepeatsByNature()
  @Operation({
    summary: 'Report that a device has connected with its new certificate',
    description: 'For backends that hear of it from the device, where AWS tells nobody. It counts as a sighting in that target: the old certificate is switched off.',
    answers: { 200: RenewalAnswer },
    refusals: ['serial-unknown', 'renewal-unknown', 'renewal-state', 'target-unknown'],
  })
  @Roles('issuer')
  @HttpCode(200)
  async seen(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: SeenIn }) { target }: SeenIn, @CurrentCaller() caller: Caller) {
    return shown(await this.decisions.reportSeen(caller.actor, serial, target));
  }

  @Post('retry')
  @RepeatsByNature()
  @Operation({
    summary: 'Go on with a renewal now',
    description: 'However long its next attempt, and those in its targets, would have been put off. AWS is asked again about what a person has mended there.',
    answers: { 200: RenewalAnswer },
    refusals: ['serial-unknown', 'renewal-unknown'],
  })
  @Roles('manager', 'officer', 'operator', 'issuer')
  @HttpCode(200)
  async retry(@Param('serial', { schema: Serial }) serial: string) {
    return shown(await this.decisions.retry(serial));
  }

  @Post('cancel')
  @RepeatsByNature()
  @Operation({
    summary: 'Cancel a renewal',
    description: 'The new certificate is revoked, and the old one stays in use, or is taken back into use until it is revoked.',
    answers: { 200: RenewalAnswer },
    refusals: ['serial-unknown', 'renewal-unknown', 'renewal-state', 'ledger-older'],
  })
  @Roles('officer')
  @HttpCode(200)
  async cancel(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: CancelReason }) { reason }: CancelReason, @CurrentCaller() caller: Caller) {
    return shown(await this.decisions.cancel(caller.actor, serial, reason));
  }
}
