import type { Authority } from '../../certificate-authority/authority.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import type { Difference, Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';

/** `registered`: the target knows the CA; without it the other two are null. */
interface ObservedSilentCa {
  registered: boolean;
  status: string | null;
  autoRegistration: string | null;
}

/**
 * The authority's CA lets no device in by itself: it is unknown in the target, or its auto-registration is off. One that a person has set INACTIVE
 * is a stop of everything that it signs, also where AWS would take its certificates without it (rule 6).
 */
export function silentCaResource({ fingerprint }: Authority, target: Target): Resource<ObservedSilentCa> {
  return {
    kind: 'ca-certificate',
    name: fingerprint,
    desired: { autoRegistration: 'DISABLE' },
    async observe(aws) {
      const ca = await aws.caCertificates.find(fingerprint);
      if (!ca) return { registered: false, status: null, autoRegistration: null };
      if (ca.ownedBy !== null && ca.ownedBy !== target.accountId) throw new AwsIotRefused('WrongAccount', `The CA is owned by account ${ca.ownedBy} and not by ${target.accountId}`);
      return { registered: true, status: ca.status, autoRegistration: ca.autoRegistration };
    },
    difference({ status, autoRegistration }): Difference[] {
      if (status === 'INACTIVE') return [{ what: 'the CA is INACTIVE, which only a person lifts', keepsOut: true }];
      if (autoRegistration !== 'ENABLE') return [];
      return [{ what: 'the CA lets devices in by itself (auto-registration is on)', change: 'autoRegistration', keepsOut: true }];
    },
    create: () => Promise.resolve(),
    apply: (aws) => aws.caCertificates.update(fingerprint, { autoRegistration: 'DISABLE' }),
  };
}
