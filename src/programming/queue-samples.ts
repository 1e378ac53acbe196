import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { QueueSampleRepository } from './queue-sample.repository.js';

/** More often than once a minute, so that no minute is missed; the first one of all processes takes the minute's samples. */
const EVERY_MS = 20_000;

/** Keeps how deep the queues are, once a minute for all processes, in the worker role. */
@Injectable()
export class QueueSamples implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = WorkLoop.every(QueueSamples.name, EVERY_MS, () => this.take());

  constructor(
    private readonly samples: QueueSampleRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** Those of this minute, unless somebody has them. */
  async take(): Promise<void> {
    if (!(await this.samples.take())) return;
    await this.samples.addUp();
    await this.samples.forget(this.config.QUEUE_HISTORY_DAYS);
  }
}
