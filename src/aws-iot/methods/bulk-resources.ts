import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { type BulkRegistration, BulkRegistrationRepository, type BulkSettings } from '../bulk-registrations/bulk-registrations.repository.js';
import { type Difference, policyResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import { settingsOf } from './bulk-files.js';
import { namedBy } from './bulk-template.js';
import { DEVICE_POLICY, devicePolicyDocument } from './device-policy.js';
import { BulkParameters } from './parameters.js';
import type { Parameters } from './provisioning-method.js';
import { RegisteredCa } from './registered-ca.js';
import { requiredResource } from './required-resources.js';

/** The customer's bucket, which takes our files. It is only looked at: one small file is left in the folder. */
export function bucketResource({ bucket, folder }: BulkSettings): Resource<{ exists: boolean }> {
  return {
    kind: 'bucket',
    name: `${bucket}/${folder}`,
    desired: { exists: true },
    observe: async (aws) => ({ exists: await aws.objects.takesFiles(bucket, `${folder}/lineside-may-write.txt`) }),
    difference: (observed) => (observed.exists ? [] : [{ what: `there is no bucket ${bucket}`, keepsOut: true, remedy: `Make the bucket ${bucket} in the account.` }]),
    create: () => Promise.resolve(),
    apply: () => Promise.resolve(),
  };
}

/** What the ledger has of a trial; a worker brings it to its end. */
interface Trial {
  find: () => Promise<BulkRegistration | undefined>;
  begin: () => Promise<void>;
}

interface ObservedTrial {
  passed: boolean;
  problem: string | null;
  waitsFor: string | null;
}

/**
 * A task with one line that makes nothing, once for each template, bucket and role: whether AWS may be given the role, whether the role may read the bucket, and whether
 * AWS takes the template shows nowhere else.
 */
export function trialResource({ hash }: BulkSettings, { find, begin }: Trial): Resource<ObservedTrial> {
  return {
    kind: 'registration-task',
    name: `trial-${hash}`,
    desired: { passed: true },
    async observe() {
      const trial = await find();
      return trial && { passed: trial.state === 'ended', problem: trial.detail, waitsFor: trial.waitsFor };
    },
    difference({ passed, problem, waitsFor }): Difference[] {
      if (passed) return [];
      // Somebody else's task may take hours, and says nothing against ours.
      if (waitsFor !== null) return [{ what: `the trial task could not run yet. ${problem ?? ''}` }];
      if (problem === null) return [{ what: 'the trial task has not ended yet', keepsOut: true, isUnderWay: true, remedy: 'It goes on by itself; if it stays so for minutes, see that a worker runs and reaches AWS.' }];
      return [{ what: `the trial task came to nothing: ${problem}`, keepsOut: true, remedy: 'Mend what AWS says of it; the trial is tried again by itself.' }];
    },
    create: begin,
    apply: () => Promise.resolve(),
  };
}

/** What must stand in a target for bulk registration. */
@Injectable()
export class BulkResources {
  constructor(
    private readonly registeredCa: RegisteredCa,
    private readonly registrations: BulkRegistrationRepository,
  ) {}

  /** A task wants the CA of each certificate to be registered; it lets nobody in by itself. The trial comes last but for it, since it needs all that is before. */
  of(authority: Authority, target: Target, family: Parameters): Resource[] {
    const { template } = BulkParameters.parse(family);
    const settings = settingsOf(family, target);
    const named = namedBy(template);
    return [
      policyResource(DEVICE_POLICY, devicePolicyDocument(target), target),
      ...named.thingTypes.map((name) => requiredResource('thing-type', name)),
      ...named.groups.map((name) => requiredResource('thing-group', name)),
      ...named.billingGroups.map((name) => requiredResource('billing-group', name)),
      ...named.policies.map((name) => requiredResource('policy', name)),
      bucketResource(settings),
      trialResource(settings, { find: () => this.registrations.trial(target.name, settings), begin: () => this.registrations.openTrial(target.name, settings) }),
      this.registeredCa.resource(authority, target, 'DISABLE'),
    ] as Resource[];
  }
}
