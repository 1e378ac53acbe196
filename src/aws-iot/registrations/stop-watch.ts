import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { WorkLoop } from '../../platform/work-loop.js';
import { AwsIotError } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { Reconciler } from './reconciler.js';
import { type StopLook, StopLookRepository } from './stop-looks.repository.js';

const logger = new Logger('StopWatch');
const WIDTH = 4;

/**
 * A stop that somebody makes in AWS is to be felt within seconds, and a round at a registration costs many calls: so the CA of an authority that issues is
 * looked at alone, one call each AWS_STOP_LOOK_MS, and a CA that is not as it was is looked at in full at once. Runs in workers only.
 */
@Injectable()
export class StopWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<StopLook>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly looks: StopLookRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly reconciler: Reconciler,
  ) {
    this.loop = new WorkLoop({
      name: 'StopWatch',
      everyMs: Math.min(config.RECONCILE_MS, config.AWS_STOP_LOOK_MS),
      width: WIDTH,
      take: (limit) => looks.claimDue(config.AWS_STOP_LOOK_MS, limit),
      work: (look) => this.look(look),
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    this.clients.close();
    await this.loop.stop();
  }

  private async look(look: StopLook): Promise<void> {
    try {
      const ca = await this.clients.for(await this.targets.get(look.target)).caCertificates.find(look.caCertificateId);
      if (ca?.status === 'ACTIVE' && ca.autoRegistration === look.autoRegistration) return await this.looks.seenOpen(look);
      await this.looks.makeDue(look);
      this.reconciler.wake();
    } catch (error) {
      // The rounds tell of an AWS that refuses or is away.
      if (!this.clients.signal.aborted && !(error instanceof AwsIotError)) throw error;
      logger.debug({ event: 'ca.not-looked-at', authority: look.authority, target: look.target, detail: String(error) });
    }
  }
}
