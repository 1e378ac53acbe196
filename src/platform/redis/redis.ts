import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { backoffMs } from '../backoff.js';

const RETRY = { firstMs: 100, mostMs: 2_000 };
const logger = new Logger('Redis');

/** A connection that fails fast: while Redis is away a command rejects instead of waiting for ever. It comes back by itself. */
export function openRedis(url: string, name: string): Redis {
  const redis = new Redis(url, {
    connectionName: `lineside-${name}`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: null, // BullMQ insists; with the offline queue off nothing waits for ever
    commandTimeout: 5_000,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => backoffMs(attempt, RETRY),
    lazyConnect: true,
  });
  redis.on('error', (error) => logger.warn({ event: 'redis.error', connection: name, error: error.message }));
  return redis;
}

/** Redis runs with a setting under which it loses what it is given. */
export class RedisForgets extends Error {}

/** Rejects unless Redis answers and is set to keep what it is given (BullMQ's one correct setting). */
export async function assertRedisKeeps(redis: Redis): Promise<void> {
  const info = await redis.info('memory');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (policy !== 'noeviction') throw new RedisForgets(`Redis must run with maxmemory-policy noeviction, it runs with ${policy ?? 'an unknown one'}`);
}
