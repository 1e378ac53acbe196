import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import type { Config } from '../../config/config.js';
import { backoffMs } from '../backoff.js';

const RETRY = { firstMs: 100, mostMs: 2_000 };
const logger = new Logger('Redis');

/** One Redis, the one that its Sentinels name at the time, or a Cluster. The token is the class `Redis`, whichever it is. */
export type AnyRedis = Redis | Cluster;

type Way = 'REDIS_SENTINELS' | 'REDIS_SENTINEL_NAME' | 'REDIS_SENTINEL_PASSWORD_FILE' | 'REDIS_CLUSTER';
export type RedisSettings = Pick<Config, 'REDIS_URL'> & { [Name in Way]?: Config[Name] | undefined };

/** A connection that fails fast: while Redis is away a command rejects instead of waiting for ever. It comes back by itself. */
export function openRedis(settings: RedisSettings, name: string, onError = (error: Error) => logger.warn({ event: 'redis.error', connection: name, error: error.message })): AnyRedis {
  const retryStrategy = (attempt: number) => backoffMs(attempt, RETRY);
  const common = {
    connectionName: `lineside-${name}`,
    maxRetriesPerRequest: null, // BullMQ insists; with the offline queue off nothing waits for ever
    commandTimeout: 5_000,
    connectTimeout: 5_000,
  };
  const redis = settings.REDIS_CLUSTER
    ? new Cluster(settings.REDIS_CLUSTER, { redisOptions: { ...common, ...access(settings.REDIS_URL) }, enableOfflineQueue: false, clusterRetryStrategy: retryStrategy, lazyConnect: true })
    : new Redis(settings.REDIS_URL, { ...common, ...sentinelsOf(settings), enableOfflineQueue: false, retryStrategy, lazyConnect: true });
  redis.on('error', onError);
  return redis;
}

/** Whether keys that one script touches need a hash tag in common (Redis Cluster specification). */
export const isCluster = ({ REDIS_CLUSTER }: RedisSettings) => REDIS_CLUSTER !== undefined;

/**
 * The name of a channel of this installation: Redis keeps channels of all its databases together, and two installations may share one server.
 */
export const channelOf = ({ REDIS_URL }: RedisSettings, name: string) => `${name}:${Number(new URL(REDIS_URL).pathname.slice(1) || 0)}`;

/** The Sentinels that name the server, in the place of the address of REDIS_URL. */
function sentinelsOf({ REDIS_SENTINELS, REDIS_SENTINEL_NAME, REDIS_SENTINEL_PASSWORD_FILE }: RedisSettings) {
  if (!REDIS_SENTINELS) return {};
  const sentinelPassword = REDIS_SENTINEL_PASSWORD_FILE === undefined ? {} : { sentinelPassword: readFileSync(REDIS_SENTINEL_PASSWORD_FILE, 'utf8').trim() };
  return { sentinels: REDIS_SENTINELS, name: REDIS_SENTINEL_NAME ?? 'mymaster', sentinelRetryStrategy: (attempt: number) => backoffMs(attempt, RETRY), ...sentinelPassword };
}

function access(url: string) {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** Redis runs with a setting under which it loses what it is given. */
export class RedisForgets extends Error {}

/** What each server that holds keys says of itself (INFO). */
export function infosOf(redis: AnyRedis, section: 'memory' | 'default' = 'default'): Promise<string[]> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  if (servers.length === 0) throw new Error('No node of the Redis Cluster is known');
  return Promise.all(servers.map((server) => server.info(section)));
}

/** Rejects unless Redis answers, each master of a Cluster too, and is set to keep what it is given (BullMQ's one correct setting). */
export async function assertRedisKeeps(redis: AnyRedis): Promise<void> {
  for (const info of await infosOf(redis, 'memory')) {
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
    if (policy !== 'noeviction') throw new RedisForgets(`Redis must run with maxmemory-policy noeviction, it runs with ${policy ?? 'an unknown one'}`);
  }
}
