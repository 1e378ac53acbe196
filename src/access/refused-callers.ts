import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Counter, register } from 'prom-client';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../platform/database/database.js';
import { WorkLoop } from '../platform/work-loop.js';

export interface RefusedCaller {
  /** `header-unbelieved`: the header that only a proxy may send came from somebody else, and was looked away from. */
  reason: 'caller-unknown' | 'role-missing' | 'station-certificate-refused' | 'station-disabled' | 'station-not-enrolled' | 'enrolment-unknown' | 'header-unbelieved';
  address: string;
  /** `key:<id>` as it was sent, or `station:<id>` as a certificate names it; known to be true only where the reason is a missing role. */
  key: string | null;
}

const METRIC = 'lineside_access_refused_total';
const RECORD_EVERY_MS = 5_000;
/** Most different callers told apart in one round; the rest are counted together, so that an attack can't fill the log. */
const MOST_APART = 20;

/** Failed sign-ins and refused roles: each in the service's log and the metrics, and on record in the ledger, repetitions counted in one leaf. */
@Injectable()
export class RefusedCallers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Access');
  private readonly total: Counter;
  private readonly waiting = new Map<string, RefusedCaller & { times: number }>();
  private readonly recording = WorkLoop.every(RefusedCallers.name, RECORD_EVERY_MS, () => this.record());

  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {
    // The registry is the process's, and a test builds several services in one process.
    register.removeSingleMetric(METRIC);
    this.total = new Counter({ name: METRIC, help: 'Calls refused for who called', labelNames: ['reason'] });
  }

  onApplicationBootstrap() {
    this.recording.start();
  }

  async onModuleDestroy() {
    await this.recording.stop();
    await this.record().catch(() => undefined);
  }

  note(request: FastifyRequest, refused: RefusedCaller) {
    this.logger.warn({ event: 'access.refused', requestId: request.id, method: request.method, route: request.routeOptions.url, ...refused });
    this.count(refused);
  }

  /** Without a line in the log: one that is refused beyond what its address may try. */
  count(refused: RefusedCaller) {
    this.total.inc({ reason: refused.reason });
    const name = `${refused.reason} ${refused.address} ${refused.key}`;
    const isApart = this.waiting.has(name) || this.waiting.size < MOST_APART;
    const key = isApart ? name : refused.reason;
    const entry = this.waiting.get(key) ?? { ...(isApart ? refused : { reason: refused.reason, address: 'many', key: null }), times: 0 };
    entry.times += 1;
    this.waiting.set(key, entry);
  }

  private async record() {
    if (this.waiting.size === 0) return;
    const entries = [...this.waiting].map(([name, entry]) => ({ name, ...entry }));
    await this.db.transaction().execute(async (tx) => {
      for (const { reason, address, key, times } of entries) {
        await this.audit.record(tx, 'system', 'access.refused', key ?? `address:${address}`, { reason, address, key, times });
      }
    });
    // Only now: what the ledger could not take waits for the next round. Others may have been refused meanwhile.
    for (const { name, times } of entries) {
      const entry = this.waiting.get(name)!;
      entry.times -= times;
      if (entry.times === 0) this.waiting.delete(name);
    }
  }
}
