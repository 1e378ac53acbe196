import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CONFIG, type Config } from '../config/config.js';
import type { Json } from '../platform/database/schema.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { WorkLoop } from '../platform/work-loop.js';
import { AwsIotError, AwsIotRefused } from './aws-iot.errors.js';
import { AwsIotClients } from './clients/aws-iot-clients.js';
import { ProvisioningMethods } from './methods/methods.js';
import type { ClaimedRegistration, Outcome } from './registration-round.js';
import { RegistrationRepository } from './registrations.repository.js';
import { bringAbout, lookAt } from './resources.js';
import { TargetResourceRepository } from './target-resources.repository.js';
import { TargetRepository } from './targets.repository.js';
import type { Target } from './targets.schema.js';

const logger = new Logger('Reconciler');
/** Registrations worked on at the same time by this process. */
const WIDTH = 8;

/** Rule 6 (docs/architecture.md): makes what the ledger wants true in AWS, and goes on trying. Runs in workers only. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<ClaimedRegistration>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registrations: RegistrationRepository,
    private readonly targets: TargetRepository,
    private readonly authorities: AuthorityRepository,
    private readonly resources: TargetResourceRepository,
    private readonly methods: ProvisioningMethods,
    private readonly clients: AwsIotClients,
  ) {
    this.loop = new WorkLoop({
      name: 'Reconciler',
      everyMs: config.RECONCILE_MS,
      width: WIDTH,
      take: (limit) => registrations.claimDue(limit),
      work: (claim) => this.reconcile(claim),
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  /** There is new work. Other processes find it within RECONCILE_MS. */
  wake() {
    this.loop.wake();
  }

  /**
   * Looks at every target of an authority then and there, and changes nothing there. Answers which targets do not show it as desired or could
   * not be asked, with the reason.
   */
  async lookNow(authority: string): Promise<string[]> {
    const claims = await this.registrations.claimAll(authority);
    const differing = await Promise.all(claims.map(async (claim) => {
      const outcome = await this.attempt(claim, lookAt);
      if (outcome === 'interrupted') {
        await this.registrations.release(claim);
        return [`${claim.target}: the service is shutting down`];
      }
      await this.registrations.recordRound(claim, outcome);
      return 'detail' in outcome ? [`${claim.target}: ${outcome.detail}`] : [];
    }));
    return differing.flat();
  }

  async onModuleDestroy() {
    this.clients.close();
    await this.loop.stop();
  }

  private async reconcile(claim: ClaimedRegistration): Promise<void> {
    const outcome = await this.attempt(claim, bringAbout);
    if (outcome === 'interrupted') return this.registrations.release(claim);
    const { authority, target } = claim;
    if ('detail' in outcome) {
      logger.warn({ event: `registration.${outcome.state}`, authority, target, attempt: claim.attempts, detail: outcome.detail });
    }
    await this.registrations.recordRound(claim, outcome);
  }

  private async attempt(claim: ClaimedRegistration, round: typeof bringAbout): Promise<Outcome | 'interrupted'> {
    const target = await this.targets.get(claim.target);
    try {
      return await this.goThrough(claim, target, round);
    } catch (error) {
      if (this.clients.signal.aborted) return 'interrupted';
      // A refusal may be about the credentials: read them anew before the next attempt.
      if (error instanceof AwsIotRefused) this.clients.forget(target);
      return failure(error);
    }
  }

  /** Everything that must stand in the target for the authority, in order. The registration is in sync when all of it is. */
  private async goThrough(claim: ClaimedRegistration, target: Target, round: typeof bringAbout): Promise<Outcome> {
    const authority = await this.authorities.get(claim.authority);
    const aws = this.clients.for(target);
    if (authority.state === 'cancelled') {
      await aws.caCertificates.remove(authority.fingerprint);
      return { state: 'removed' };
    }
    await this.targets.setMqttHost(target, await aws.endpoint());
    const differences: string[] = [];
    const mended: string[] = [];
    const keepsOut: string[] = [];
    let last: { desired: Record<string, Json>; observed: Record<string, Json> } = { desired: {}, observed: {} };
    for (const resource of this.methods.get(claim.method).resources(authority, target, claim.parameters)) {
      const result = await round(resource, aws);
      await this.resources.record(target.name, claim.method, authority.id, resource, result);
      differences.push(...result.differences.map(({ what }) => what));
      mended.push(...result.changed);
      keepsOut.push(...result.differences.filter((difference) => difference.keepsOut).map(({ what }) => what));
      last = { desired: resource.desired, observed: result.observed };
    }
    if (keepsOut.length > 0) last.observed = { ...last.observed, keepsOut };
    const outcome = { ...last, caCertificateId: authority.fingerprint, mended };
    return differences.length === 0 ? { state: 'in-sync', ...outcome } : { state: 'drifted', ...outcome, detail: `In AWS ${differences.join('; ')}` };
  }
}

function failure(error: unknown): Outcome {
  if (error instanceof AwsIotError) return { state: 'failed', detail: error.message, passing: !(error instanceof AwsIotRefused) };
  if (error instanceof DomainError) return { state: 'failed', detail: error.message, passing: error.retryable };
  logger.error({ event: 'registration.broken', error });
  return { state: 'failed', detail: 'Something went wrong inside the service', passing: false };
}
