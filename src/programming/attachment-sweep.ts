import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { AttachmentRepository } from './attachment.repository.js';

const EVERY_MS = 600_000;
/** Files that one statement deletes. */
const AT_ONCE = 20;

/** What was uploaded and named by no result within a day is deleted. */
@Injectable()
export class AttachmentSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = WorkLoop.every(AttachmentSweep.name, EVERY_MS, () => this.sweep());

  constructor(
    private readonly attachments: AttachmentRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** True when there may be more. */
  async sweep(): Promise<boolean> {
    return (await this.attachments.forgetUnnamed(AT_ONCE)) === AT_ONCE;
  }
}
