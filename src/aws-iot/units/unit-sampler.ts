import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { WorkLoop } from '../../platform/work-loop.js';
import { AwsIotError } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { UnitLooks } from './unit-looks.js';
import { UnitLookRepository } from './unit-looks.repository.js';

const logger = new Logger('UnitSampler');
const WIDTH = 4;
/** Units of one target and AWS_SAMPLE_MS: at the default pace 28,800 a day, with a quarter of the account's rate at most. */
const AT_ONCE = 10;

/**
 * Nobody tells us when somebody deletes a Thing or detaches a policy, so units that are in sync are looked at again: those first that were seen
 * longest ago, none within a day. Runs in workers only.
 */
@Injectable()
export class UnitSampler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<string>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly rows: UnitLookRepository,
    private readonly looks: UnitLooks,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
  ) {
    this.loop = new WorkLoop({ name: 'UnitSampler', everyMs: config.AWS_SAMPLE_MS, width: WIDTH, take: (limit) => rows.dueTargets(limit), work: (target) => this.sample(target) });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    this.clients.close();
    await this.loop.stop();
  }

  private async sample(name: string): Promise<void> {
    const target = await this.targets.get(name);
    for (const row of await this.rows.claim(name, AT_ONCE)) {
      try {
        await this.looks.look(target, row);
      } catch (error) {
        if (this.clients.signal.aborted) return;
        if (!(error instanceof AwsIotError)) throw error;
        // The others would fare no better; all of them come up again.
        logger.warn({ event: 'units.not-looked-at', target: name, detail: error.message });
        return;
      }
    }
  }
}
