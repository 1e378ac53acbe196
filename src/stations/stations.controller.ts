import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { stationNotFound } from './station.errors.js';
import { StationRepository } from './station.repository.js';
import { CreateLine, CreateStation } from './station.schema.js';
import { z } from 'zod';
import { Answers, pageOf, Time } from '../platform/http/api-responses.js';

const Line = z.strictObject({ id: z.string(), name: z.string() });
const Station = z.strictObject({ id: z.string(), line: z.string(), name: z.string(), slots: z.array(z.string()) });

@ApiTags('stations')
@ApiBearerAuth()
@Controller('v1')
export class StationsController {
  constructor(
    private readonly stations: StationRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Who am I, and at what pace does the service want to hear from me. Durations, never times, so clocks don't matter. */
  @Get('station')
  @Answers({ 200: Station.extend({ serverTime: Time, pollWaitMs: z.int(), leaseMs: z.int(), heartbeatMs: z.int() }) })
  @Roles('station')
  async self(@CurrentCaller() caller: Caller) {
    if (caller.station === null) throw stationNotFound('of this key');
    const station = await this.stations.get(caller.station);
    const { POLL_WAIT_MS: pollWaitMs, LEASE_MS: leaseMs, HEARTBEAT_MS: heartbeatMs } = this.config;
    return { ...station, serverTime: this.clock.now(), pollWaitMs, leaseMs, heartbeatMs };
  }

  @Post('lines')
  @Answers({ 201: Line })
  @Roles('manager')
  addLine(@Body({ schema: CreateLine }) body: CreateLine, @CurrentCaller() caller: Caller) {
    return this.stations.addLine(caller.actor, body);
  }

  @Get('lines')
  @Answers({ 200: pageOf(Line) })
  @Roles('manager', 'operator', 'officer', 'auditor')
  async lines() {
    return { items: await this.stations.lines(), nextCursor: null };
  }

  @Post('stations')
  @Answers({ 201: Station })
  @Roles('manager')
  addStation(@Body({ schema: CreateStation }) body: CreateStation, @CurrentCaller() caller: Caller) {
    return this.stations.addStation(caller.actor, body);
  }

  @Get('stations')
  @Answers({ 200: pageOf(Station) })
  @Roles('manager', 'operator', 'officer', 'auditor')
  async list(@Query({ schema: PageQuery }) query: PageQuery) {
    return page(await this.stations.list(query.limit + 1, query.cursor), query.limit, (station) => station.id);
  }
}
