import { type DynamicModule, Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../config/config.js';
import { Clock, SystemClock } from './clock.js';
import { StartRefused } from '../config/settings.js';
import { Database, openDatabase } from './database/database.js';
import { Instance } from './database/instance.js';
import { whyNotOpened } from './database/pg-errors.js';
import { HealthChecks } from './health/health-checks.js';
import { HealthController } from './health/health.controller.js';
import { CallCounts } from './http/call-counts.js';
import { ServerTls } from './http/server-tls.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { type AnyRedis, assertRedisKeeps, openRedis } from './redis/redis.js';
import { RedisCircuit } from './redis/redis-circuit.js';
import { SealedSecrets } from './sealed-secrets.js';
import { SigningClock } from './signing-clock.js';

const logger = new Logger('Platform');
/** How long a start waits for Redis, in milliseconds. */
const START_MS = 3_000;

/** The outside world, once. Global, so Nest builds it first and closes it last. */
@Global()
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(Redis) private readonly redis: AnyRedis,
    @Inject(RedisCircuit) private readonly circuit: RedisCircuit,
    @Inject(Instance) private readonly instance: Instance,
    checks: HealthChecks,
  ) {
    checks.add('ledger', () => sql`select pg_current_xact_id()`.execute(db));
    checks.add('redis', () => circuit.check(), { needed: false });
  }

  static for(config: Config): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Clock, useClass: SystemClock },
        { provide: Database, useFactory: (checks: HealthChecks) => openLedger(config, checks), inject: [HealthChecks] },
        { provide: Instance, useFactory: () => Instance.start(config.DATABASE_URL), inject: [Database] },
        { provide: Redis, useFactory: () => openRedis(config, 'shared') },
        { provide: RedisCircuit, useFactory: openCircuit, inject: [Redis] },
        HealthChecks,
        SigningClock,
        SealedSecrets,
        CallCounts,
        ServerTls,
      ],
      exports: [CONFIG, Clock, SigningClock, SealedSecrets, Database, Instance, Redis, RedisCircuit, HealthChecks, CallCounts, ServerTls],
    };
  }

  async onApplicationShutdown() {
    await this.instance.close();
    await this.db.destroy();
    this.circuit.close();
    this.redis.disconnect();
  }
}

/** @throws StartRefused when the ledger can't be reached, or lets this caller not in */
async function openLedger(config: Config, checks: HealthChecks): Promise<Database> {
  const onIdleError = (error: Error) => logger.warn({ event: 'ledger.connection_lost', error: error.message });
  try {
    return await openDatabase({ url: config.DATABASE_URL, connections: config.DATABASE_CONNECTIONS, onIdleError, onLost: () => checks.lookNow() });
  } catch (error) {
    const reason = whyNotOpened(error);
    if (reason === undefined) throw error;
    throw new StartRefused(`The ledger ${reason}.`, 'Check DATABASE_URL (host, port, user, password, database), and that PostgreSQL runs there.', { cause: error });
  }
}

/**
 * A Redis that is away, or set to lose what it is given (BullMQ itself only warns of that), stops no start: nobody uses it until it answers
 * and keeps, the line goes on from the ledger, and readiness is `degraded` and says why.
 */
async function openCircuit(redis: AnyRedis): Promise<RedisCircuit> {
  const circuit = new RedisCircuit(redis);
  try {
    await circuit.ask(
      async () => {
        await redis.connect();
        await assertRedisKeeps(redis);
      },
      { withinMs: START_MS },
    );
  } catch (error) {
    circuit.leave(error instanceof Error ? error.message : 'away');
  }
  return circuit;
}
