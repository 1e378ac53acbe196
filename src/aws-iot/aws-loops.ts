import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { AwsIotError } from './aws-iot.errors.js';
import { AwsIotClients } from './clients/aws-iot-clients.js';

/** Work that asks AWS, again and again. */
export interface AwsLoop<Work> {
  /** For the log. */
  name: string;
  /** Milliseconds between two looks for work; RECONCILE_MS without it. */
  everyMs?: number;
  /** How many pieces of work this process does at the same time. */
  width: number;
  take: (limit: number) => Promise<Work[]>;
  /** While the ledger is held, or of another time: work that is right whatever it has lost, or that changes nothing in AWS. Without it there is none. */
  takeWhileHeld?: (limit: number) => Promise<Work[]>;
  work: (work: Work) => Promise<void>;
  /** AWS has refused or not answered. Without it, and for every other error, the log tells. */
  failed?: (work: Work, error: AwsIotError) => Promise<void> | void;
}

/** Runs all loops that ask AWS: in workers only, from the start of the service until it stops. */
@Injectable()
export class AwsLoops implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loops: { start(): void; stop(): Promise<void> }[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clients: AwsIotClients,
    private readonly audit: AuditLog,
  ) {}

  /** While the service is put together. `wake` of the answer: some work may be due now. */
  add<Work>({ name, everyMs = this.config.RECONCILE_MS, width, take, takeWhileHeld, work, failed }: AwsLoop<Work>): { wake(): void } {
    const loop = new WorkLoop<Work>({
      name, everyMs, width,
      take: (limit) => (this.audit.mayActAlone ? take(limit) : (takeWhileHeld?.(limit) ?? Promise.resolve([]))),
      work: async (piece) => {
        try {
          await work(piece);
        } catch (error) {
          // The service stops, and the work comes up again.
          if (this.clients.signal.aborted) return;
          if (!failed || !(error instanceof AwsIotError)) throw error;
          await failed(piece, error);
        }
      },
    });
    this.loops.push(loop);
    return loop;
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) for (const loop of this.loops) loop.start();
  }

  async onModuleDestroy() {
    this.clients.close();
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
