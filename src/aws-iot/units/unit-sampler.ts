import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { UnitLooks } from './unit-looks.js';
import { UnitLookRepository } from './unit-looks.repository.js';

const logger = new Logger('UnitSampler');
/** Targets looked at the same time by this process. */
const WIDTH = 4;
/** Units of one target and AWS_SAMPLE_MS: at the default pace 28,800 a day, with a quarter of the account's rate at most. */
const AT_ONCE = 10;

/**
 * Nobody tells us when somebody deletes a Thing or detaches a policy, so units that are in sync are looked at again: those first that were seen
 * longest ago, none within a day; one that AWS did not answer for after some minutes, behind which the others do not wait. Runs in workers only.
 */
@Injectable()
export class UnitSampler {
  /** When units of a target are looked at again at the earliest, by this process's own clock; those that wait longest come first. */
  private readonly restsUntil = new Map<string, number>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    loops: AwsLoops,
    private readonly rows: UnitLookRepository,
    private readonly looks: UnitLooks,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
  ) {
    loops.add({
      name: 'UnitSampler',
      everyMs: config.AWS_SAMPLE_MS,
      width: WIDTH,
      take: (limit) => this.takeTargets(limit),
      work: (target) => this.sample(target).finally(() => this.restsUntil.set(target, performance.now() + this.config.AWS_SAMPLE_MS)),
      // The other units may fare no better; they are next.
      failed: (target, { message }) => logger.warn({ event: 'units.not-looked-at', target, detail: message }),
    });
  }

  /** Not one that this process is at, nor one that does not answer: it would take the places of all others. */
  private async takeTargets(limit: number): Promise<string[]> {
    const rest = (target: string) => this.restsUntil.get(target) ?? 0;
    const free = (await this.rows.dueTargets()).filter((target) => rest(target) <= performance.now() && this.clients.keepsWaiting(target) === undefined);
    const next = free.toSorted((one, other) => rest(one) - rest(other)).slice(0, limit);
    for (const target of next) this.restsUntil.set(target, Infinity);
    return next;
  }

  private async sample(name: string): Promise<void> {
    const target = await this.targets.get(name);
    for (let looked = 0; looked < AT_ONCE; looked += 1) {
      const row = await this.rows.claim(name);
      if (!row) return;
      await this.looks.look(target, row);
    }
  }
}
