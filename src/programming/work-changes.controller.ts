import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, ReplaysBy } from '../access/replays.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { ChangedWorkAnswer, MoveWork, PutFirst } from './work-changes.schema.js';
import { WorkChangeReplay, WorkChanges } from './work-changes.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager')
@Controller('v1/jobs')
export class WorkChangesController {
  constructor(private readonly changes: WorkChanges) {}

  @Post('move')
  @Operation({
    summary: 'Move work to another station, slot or back to the line’s pool',
    description: 'From then on only that slot (or any slot of that station) is handed it; a unit that is scanned elsewhere is refused (`assigned-elsewhere`). Work at a station is not moved. Named units move together or not at all.',
    answers: { 200: ChangedWorkAnswer },
    refusals: ['line-unknown', 'station-unknown', 'slot-unknown', 'work-not-movable'],
  })
  @HttpCode(200)
  @ReplaysBy(WorkChangeReplay)
  move(@Body({ schema: MoveWork }) body: MoveWork, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.changes.move(actor, body, keepAnswer);
  }

  @Post('first')
  @Operation({
    summary: 'Put units first',
    description: 'They are handed out before all others of their queue and step, also in the steps that follow; `first: false` ends that.',
    answers: { 200: ChangedWorkAnswer },
    refusals: ['work-not-movable'],
  })
  @HttpCode(200)
  @ReplaysBy(WorkChangeReplay)
  putFirst(@Body({ schema: PutFirst }) body: PutFirst, @CurrentCaller() { actor }: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.changes.putFirst(actor, body, keepAnswer);
  }
}
