import type { BulkRegistration, BulkSettings } from '../bulk-registrations/bulk-registrations.repository.js';
import type { Difference, Resource } from '../registrations/resources.js';

/** The customer's bucket, which takes our files. It is only looked at: one small file is left in the folder. */
export function bucketResource({ bucket, folder }: BulkSettings): Resource<{ exists: boolean }> {
  return {
    kind: 'bucket',
    name: `${bucket}/${folder}`,
    desired: { exists: true },
    observe: async (aws) => ({ exists: await aws.objects.takesFiles(bucket, `${folder}/lineside-may-write.txt`) }),
    difference: (observed) => (observed.exists ? [] : [{ what: `there is no bucket ${bucket}: make it in the account`, keepsOut: true }]),
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
      if (problem === null) return [{ what: 'the trial task has not ended yet', keepsOut: true, isUnderWay: true }];
      return [{ what: `the trial task came to nothing: ${problem}`, keepsOut: true }];
    },
    create: begin,
    apply: () => Promise.resolve(),
  };
}
