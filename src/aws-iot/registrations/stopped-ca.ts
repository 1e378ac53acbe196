import type { Authority } from '../../certificate-authority/authority.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { Target } from '../targets/targets.schema.js';
import type { Difference, Resource } from './resources.js';

/** `registered`: the target knows the CA; without it the other two are null. */
export interface ObservedIfRegistered {
  registered: boolean;
  status: string | null;
  autoRegistration: string | null;
}

/** A CA that need not be registered in the target. Throws AwsIotRefused when it belongs to another account. */
export async function observeIfRegistered(aws: AwsIotClient, { fingerprint }: Authority, target: Target): Promise<ObservedIfRegistered> {
  const ca = await aws.caCertificates.find(fingerprint);
  if (!ca) return { registered: false, status: null, autoRegistration: null };
  if (ca.ownedBy !== null && ca.ownedBy !== target.accountId) throw new AwsIotRefused('WrongAccount', `The CA is owned by account ${ca.ownedBy} and not by ${target.accountId}`);
  return { registered: true, status: ca.status, autoRegistration: ca.autoRegistration };
}

/**
 * The CA of an authority that an officer has stopped in the cloud: it lets no new device in, whatever its method. Devices that AWS knows already connect
 * as before (developer guide, "Deactivate a CA certificate"). A target that does not know the CA is left so.
 */
export function stoppedCaResource(authority: Authority, target: Target): Resource<ObservedIfRegistered> {
  const desired = { status: 'INACTIVE', autoRegistration: 'DISABLE' } as const;
  return {
    kind: 'ca-certificate',
    name: authority.fingerprint,
    desired,
    observe: (aws) => observeIfRegistered(aws, authority, target),
    difference: ({ status, autoRegistration }): Difference[] => [
      ...(status === 'ACTIVE' ? [{ what: 'the CA is ACTIVE, which an officer has stopped', change: 'status' }] : []),
      ...(autoRegistration === 'ENABLE' ? [{ what: 'auto-registration of the CA is on, which an officer has stopped', change: 'autoRegistration' }] : []),
    ],
    asks: () => desired,
    create: () => Promise.resolve(),
    apply: (aws) => aws.caCertificates.update(authority.fingerprint, desired),
  };
}
