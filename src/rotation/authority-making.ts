import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RegistrationPlans } from '../aws-iot/registrations/registration-plans.repository.js';
import type { WantedAuthority } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import type { Making, PlannedGeneration } from '../certificate-authority/generation.js';
import { GenerationMaker } from '../certificate-authority/generation-maker.js';
import { GenerationRepository } from '../certificate-authority/generation.repository.js';
import { giveKeyToAuthority } from '../issuance/key-holders.js';
import { backoffMs } from '../platform/backoff.js';
import { Database } from '../platform/database/database.js';
import { isLedgerDown, violatedUnique } from '../platform/database/pg-errors.js';
import { DomainError, hasCode } from '../platform/errors/domain-error.js';
import { WorkLoop } from '../platform/work-loop.js';
import { keyIdentity } from '../x509/public-key.js';
import { familyNameTaken } from './rotation.errors.js';

/** How long a plan whose process died goes unnoticed. */
const LOOK_EVERY_MS = 2_000;
/** The HSM makes one key at a time; the other one signs or waits meanwhile. */
const WIDTH = 2;
const RETRY = { firstMs: 1_000, mostMs: 60_000 };
/** Then an officer decides: with the pauses between them, some five minutes. */
const MOST_TRIES = 10;

/**
 * Makes planned authorities, in whichever process comes first: the key in the HSM, its certificate, and a registration under way in every
 * target. A process that dies over one leaves a row that another takes up.
 */
@Injectable()
export class AuthorityMaking implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AuthorityMaking.name);
  private readonly running = new Set<string>();
  private readonly loop: WorkLoop<PlannedGeneration>;

  constructor(
    private readonly maker: GenerationMaker,
    private readonly generations: GenerationRepository,
    private readonly authorities: AuthorityRepository,
    private readonly registrations: RegistrationPlans,
    private readonly ca: CertificateAuthorityService,
    private readonly db: Database,
  ) {
    this.loop = new WorkLoop({
      name: AuthorityMaking.name,
      everyMs: LOOK_EVERY_MS,
      width: WIDTH,
      take: (limit) => generations.claimDue(limit, (id) => this.running.has(id)),
      work: (plan) => this.attempt(plan),
    });
  }

  onApplicationBootstrap() {
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** Commits what is to be made, or finds what this request or another one has asked for before; it is made in the background. */
  async begin(actor: string, wanted: WantedAuthority, requestKey?: string): Promise<Making> {
    try {
      const making = await this.db.transaction().execute((tx) => this.maker.plan(tx, actor, wanted, requestKey));
      this.loop.wake();
      return making;
    } catch (error) {
      if (violatedUnique(error) !== undefined) throw familyNameTaken(wanted.family);
      throw error;
    }
  }

  /** Ends an authority that failed, or was made in error: one that has never issued. Its targets are rid of it in the background. */
  async cancel(actor: string, id: string): Promise<Making> {
    return this.db.transaction().execute(async (tx) => {
      if (!(await this.maker.cancel(tx, actor, id)) && (await this.generations.get(id, tx)).state !== 'cancelled') {
        await this.ca.cancel(tx, actor, id);
        await this.registrations.withdraw(tx, id);
      }
      return this.generations.get(id, tx);
    });
  }

  private async attempt(plan: PlannedGeneration): Promise<void> {
    this.running.add(plan.id);
    try {
      const made = await this.maker.make(plan);
      await this.db.transaction().execute(async (tx) => {
        if (!(await this.maker.record(tx, plan, made))) return;
        await giveKeyToAuthority(tx, keyIdentity(made.key.spki));
        await this.registrations.forAuthority(tx, await this.authorities.get(plan.id, tx));
      });
    } catch (error) {
      await this.giveUp(plan, error);
    } finally {
      this.running.delete(plan.id);
    }
  }

  private async giveUp(plan: PlannedGeneration, error: unknown): Promise<void> {
    const mayHelp = isLedgerDown(error) || hasCode(error, 'hsm-unavailable', 'hsm-pin-wrong', 'hsm-key-exists', 'clock-wrong', 'ledger-older', 'ledger-unknown');
    const detail = error instanceof DomainError ? error.message : mayHelp ? 'The ledger could not be asked.' : 'Something went wrong inside the service.';
    this.logger.warn({ event: 'authority.not_made', authority: plan.id, attempt: plan.attempts, detail, ...(error instanceof DomainError ? {} : { error }) });
    if (mayHelp && plan.attempts < MOST_TRIES) return this.generations.postpone(plan, detail, backoffMs(plan.attempts, RETRY));
    await this.db.transaction().execute((tx) => this.maker.fail(tx, plan, detail));
  }
}
