import { Injectable, Logger } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { AuthorityRepository } from '../../certificate-authority/authority.repository.js';
import type { Json } from '../../platform/database/schema.js';
import { DomainError } from '../../platform/errors/domain-error.js';
import { AwsIotError, AwsIotRefused } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { KeepOutRepository } from './keep-outs.repository.js';
import { ProvisioningMethods } from '../methods/methods.js';
import type { ClaimedRegistration, Outcome, RegistrationTerms } from './registration-round.js';
import { Overtaken } from './resource-intents.js';
import { type Ask, bringAbout, type ResourceRound, type Round } from './resource-rounds.js';
import type { Resource } from './resources.js';
import { TargetResourceRepository } from './target-resources.repository.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';

const logger = new Logger('RegistrationWork');

/** A resource with what came of a round at it. */
export interface WorkedResource {
  resource: Resource;
  result: ResourceRound;
}

/** One round at a registration: at everything that must stand in its target for its authority. */
@Injectable()
export class RegistrationWork {
  constructor(
    private readonly targets: TargetRepository,
    private readonly authorities: AuthorityRepository,
    private readonly resources: TargetResourceRepository,
    private readonly methods: ProvisioningMethods,
    private readonly clients: AwsIotClients,
    private readonly keepOuts: KeepOutRepository,
  ) {}

  /** `interrupted`: the service stops, or something else is wanted by now. `ordered`: a person wants everything made right. */
  async attempt(claim: ClaimedRegistration, round: Round, ordered = false): Promise<Outcome | 'interrupted'> {
    const target = await this.targets.get(claim.target);
    try {
      return await this.goThrough(claim, target, round, ordered);
    } catch (error) {
      if (this.clients.signal.aborted || error instanceof Overtaken) return 'interrupted';
      // A refusal may be about the credentials: read them anew before the next attempt.
      if (error instanceof AwsIotRefused) this.clients.forget(target);
      return failure(error);
    }
  }

  /** The registration is in sync when all of it is. */
  private async goThrough(claim: ClaimedRegistration, target: Target, round: Round, ordered: boolean): Promise<Outcome> {
    const authority = await this.authorities.get(claim.authority);
    if (authority.state === 'cancelled') return this.remove(authority, target);
    const worked = await this.eachResource(claim, target, round, ordered);
    const results = worked.map(({ result }) => result);
    const { resource, result } = worked.at(-1)!;
    const keepsOut = results.flatMap((each) => each.keepsOut);
    const byHand = results.flatMap((each) => each.byHand);
    const toTakeOver = results.some((each) => each.toTakeOver);
    const outcome = {
      desired: resource.desired, observed: keepsOut.length === 0 ? result.observed : { ...result.observed, keepsOut, byHand, toTakeOver } as Record<string, Json>,
      caCertificateId: result.observed['registered'] === false ? null : authority.fingerprint, mended: results.flatMap(({ changed }) => changed), brought: round === bringAbout,
    };
    if (results.some(({ waits }) => waits)) {
      await this.keepOuts.makeDue(target.name, authority.id);
      return { state: 'pending', step: 'keep-out', ...outcome, detail: 'Certificates that are to be kept out are made known there before the CA may let devices in' };
    }
    const differences = results.flatMap((each) => each.differences);
    if (differences.length === 0) return { state: 'in-sync', ...outcome };
    const detail = `In AWS ${differences.map(({ what }) => what).join('; ')}`;
    return differences.every(({ isUnderWay }) => isUnderWay) ? { state: 'pending', step: 'make', ...outcome, detail } : { state: 'drifted', ...outcome, detail };
  }

  /** In the order in which they have to be made. Throws what AWS answers. */
  async eachResource(claim: RegistrationTerms, target: Target, round: Round, ordered: boolean): Promise<WorkedResource[]> {
    const authority = await this.authorities.get(claim.authority);
    const aws = this.clients.for(target);
    if (authority.cloudStoppedAt === null) await this.targets.setMqttHost(target, await aws.endpoint());
    const resources = this.methods.resources(claim.method, authority, target, claim.parameters);
    if (claim.step !== 'watch' && resources.at(-1)?.desired['autoRegistration'] === 'ENABLE') await this.keepOuts.expect(target.name, authority.id, claim.method);
    const letsDevicesIn = (await this.keepOuts.pending(target.name, authority.id)) === 0;
    const worked: WorkedResource[] = [];
    for (const resource of resources) {
      const begun = await this.resources.now();
      const known = await this.resources.find(target.name, resource);
      const ask: Ask = (settings, call) => this.resources.intents.around(claim, authority, resource, settings, aws, call);
      const result = await round(resource, aws, known, { ordered, letsDevicesIn, enforced: target.ownership === 'enforce', unfinished: claim.step !== 'watch' }, ask);
      await this.resources.record(target.name, claim.method, authority.id, resource, result, begun, known);
      worked.push({ resource, result });
    }
    return worked;
  }

  /** A call that registers the CA may still be under way: then it is looked for again. */
  private async remove({ fingerprint }: Authority, target: Target): Promise<Outcome> {
    const begun = await this.resources.now();
    await this.clients.for(target).caCertificates.remove(fingerprint);
    if (!(await this.resources.intents.settle(target.name, { kind: 'ca-certificate', name: fingerprint }, begun))) return { state: 'removed' };
    return { state: 'pending', step: 'make', seldom: true, desired: {}, observed: {}, caCertificateId: null, mended: [], brought: true, detail: 'A call that registers the CA there may still take effect' };
  }
}

function failure(error: unknown): Outcome {
  if (error instanceof AwsIotError) return { state: 'failed', detail: error.message, passing: !(error instanceof AwsIotRefused), awsError: error.code };
  if (error instanceof DomainError) return { state: 'failed', detail: error.message, passing: error.retryable, awsError: null };
  logger.error({ event: 'registration.broken', error });
  return { state: 'failed', detail: 'Something went wrong inside the service', passing: false, awsError: null };
}
