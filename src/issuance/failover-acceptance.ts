import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { WorkLoop } from '../platform/work-loop.js';
import { LedgerAcceptance } from './ledger-acceptance.js';

const LOOK_EVERY_MS = 1_000;

/**
 * After a failover that lost the last seconds of the ledger nobody need come to the machine: it is accepted as it is, and managers
 * resume the orders. Runs in the worker role.
 */
@Injectable()
export class FailoverAcceptance implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(FailoverAcceptance.name);
  private readonly loop = WorkLoop.every(FailoverAcceptance.name, LOOK_EVERY_MS, () => this.acceptFailover());

  constructor(
    private readonly db: Database,
    private readonly acceptance: LedgerAcceptance,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  private async acceptFailover(): Promise<void> {
    const { hold } = await this.db.selectFrom('ledger_identity').select('hold').where('id', '=', 1).executeTakeFirstOrThrow();
    if (hold !== 'failover') return;
    const accepted = await this.acceptance.accept('system', [], ({ hold: kind, reason }) => (kind === 'failover' ? (reason ?? kind) : undefined));
    if (accepted) this.logger.error({ event: 'ledger.restored', ...accepted });
  }
}
