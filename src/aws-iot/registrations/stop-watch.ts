import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { PassedUnseenRepository } from './passed-unseen.repository.js';
import { Reconciler } from './reconciler.js';
import { type StopLook, StopLookRepository } from './stop-looks.repository.js';

const logger = new Logger('StopWatch');
const WIDTH = 4;

/**
 * A stop that somebody makes in AWS is to be felt within seconds, and a round at a registration costs many calls: so the CA of an authority that issues is
 * looked at alone, one call each AWS_STOP_LOOK_MS, and a CA that is not as it was is looked at in full at once. Units that passed before a stop was found are named
 * afterwards. Runs in workers only.
 */
@Injectable()
export class StopWatch {
  constructor(
    @Inject(CONFIG) config: Config,
    loops: AwsLoops,
    private readonly looks: StopLookRepository,
    passedUnseen: PassedUnseenRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly reconciler: Reconciler,
  ) {
    loops.add({
      name: 'StopWatch',
      everyMs: Math.min(config.RECONCILE_MS, config.AWS_STOP_LOOK_MS),
      width: WIDTH,
      take: (limit) => looks.claimDue(config.AWS_STOP_LOOK_MS, limit),
      work: (look) => this.look(look),
      // The rounds tell of an AWS that refuses or is away.
      failed: ({ authority, target }, { message }) => logger.debug({ event: 'ca.not-looked-at', authority, target, detail: message }),
    });
    const naming = loops.add<void>({
      name: 'PassedUnseen',
      width: 1,
      take: async () => {
        if (await passedUnseen.nameNext()) naming.wake();
        return [];
      },
      work: () => Promise.resolve(),
    });
  }

  private async look(look: StopLook): Promise<void> {
    const ca = await this.clients.for(await this.targets.get(look.target)).caCertificates.find(look.caCertificateId);
    if (ca?.status === 'ACTIVE' && ca.autoRegistration === look.autoRegistration) return this.looks.seenOpen(look);
    await this.looks.makeDue(look);
    this.reconciler.wake();
  }
}
