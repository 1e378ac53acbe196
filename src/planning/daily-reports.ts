import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { type WorkOrder, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { OrderBalanceQueries } from './order-balance.queries.js';
import { ReconciliationQueries } from './reconciliation.queries.js';

const logger = new Logger('DailyReports');
const EVERY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
/** Units of an order that has ended still connect for the first time. */
const AFTER_END_MS = 30 * DAY_MS;
const PAGE = 200;

/**
 * What each order has come to, by itself and in AWS, kept once a day (UTC) in a folder: REPORTS_DIR/<day>/<order>.json, in the form of GET …/reconciliation. A day's folder
 * is there when all of it is written. Runs in workers only.
 */
@Injectable()
export class DailyReports implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = WorkLoop.every('DailyReports', EVERY_MS, () => this.write(new Date()));

  constructor(
    private readonly queries: ReconciliationQueries,
    private readonly balances: OrderBalanceQueries,
    private readonly orders: WorkOrderRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker') && this.config.REPORTS_DIR !== undefined) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** Writes the reports of the day, unless that was done, and removes those that are too old. */
  async write(now: Date): Promise<void> {
    const root = this.config.REPORTS_DIR;
    if (root === undefined) return;
    const day = now.toISOString().slice(0, 10);
    if (await exists(join(root, day))) return;
    const unfinished = join(root, `${day}.${process.pid}.unfinished`);
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    let reports = 0;
    for await (const order of this.reported(now)) {
      const { id, state } = order;
      const report = { workOrder: id, at: now.toISOString(), state, balance: await this.balances.of(id), targets: await this.queries.tally(order) };
      await writeFile(join(unfinished, `${id}.json`), `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
      reports++;
    }
    // Another worker that has the same folder may have been faster.
    await rename(unfinished, join(root, day)).catch(() => rm(unfinished, { recursive: true, force: true }));
    logger.log({ event: 'reports.written', day, reports });
    await this.removeOld(root, now);
  }

  /** Orders under way, and those that have ended lately. */
  private async *reported(now: Date): AsyncGenerator<WorkOrder> {
    for (let after: string | undefined; ; ) {
      const page = await this.orders.list(PAGE, { after });
      for (const order of page) {
        const isUnderWay = order.state === 'released' || order.state === 'held';
        const endedLately = (order.state === 'closed' || order.state === 'cancelled') && +now - +order.stateSince < AFTER_END_MS;
        if (isUnderWay || endedLately) yield order;
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  }

  private async removeOld(root: string, now: Date): Promise<void> {
    const oldest = new Date(+now - this.config.REPORTS_DAYS * DAY_MS).toISOString().slice(0, 10);
    const old = (await readdir(root)).filter((name) => /^\d{4}-\d{2}-\d{2}(\.\d+\.unfinished)?$/.test(name) && name.slice(0, 10) < oldest);
    for (const name of old) await rm(join(root, name), { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
