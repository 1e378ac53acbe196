import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { StationNotFound } from './station.errors.js';
import { StationRepository } from './station.repository.js';
import { CreateLine, CreateStation } from './station.schema.js';

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
  @Roles('station')
  async self(@CurrentCaller() caller: Caller) {
    if (caller.station === null) throw new StationNotFound('of this key');
    const station = await this.stations.get(caller.station);
    const { POLL_WAIT_MS: pollWaitMs, LEASE_MS: leaseMs, HEARTBEAT_MS: heartbeatMs } = this.config;
    return { ...station, serverTime: this.clock.now(), pollWaitMs, leaseMs, heartbeatMs };
  }

  @Post('lines')
  @Roles('manager')
  addLine(@Body({ schema: CreateLine }) body: CreateLine, @CurrentCaller() caller: Caller) {
    return this.stations.addLine(caller.actor, body);
  }

  @Get('lines')
  @Roles('manager', 'operator', 'officer', 'auditor')
  async lines() {
    return { items: await this.stations.lines(), nextCursor: null };
  }

  @Post('stations')
  @Roles('manager')
  addStation(@Body({ schema: CreateStation }) body: CreateStation, @CurrentCaller() caller: Caller) {
    return this.stations.addStation(caller.actor, body);
  }

  @Get('stations')
  @Roles('manager', 'operator', 'officer', 'auditor')
  async list(@Query({ schema: PageQuery }) query: PageQuery) {
    return page(await this.stations.list(query.limit + 1, query.cursor), query.limit, (station) => station.id);
  }
}
