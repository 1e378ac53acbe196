import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Slug } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, ReplaysBy } from '../access/replays.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { ChangeAccess, EnableStation, Reason, StationAccessAnswer } from './enrolment.schema.js';
import { StationAccessReplay, StationGates } from './station-gates.js';

@ApiTags('stations')
@ApiBearerAuth()
@Controller('v1/stations/:id')
export class StationAccessController {
  constructor(private readonly gates: StationGates) {}

  @Get('access')
  @Operation({ summary: 'Say how a station is let in', description: 'Its valid certificates, open codes, and whether it is in service.', answers: { 200: StationAccessAnswer }, refusals: ['station-unknown'] })
  @Roles('manager', 'operator', 'officer', 'auditor')
  show(@Param('id', { schema: Slug }) id: string) {
    return this.gates.show(id);
  }

  @Patch('access')
  @Operation({
    summary: 'Change how a station is let in',
    description: 'With `requireCertificate` its API keys are refused (station-not-enrolled) from then on.',
    answers: { 200: StationAccessAnswer },
    refusals: ['station-unknown'],
  })
  @Roles('manager')
  @ReplaysBy(StationAccessReplay)
  async change(@Param('id', { schema: Slug }) id: string, @Body({ schema: ChangeAccess }) body: ChangeAccess, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.gates.change(caller, id, body, keepAnswer);
  }

  @Post('disable')
  @HttpCode(200)
  @Operation({
    summary: 'Take a station out of service',
    description: 'Its keys and certificates are refused within two seconds, on all replicas, on open connections too, until it is enabled.',
    answers: { 200: StationAccessAnswer },
    refusals: ['station-unknown'],
  })
  @Roles('manager', 'officer')
  @ReplaysBy(StationAccessReplay)
  async disable(@Param('id', { schema: Slug }) id: string, @Body({ schema: Reason }) { reason }: Reason, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.gates.disable(caller, id, reason, keepAnswer);
  }

  @Post('enable')
  @HttpCode(200)
  @Operation({
    summary: 'Put a station back into service',
    description: 'Its keys count again, and certificates that were not revoked. What an officer has taken out of service, only an officer puts back.',
    answers: { 200: StationAccessAnswer },
    refusals: ['station-unknown'],
  })
  @Roles('manager', 'officer')
  @ReplaysBy(StationAccessReplay)
  async enable(@Param('id', { schema: Slug }) id: string, @Body({ schema: EnableStation }) { reason }: EnableStation, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.gates.enable(caller, id, reason ?? null, keepAnswer);
  }

  @Post('revoke')
  @HttpCode(200)
  @Operation({
    summary: 'Revoke a station’s certificates',
    description: 'For good, with the codes that nobody has used; and the station is out of service, so that its keys are refused too. After `enable` its keys count again, and it may be enrolled anew.',
    answers: { 200: StationAccessAnswer },
    refusals: ['station-unknown'],
  })
  @Roles('manager', 'officer')
  @ReplaysBy(StationAccessReplay)
  async revoke(@Param('id', { schema: Slug }) id: string, @Body({ schema: Reason }) { reason }: Reason, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.gates.revoke(caller, id, reason, keepAnswer);
  }
}
