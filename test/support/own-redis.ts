import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis } from '../../src/local/local-redis.js';
import { newFolder } from './run-folders.js';

/** A Redis server for this spec file alone: other specs use the run's one at the same time, and CONFIG SET changes it for all of them. Call it before `serviceBench`. */
export async function startOwnRedis(): Promise<{ stop(): Promise<void> }> {
  const folder = newFolder('own-redis');
  const redis = await startRedis({ folder: join(folder, 'redis'), passwordFile: join(folder, 'password'), logFile: join(folder, 'redis.log') });
  process.env['REDIS_URL'] = redis.url;
  return {
    async stop() {
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
