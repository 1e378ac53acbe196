import type { Aedes } from 'aedes';
import type { Account } from '../accounts.js';
import type { DeviceCertificate } from '../store/certificate.repository.js';

/**
 * Tells the account's subscribers that a certificate waits for activation. `timestamp` is a number that moves with each
 * publication, `certificateRegistrationTimestamp` a string that does not: so AWS sends them.
 */
export function publishRegistered(broker: Aedes, account: Account, certificate: DeviceCertificate, caCertificateId: string): void {
  const payload = {
    certificateId: certificate.id,
    caCertificateId,
    timestamp: Date.now(),
    certificateStatus: 'PENDING_ACTIVATION',
    awsAccountId: account.accountId,
    certificateRegistrationTimestamp: String(+certificate.createdAt),
  };
  const topic = `$aws/events/certificates/registered/${caCertificateId}`;
  broker.publish({ cmd: 'publish', topic, payload: JSON.stringify(payload), qos: 1, dup: false, retain: false }, () => undefined);
}
