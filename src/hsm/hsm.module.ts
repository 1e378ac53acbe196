import { Logger, Module } from '@nestjs/common';
import { register } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import { Hsm } from './hsm.js';
import { MeteredHsm } from './metered-hsm.js';
import { SignerPool, type SignerPoolEvent } from './signer-pool.js';

const logger = new Logger('Hsm');

function record({ name, pid, reason }: SignerPoolEvent): void {
  const entry = { event: `hsm.${name}`, pid, reason };
  if (name === 'pin-refused' || name === 'circuit-opened') logger.error(entry);
  else if (name === 'signer-ended' || name === 'reader-ended') logger.warn(entry);
  else logger.log(entry);
}

/** Nest closes the pool when the application shuts down (`SignerPool.onApplicationShutdown`). */
@Module({
  providers: [
    { provide: SignerPool, useFactory: (config: Config) => new SignerPool(config, { onEvent: record }), inject: [CONFIG] },
    { provide: Hsm, useFactory: (pool: SignerPool) => new MeteredHsm(pool, register), inject: [SignerPool] },
  ],
  exports: [Hsm],
})
export class HsmModule {}
