import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { Clock } from '../platform/clock.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { Paces } from './pace.js';
import { BeginSession, SessionAnswer } from './session.schema.js';
import { CLOCK_WARN_MS, CLOCK_WRONG_MS, Sessions } from './sessions.js';
import { inSeconds, stationNotFound } from './station.errors.js';
import { StationRepository } from './station.repository.js';

@ApiTags('station')
@ApiBearerAuth()
@Controller('v1/station/session')
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    private readonly stations: StationRepository,
    private readonly clock: Clock,
    private readonly paces: Paces,
  ) {}

  @Post()
  @HttpCode(200)
  @Operation({
    summary: 'Begin to work as a station',
    description:
      'One program at a time works as a station. Name the session that is answered in the header `Lineside-Session` of each call. Another program, from elsewhere, is refused until this one has been silent for two heartbeats; the same one after a restart gets in at once (its `installation`, or else its address), and claims get it its units back. Sent again within the session, it tells the clock anew.',
    answers: { 200: SessionAnswer },
    refusals: ['station-unknown', 'station-already-connected', 'client-too-old'],
  })
  @Roles('station')
  @RepeatsByNature()
  async begin(@Body({ schema: BeginSession }) body: BeginSession, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest) {
    if (caller.station === null) throw stationNotFound('of this key');
    const { line, slots } = await this.stations.get(caller.station);
    const session = await this.sessions.begin(request, caller, caller.station, body);
    const unknown = (body.slots ?? []).filter((slot) => !slots.includes(slot));
    const warnings = [
      ...(Math.abs(session.clockAheadMs) > CLOCK_WARN_MS
        ? [{ code: 'station-clock-off', detail: `The station’s clock is ${inSeconds(session.clockAheadMs)} the service’s. Set it by NTP: beyond ${CLOCK_WRONG_MS / 60_000} minutes its units get no certificates.` }]
        : []),
      ...unknown.map((slot) => ({ code: 'slot-unknown', detail: `The station has no slot ${slot}; it has ${slots.join(', ')}.` })),
    ];
    return { session: session.id, station: caller.station, line, slots, serverTime: this.clock.now(), ...(await this.paces.of(line)), warnings };
  }
}
