import type { Authority } from '../../certificate-authority/authority.js';
import { type Difference, liftingRemedy, type Resource } from '../registrations/resources.js';
import { type ObservedIfRegistered, observeIfRegistered } from '../registrations/stopped-ca.js';
import type { Target } from '../targets/targets.schema.js';

/**
 * The authority's CA lets no device in by itself: it is unknown in the target, or its auto-registration is off. One that a person has set INACTIVE
 * is a stop of everything that it signs, also where AWS would take its certificates without it (rule 6).
 */
export function silentCaResource(authority: Authority, target: Target): Resource<ObservedIfRegistered> {
  const { fingerprint } = authority;
  return {
    kind: 'ca-certificate',
    name: fingerprint,
    desired: { autoRegistration: 'DISABLE' },
    observe: (aws) => observeIfRegistered(aws, authority, target),
    difference({ status, autoRegistration }): Difference[] {
      if (status === 'INACTIVE') return [{ what: 'the CA is INACTIVE, which only a person lifts', change: 'status', isStop: true, keepsOut: true, remedy: liftingRemedy(authority, target, 'DISABLE') }];
      if (autoRegistration !== 'ENABLE') return [];
      return [{ what: 'the CA lets devices in by itself (auto-registration is on)', change: 'autoRegistration', keepsOut: true }];
    },
    asks: (differences) => settingsFor(differences ?? []),
    create: () => Promise.resolve(),
    apply: (aws, differences) => aws.caCertificates.update(fingerprint, settingsFor(differences)),
  };
}

function settingsFor(differences: readonly Difference[]): { autoRegistration: string; status?: string } {
  return { autoRegistration: 'DISABLE', ...(differences.some(({ change }) => change === 'status') ? { status: 'ACTIVE' } : {}) };
}
