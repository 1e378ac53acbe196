import { Body, Controller, Get, HttpCode, Injectable, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, type Replay, ReplaysBy } from '../access/replays.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { Pauses } from './pauses.js';
import { CreatePause, PauseAnswer } from './station.schema.js';

const PauseId = z.string().regex(/^[1-9][0-9]{0,14}$/, 'a number').meta({ id: 'PauseId', example: '12' });

const PausesQuery = PageQuery.extend({ all: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ description: 'Those that are over too' }) });

/** A repeated request is answered with the pause as it is now: somebody may have ended it. */
@Injectable()
export class PauseReplay implements Replay {
  constructor(private readonly pauses: Pauses) {}

  answer(kept: unknown) {
    return this.pauses.show((kept as { id: string }).id);
  }
}

@ApiTags('managers')
@ApiBearerAuth()
@Controller('v1/pauses')
export class PausesController {
  constructor(private readonly pauses: Pauses) {}

  @Post()
  @Operation({
    summary: 'Pause plant, line, station or slot',
    description: 'From now on nothing new begins there: claims are refused (`paused`, or `slot-disabled` for a slot) until the time is over or somebody ends it. Units that are at a station are finished. Another pause of the same place takes the place of the one before. What waits there for a station or slot alone is named (`assignedWork`); POST /v1/jobs/move takes it elsewhere.',
    answers: { 201: PauseAnswer },
    refusals: ['line-unknown', 'station-unknown', 'slot-unknown'],
  })
  @Roles('manager', 'operator')
  @ReplaysBy(PauseReplay)
  begin(@Body({ schema: CreatePause }) body: CreatePause, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.pauses.begin(caller.actor, body, keepAnswer);
  }

  @Post(':id/end')
  @Operation({ summary: 'End a pause', description: 'One that is over already is answered as it is.', answers: { 200: PauseAnswer }, refusals: ['pause-unknown'] })
  @Roles('manager', 'operator')
  @HttpCode(200)
  @ReplaysBy(PauseReplay)
  end(@Param('id', { schema: PauseId }) id: string, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.pauses.end(caller.actor, id, keepAnswer);
  }

  @Get()
  @Operation({ summary: 'List pauses', description: 'Those under way, the newest first; `all=true`: those that are over too.', answers: { 200: pageOf(PauseAnswer) } })
  @Roles('manager', 'operator', 'officer', 'auditor')
  async list(@Query({ schema: PausesQuery }) { limit, cursor, all }: z.infer<typeof PausesQuery>) {
    return page(await this.pauses.shown(await this.pauses.list({ all, limit: limit + 1, before: cursor })), limit, ({ id }) => id);
  }
}
