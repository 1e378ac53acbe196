import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, register } from 'prom-client';
import type { Caller } from '../access/caller.js';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import type { Ledger } from '../platform/database/database.js';
import { inClass } from '../platform/request-class.js';
import { WorkLoop } from '../platform/work-loop.js';
import { silentMs } from './pace.js';
import type { BeginSession } from './session.schema.js';
import { SessionRepository, type SessionState, type StationSession } from './session.repository.js';
import { clientTooOld, sessionEnded, sessionNeeded, stationClockWrong } from './station.errors.js';
import { isOlder } from './client-version.js';

/** The header in which a program names its session. */
export const SESSION_HEADER = 'lineside-session';
/** What a station may call outside of a session: to begin one, to see who it is, and to renew its certificate. */
const WITHOUT = new Set(['/v1/station', '/v1/station/session', '/v1/station/certificate']);
const CERTIFYING = '/v1/jobs/:id/certificate';
/** How long another process's change may take to be felt here, and how often calls are told to the ledger, in milliseconds. */
const FRESH_MS = 1_000;
/** A station's clock that is further off is told; beyond the other one, its units get no certificates: what it writes down of them would be wrong. In milliseconds. */
export const CLOCK_WARN_MS = 30_000;
export const CLOCK_WRONG_MS = 300_000;
const METRIC = 'lineside_station_clock_ahead_seconds';

/**
 * One program at a time works as a station. Those that begin a session name it in each call; a second one is refused until the first has been silent for two
 * heartbeats, and the first is refused from then on. Programs that begin none work as they are, unless the station demands it.
 */
@Injectable()
export class Sessions implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private states: { readAt: number; byStation: Promise<Map<string, SessionState>> } | undefined;
  /** Calls under way by session: one that waits for work keeps its session alive. */
  private readonly open = new Map<string, number>();
  private readonly called = new Set<string>();
  private readonly telling = WorkLoop.every(Sessions.name, FRESH_MS, () => this.tell());

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit() {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.addHook('preHandler', (request, reply) => this.admit(request, reply));
    const off = () => this.clocksOff();
    // The registry is the process's, and a test builds several services in one.
    register.removeSingleMetric(METRIC);
    new Gauge({
      name: METRIC,
      help: 'Stations that are connected and whose clocks are more than 30 s off: how far ahead',
      labelNames: ['station'],
      async collect() {
        this.reset();
        for (const { station, ms } of await off()) this.set({ station }, ms / 1_000);
      },
    });
  }

  onApplicationBootstrap() {
    this.telling.start();
  }

  async onModuleDestroy() {
    await this.telling.stop();
  }

  /** @throws `station-already-connected`, `client-too-old` */
  async begin(request: FastifyRequest, { actor }: Caller, station: string, { software, version, installation, fixture, slots, stationTime }: BeginSession): Promise<StationSession> {
    const { MIN_CLIENT_VERSION: least } = this.config;
    if (least !== undefined && software.startsWith('lineside-') && isOlder(version, least)) throw clientTooOld(software, version, least);
    const clockAheadMs = Math.max(-MOST_MS, Math.min(MOST_MS, Math.round(+new Date(stationTime) - +this.clock.now())));
    const announced = { software, version, installation: installation ?? null, fixture: fixture ?? null, slots: slots ?? null, address: request.ip, clockAheadMs };
    const session = await this.sessions.begin(actor, station, announced, sessionIn(request), silentMs(this.config));
    this.states = undefined;
    return session;
  }

  /** For people. */
  async show(station: string) {
    const session = await this.sessions.find(station, silentMs(this.config));
    const requireSession = (await this.sessions.states(silentMs(this.config), station))[0]?.requireSession ?? false;
    if (!session) return { requireSession, session: null };
    const { id, live, address, software, version, installation, fixture, beganAt: since, seenAt, clockAheadMs } = session;
    return { requireSession, session: { id, live, address, software, version, installation, fixture, since, seenAt, clockAheadMs } };
  }

  require(tx: Ledger, actor: string, station: string, required: boolean): Promise<void> {
    return this.sessions.requireSession(tx, actor, station, required);
  }

  /** What was changed of a station here counts with the next call. */
  forget(): void {
    this.states = undefined;
  }

  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { caller, routeOptions } = request;
    if (caller?.role !== 'station' || caller.station === null || WITHOUT.has(routeOptions.url ?? '')) return;
    const named = sessionIn(request);
    const state = await this.stateOf(caller.station, named);
    const session = state?.session ?? undefined;
    if (named === undefined) {
      if (state?.requireSession) throw sessionNeeded(caller.station);
    } else if (session?.id !== named) throw sessionEnded(caller.station, session);
    else this.note(named, reply);
    if (routeOptions.url === CERTIFYING && session && (named !== undefined || session.live) && Math.abs(session.clockAheadMs) > CLOCK_WRONG_MS) throw stationClockWrong(caller.station, session.clockAheadMs);
  }

  /** One that was begun in another process since is looked for. */
  private async stateOf(station: string, named: string | undefined): Promise<SessionState | undefined> {
    const state = (await this.read()).get(station);
    if (named === undefined || state?.session?.id === named) return state;
    return (await this.sessions.states(silentMs(this.config), station))[0];
  }

  private read(): Promise<Map<string, SessionState>> {
    const now = performance.now();
    if (this.states && now - this.states.readAt < FRESH_MS) return this.states.byStation;
    // Everybody waits for it, so it is not to wait for a connection of whoever happens to ask first.
    const byStation = inClass('station', () => this.sessions.states(silentMs(this.config))).then((states) => new Map(states.map((state) => [state.station, state])));
    const read = { readAt: now, byStation };
    this.states = read;
    byStation.catch(() => {
      if (this.states === read) this.states = undefined;
    });
    return byStation;
  }

  private note(session: string, reply: FastifyReply) {
    this.called.add(session);
    this.open.set(session, (this.open.get(session) ?? 0) + 1);
    reply.raw.once('close', () => {
      const left = (this.open.get(session) ?? 1) - 1;
      if (left > 0) this.open.set(session, left);
      else this.open.delete(session);
      this.called.add(session);
    });
  }

  private async tell() {
    const ids = [...new Set([...this.called, ...this.open.keys()])];
    if (ids.length === 0) return;
    this.called.clear();
    await this.sessions.seen(ids);
  }

  private async clocksOff(): Promise<{ station: string; ms: number }[]> {
    const states = await this.read().catch(() => new Map<string, SessionState>());
    return [...states.values()].flatMap(({ station, session }) => (session?.live && Math.abs(session.clockAheadMs) > CLOCK_WARN_MS ? [{ station, ms: session.clockAheadMs }] : []));
  }
}

/** Most that is told of a clock: 24 days. */
const MOST_MS = 2 ** 31 - 1;

function sessionIn({ headers }: FastifyRequest): string | undefined {
  const header = headers[SESSION_HEADER];
  return Array.isArray(header) ? header[0] : header;
}
