import { Body, Controller, Get, Injectable, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { Slug } from '../access/access.schema.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, type Replay, ReplaysBy } from '../access/replays.js';
import { Clock } from '../platform/clock.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { Paces } from './pace.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { stationNotFound } from './station.errors.js';
import { type Line as KeptLine, StationRepository } from './station.repository.js';
import { ChangeLine, ChangeStation, CreateLine, CreateStation } from './station.schema.js';
import { z } from 'zod';
import { named, pageOf, Time } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';

const Line = named('Line', z.strictObject({ id: z.string(), name: z.string(), leaseMs: z.int().nullable(), heartbeatMs: z.int().nullable() }), { id: 'line-1', name: 'Hall 3, line 1', leaseMs: 60_000, heartbeatMs: null });
const EXAMPLE = { id: 'station-1', line: 'line-1', name: 'press 7', slots: ['1', '2'], steps: ['provision'] };
const Station = named('Station', z.strictObject({ id: z.string(), line: z.string(), name: z.string(), slots: z.array(z.string()), steps: z.array(z.string()) }), EXAMPLE);
const StationItself = named(
  'StationItself',
  Station.extend({ serverTime: Time, pollWaitMs: z.int(), leaseMs: z.int(), heartbeatMs: z.int() }),
  { ...EXAMPLE, serverTime: '2026-11-26T08:00:00.000Z', pollWaitMs: 25_000, leaseMs: 30_000, heartbeatMs: 10_000 },
);

/** A repeated request is answered with the station as it is now. */
@Injectable()
export class StationReplay implements Replay {
  constructor(private readonly stations: StationRepository) {}

  answer(kept: unknown) {
    return this.stations.get((kept as { id: string }).id);
  }
}

/** The same of a line. */
@Injectable()
export class LineReplay implements Replay {
  constructor(private readonly stations: StationRepository) {}

  answer(kept: unknown) {
    return this.stations.getLine((kept as { id: string }).id);
  }
}

@ApiTags('stations')
@ApiBearerAuth()
@Controller('v1')
export class StationsController {
  constructor(
    private readonly stations: StationRepository,
    private readonly clock: Clock,
    private readonly paces: Paces,
  ) {}

  @Get('station')
  @Operation({
    summary: 'Say who I am',
    description: "The station of this key, and at what pace the service wants to hear from it. Durations, never times, so clocks don't matter.",
    answers: { 200: StationItself },
    refusals: ['station-unknown'],
  })
  @Roles('station')
  async self(@CurrentCaller() caller: Caller) {
    if (caller.station === null) throw stationNotFound('of this key');
    const station = await this.stations.get(caller.station);
    return { ...station, serverTime: this.clock.now(), ...(await this.paces.of(station.line)) };
  }

  @Post('lines')
  @Operation({
    summary: 'Make a line',
    description: 'The same line again answers the same; another name or pace under its id is refused.',
    answers: { 201: Line },
    refusals: ['line-exists'],
  })
  @Roles('manager')
  @RepeatsByNature()
  addLine(@Body({ schema: CreateLine }) body: CreateLine, @CurrentCaller() caller: Caller) {
    this.assertPace({ leaseMs: body.leaseMs ?? null, heartbeatMs: body.heartbeatMs ?? null });
    return this.stations.addLine(caller.actor, body);
  }

  @Patch('lines/:id')
  @Operation({
    summary: 'Change a line',
    description: 'Its name, how long a lease lasts and how often a heartbeat is to come there. Stations hear of it with their next session or GET /v1/station; a lease that is held lasts as the line says from its next heartbeat on.',
    answers: { 200: Line },
    refusals: ['line-unknown'],
  })
  @Roles('manager')
  @ReplaysBy(LineReplay)
  async changeLine(@Param('id', { schema: Slug }) id: string, @Body({ schema: ChangeLine }) changes: ChangeLine, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    const line = await this.stations.changeLine(caller.actor, id, changes, (changed) => this.assertPace(changed), keepAnswer);
    this.paces.forget();
    return line;
  }

  /** A lease that one lost heartbeat ends would end with each hiccup of the network. */
  private assertPace(line: Pick<KeptLine, 'leaseMs' | 'heartbeatMs'>): void {
    const { leaseMs, heartbeatMs } = this.paces.with(line);
    if (heartbeatMs * 2 > leaseMs) throw requestInvalid(`heartbeatMs: with a heartbeat every ${heartbeatMs} ms a lease must last ${2 * heartbeatMs} ms at least, and not ${leaseMs}`);
  }

  @Get('lines')
  @Operation({ summary: 'List lines', answers: { 200: pageOf(Line) } })
  @Roles('manager', 'operator', 'officer', 'auditor')
  async lines(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    return page(await this.stations.lines(limit + 1, cursor), limit, ({ id }) => id);
  }

  @Post('stations')
  @Operation({
    summary: 'Make a station',
    description: 'The same station again answers the same; another line, name, slots or steps under its id are refused.',
    answers: { 201: Station },
    refusals: ['line-unknown', 'station-exists'],
  })
  @Roles('manager')
  @RepeatsByNature()
  addStation(@Body({ schema: CreateStation }) body: CreateStation, @CurrentCaller() caller: Caller) {
    return this.stations.addStation(caller.actor, body);
  }

  @Patch('stations/:id')
  @Operation({
    summary: 'Change a station',
    description: 'Its name, and the steps of routes that it does. The next claims are answered by it; what is at the station is finished.',
    answers: { 200: Station },
    refusals: ['station-unknown'],
  })
  @Roles('manager')
  @ReplaysBy(StationReplay)
  change(@Param('id', { schema: Slug }) id: string, @Body({ schema: ChangeStation }) changes: ChangeStation, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.stations.change(caller.actor, id, changes, keepAnswer);
  }

  @Get('stations')
  @Operation({ summary: 'List stations', answers: { 200: pageOf(Station) } })
  @Roles('manager', 'operator', 'officer', 'auditor')
  async list(@Query({ schema: PageQuery }) query: PageQuery) {
    return page(await this.stations.list(query.limit + 1, query.cursor), query.limit, (station) => station.id);
  }
}
