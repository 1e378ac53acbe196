import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { AwsLoops } from '../aws-loops.js';
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
export class UnitSampler {
  constructor(
    @Inject(CONFIG) config: Config,
    loops: AwsLoops,
    private readonly rows: UnitLookRepository,
    private readonly looks: UnitLooks,
    private readonly targets: TargetRepository,
  ) {
    loops.add({
      name: 'UnitSampler',
      everyMs: config.AWS_SAMPLE_MS,
      width: WIDTH,
      take: (limit) => rows.dueTargets(limit),
      work: (target) => this.sample(target),
      // The other units would fare no better; all of them come up again.
      failed: (target, { message }) => logger.warn({ event: 'units.not-looked-at', target, detail: message }),
    });
  }

  private async sample(name: string): Promise<void> {
    const target = await this.targets.get(name);
    for (const row of await this.rows.claim(name, AT_ONCE)) await this.looks.look(target, row);
  }
}
