import { generateKeyPairSync } from 'node:crypto';
import { decode, encode } from 'cborg';
import type { MqttClient } from 'mqtt';
import { createCsr } from '../../../src/x509/csr-writer.js';
import { toPem } from '../../../src/x509/pem.js';
import type { Bench } from './bench.js';

export const CREATE = '$aws/certificates/create';
export const FROM_CSR = '$aws/certificates/create-from-csr';

export interface Answer {
  outcome: 'accepted' | 'rejected';
  payload: Record<string, string> & { deviceConfiguration?: object; statusCode?: number };
}

/** A device that connects with a claim. */
export async function connectWith(bench: Bench, index: number, identity: { pem: string; keyPem: string }, clientId: string): Promise<MqttClient> {
  const client = bench.device(identity, { servername: bench.account(index).endpoint, clientId });
  await new Promise((resolve) => client.once('connect', resolve));
  return client;
}

/** Asks on a topic and waits for the answer, as the MQTT API for device provisioning wants it. */
export async function ask(client: MqttClient, topic: string, payload?: object, form: 'json' | 'cbor' = 'json'): Promise<Answer> {
  const request = `${topic}/${form}`;
  await client.subscribeAsync([`${request}/accepted`, `${request}/rejected`], { qos: 1 });
  const answered = new Promise<Answer>((resolve) => {
    client.once('message', (answerTopic, bytes) => {
      const outcome = answerTopic.endsWith('/accepted') ? 'accepted' : 'rejected';
      resolve({ outcome, payload: (form === 'json' ? JSON.parse(bytes.toString()) : decode(bytes)) as Answer['payload'] });
    });
  });
  const bytes = payload === undefined ? Buffer.alloc(0) : form === 'json' ? Buffer.from(JSON.stringify(payload)) : Buffer.from(encode(payload));
  await client.publishAsync(request, bytes, { qos: 1 });
  return answered;
}

/** The device's own key, and its request for a certificate. */
export function newCsr() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'device' }], privateKey }));
  return { csr, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
