import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, ReplaysBy } from '../access/replays.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/serial.js';
import { DecisionReplay } from './decision-replay.js';
import { DecidedAnswer, Decision, ReworkDecision, ShippedAnswer } from './job.schema.js';
import { SHIP_REFUSALS, Shipments } from './shipments.js';
import { UnitDecisions } from './unit-decisions.js';

/** What a supervisor decides on a unit that no station holds. */
@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator')
@Controller('v1/units')
export class UnitDecisionsController {
  constructor(
    private readonly decisions: UnitDecisions,
    private readonly shipments: Shipments,
  ) {}

  @Post(':serial/ship')
  @Operation({
    summary: 'Ship a unit',
    description: 'The unit leaves the factory, unless its certificate is revoked. Refused while a target does not know it as the order wants (`shipGate`); what is not known yet is asked of AWS first.',
    answers: { 200: ShippedAnswer },
    refusals: SHIP_REFUSALS,
  })
  @RepeatsByNature()
  @HttpCode(200)
  ship(@Param('serial', { schema: Serial }) serial: string, @CurrentCaller() { actor }: Caller) {
    return this.shipments.ship(actor, serial);
  }

  @Post(':serial/rework')
  @Operation({
    summary: 'Rework a unit',
    description: "Revokes the unit's certificate, if it has one, and queues a new job: the way out for a unit that failed, or whose device lost its key.",
    answers: { 200: DecidedAnswer },
    refusals: ['serial-unknown', 'unit-state', 'claimed-elsewhere', 'work-order-ended'],
  })
  @ReplaysBy(DecisionReplay)
  @HttpCode(200)
  async rework(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: ReworkDecision }) { reason, keyCompromised }: ReworkDecision, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.decisions.rework({ actor, serial, reason: reason ?? null, keepAnswer }, keyCompromised);
  }

  @Post(':serial/scrap')
  @Operation({
    summary: 'Scrap a unit',
    description: "Revokes the unit's certificate, if it has one; the unit is never worked on again.",
    answers: { 200: DecidedAnswer },
    refusals: ['serial-unknown', 'unit-state', 'claimed-elsewhere'],
  })
  @ReplaysBy(DecisionReplay)
  @HttpCode(200)
  async scrap(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: Decision }) { reason }: Decision, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.decisions.scrap({ actor, serial, reason: reason ?? null, keepAnswer });
  }

  @Post(':serial/quarantine')
  @Operation({
    summary: 'Quarantine a unit',
    description: 'Sets the unit aside: no job, and its certificate is INACTIVE in each target until it is released.',
    answers: { 200: DecidedAnswer },
    refusals: ['serial-unknown', 'unit-state', 'claimed-elsewhere'],
  })
  @ReplaysBy(DecisionReplay)
  @HttpCode(200)
  async quarantine(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: Decision }) { reason }: Decision, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.decisions.quarantine({ actor, serial, reason: reason ?? null, keepAnswer });
  }

  @Post(':serial/release')
  @Operation({
    summary: 'Release a unit from quarantine',
    description: 'Ends the quarantine: the unit is as it was before, with a new job if it has still to be worked on. One whose certificate is revoked is reworked or scrapped instead.',
    answers: { 200: DecidedAnswer },
    refusals: ['serial-unknown', 'unit-state', 'claimed-elsewhere', 'work-order-ended', 'certificate-revoked', 'authority-compromised'],
  })
  @ReplaysBy(DecisionReplay)
  @HttpCode(200)
  async release(@Param('serial', { schema: Serial }) serial: string, @Body({ schema: Decision }) { reason }: Decision, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.decisions.release({ actor, serial, reason: reason ?? null, keepAnswer });
  }
}
