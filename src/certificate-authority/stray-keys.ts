import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Hsm, type NamedKey } from '../hsm/hsm.js';
import { WorkLoop } from '../platform/work-loop.js';
import { GenerationRepository } from './generation.repository.js';

const EVERY_MS = 3_600_000;

/**
 * Keys on the token that no row of the ledger names: left by older versions, or brought by somebody else. They are named, and never removed:
 * that is an officer's act. Looked for at the start and every hour, in the worker role.
 */
@Injectable()
export class StrayKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StrayKeys.name);
  private readonly loop = WorkLoop.every(StrayKeys.name, EVERY_MS, () => this.tell());

  constructor(
    private readonly hsm: Hsm,
    private readonly generations: GenerationRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** A key is made after its row is committed, so the token is asked first. @throws HsmUnavailable */
  async find(): Promise<NamedKey[]> {
    const keys = await this.hsm.listKeys();
    const known = await this.generations.keyLabels();
    return keys.filter(({ label }) => !known.has(label));
  }

  private async tell(): Promise<void> {
    const keys = await this.find();
    if (keys.length > 0) this.logger.warn({ event: 'hsm.stray_keys', keys });
  }
}
