import { createHash } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { fromPem } from '../x509/pem.js';
import type { ClaimIdentity, Identity } from './api-answers.js';
import type { Network } from './device.js';

/** What stands in the place of an authority's id where AWS has signed. */
export const SIGNED_BY_AWS = 'aws';

const ANSWER_MS = 10_000;

/**
 * What a device does with a claim and a voucher (developer guide, "Device provisioning MQTT API"): asks AWS for a certificate for its own key, and has it provisioned. Answers the identity with which
 * it connects from then on. @throws Error with one sentence
 */
export async function askForCertificate({ claim, thingName, endpoints, roots }: ClaimIdentity, csr: string, { cloud, bringClaim }: Network): Promise<Identity> {
  const [endpoint] = endpoints;
  const brought = claim.certificate === undefined ? await bringClaim?.() : claim;
  if (!endpoint || brought?.certificate === undefined || brought.privateKey === undefined) throw new Error(`There is no endpoint or no claim for ${thingName}`);
  const known = cloud?.targets.find(({ mqtt }) => mqtt.host === endpoint.host)?.mqtt;
  const { default: mqtt } = await import('mqtt');
  const client = mqtt.connect({
    protocol: 'mqtts', host: known?.connectTo ?? endpoint.host, port: known?.port ?? endpoint.port, servername: endpoint.host, ca: roots, cert: brought.certificate, key: brought.privateKey,
    clientId: `claim-${thingName}`, protocolVersion: 4, connectTimeout: ANSWER_MS, reconnectPeriod: 0,
  });
  try {
    await new Promise((resolve, reject) => {
      client.once('connect', resolve);
      client.once('error', reject);
      client.once('close', () => reject(new Error('the connection with the claim was dropped')));
    });
    const signed = await ask(client, '$aws/certificates/create-from-csr/json', { certificateSigningRequest: csr });
    const parameters = { SerialNumber: thingName, Voucher: claim.voucher };
    await ask(client, `$aws/provisioning-templates/${claim.template}/provision/json`, { certificateOwnershipToken: signed['certificateOwnershipToken'], parameters });
    const certificate = String(signed['certificatePem']);
    const fingerprint = createHash('sha256').update(fromPem('CERTIFICATE', certificate)).digest('hex');
    return { certificate, chain: '', fingerprint, thingName, authority: SIGNED_BY_AWS, vouchedBy: signerOf(claim.voucher), endpoints, roots };
  } finally {
    client.end(true);
  }
}

/** `kid` of the voucher's header. */
function signerOf(voucher: string): string {
  const { kid } = JSON.parse(Buffer.from(voucher.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
  return kid;
}

/** Answers come on the connection that asked, on topics of their own. */
async function ask(client: MqttClient, topic: string, payload: object): Promise<Record<string, unknown>> {
  await client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`], { qos: 1 });
  const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${topic} was not answered`)), ANSWER_MS);
    client.on('message', (answerTopic, bytes) => {
      if (!answerTopic.startsWith(`${topic}/`)) return;
      clearTimeout(timer);
      const answer = JSON.parse(bytes.toString()) as Record<string, unknown>;
      if (answerTopic.endsWith('/accepted')) resolve(answer);
      else reject(new Error(`${topic} was rejected: ${String(answer['errorCode'])} ${String(answer['errorMessage'])}`));
    });
  });
  await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
  return answered;
}
