import { X509Certificate } from 'node:crypto';
import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateThingCommand, DescribeCACertificateCommand, DescribeCertificateCommand, IoTClient, ListThingPrincipalsCommand, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { plainHex, readCrl } from '../x509/crl-reader.js';

/**
 * Just-in-time registration without a factory in the path: AWS Lambda runs this for each event on `$aws/events/certificates/registered/<ca>` (docs/methods/jitr.md).
 * There is no ledger here: a certificate counts that the CA has signed and its revocation list does not name. Events repeat, so each step may be taken again.
 */
export interface JitrSettings {
  iot: IoTClient;
  /** Of an existing policy. */
  policyName: string;
  /** Answers the CA's present revocation list, DER. */
  revocationList: () => Promise<Buffer>;
}

/** As AWS IoT publishes it. */
export interface RegistrationEvent {
  certificateId: string;
  caCertificateId: string;
  certificateStatus: string;
}

/** `left`: as it is, since it is not for us to decide. What fails is thrown, so that Lambda tries again. */
export interface JitrOutcome {
  certificateId: string;
  outcome: 'activated' | 'revoked' | 'left';
  reason?: string;
}

export function jitr({ iot, policyName, revocationList }: JitrSettings) {
  return async ({ certificateId, caCertificateId }: RegistrationEvent): Promise<JitrOutcome> => {
    const left = (reason: string): JitrOutcome => ({ certificateId, outcome: 'left', reason });
    const { certificateDescription: found } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    if (found?.status !== 'PENDING_ACTIVATION') return left(`the certificate is ${found?.status}`);
    const { certificateDescription: ca } = await iot.send(new DescribeCACertificateCommand({ certificateId: caCertificateId }));
    const certificate = new X509Certificate(found.certificatePem ?? '');
    const issuer = new X509Certificate(ca?.certificatePem ?? '');
    if (!certificate.verify(issuer.publicKey)) return left('the CA of the event has not signed it');
    if (await isRevoked(certificate, issuer, revocationList)) {
      await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }));
      return { certificateId, outcome: 'revoked' };
    }
    const thingName = commonNameOf(certificate);
    if (thingName === undefined) return left('its subject has no common name that a Thing could have');
    await iot.send(new CreateThingCommand({ thingName }));
    // A Thing that has another certificate is another unit's, or stands for one that was scrapped.
    const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName }));
    if (principals.some((arn) => !arn.endsWith(`:cert/${certificateId}`))) return left(`the Thing ${thingName} has another certificate`);
    const principal = found.certificateArn;
    await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
    await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'ACTIVE' }));
    return { certificateId, outcome: 'activated' };
  };
}

/** Without a list that holds at this moment nobody is let in. */
async function isRevoked(certificate: X509Certificate, issuer: X509Certificate, revocationList: () => Promise<Buffer>): Promise<boolean> {
  const { nextUpdate, serialNumbers } = readCrl(await revocationList(), issuer);
  if (nextUpdate === null || +nextUpdate < Date.now()) throw new Error(`The revocation list was good until ${nextUpdate?.toISOString() ?? '(it does not say)'}`);
  return serialNumbers.has(plainHex(certificate.serialNumber));
}

function commonNameOf(certificate: X509Certificate): string | undefined {
  const name = certificate.subject.split('\n').find((part) => part.startsWith('CN='))?.slice(3);
  return name !== undefined && /^[a-zA-Z0-9:_-]{1,128}$/.test(name) ? name : undefined;
}

let configured: ReturnType<typeof jitr> | undefined;

/** Lambda's entry: POLICY_NAME and CRL_URL (`https://…/v1/authorities/{id}/crl`, or a copy of it) are its settings. */
export const handler = async (event: RegistrationEvent): Promise<JitrOutcome> => {
  const { POLICY_NAME, CRL_URL } = process.env;
  if (!POLICY_NAME || !CRL_URL) throw new Error('POLICY_NAME and CRL_URL must be set');
  configured ??= jitr({ iot: new IoTClient({}), policyName: POLICY_NAME, revocationList: () => download(CRL_URL) });
  return configured(event);
};

async function download(url: string): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`The revocation list was answered with ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}
