import { decode, encode } from 'cborg';
import { reasonOf, type EventLog } from '../event-log.js';
import type { ReservedRequest, ReservedService } from '../mqtt/reserved-topics.js';
import type { Registry } from '../registry/registry.js';
import type { FleetProvisioning } from './fleet-provisioning.js';
import { FleetRefusal, toFleetRefusal } from './fleet-refusal.js';

const CREATE = '$aws/certificates/create';
const CREATE_FROM_CSR = '$aws/certificates/create-from-csr';
const TEMPLATES = '$aws/provisioning-templates';

interface Codec {
  read(payload: Buffer): unknown;
  write(answer: object): Buffer;
}

/** The last level of a request's topic. */
const CODECS: Readonly<Record<string, Codec>> = {
  json: { read: (payload) => JSON.parse(payload.toString('utf8')) as unknown, write: (answer) => Buffer.from(JSON.stringify(answer)) },
  cbor: { read: (payload) => decode(payload) as unknown, write: (answer) => Buffer.from(encode(answer)) },
};

type Run = (registry: Registry, request: ReservedRequest, input: unknown) => object | Promise<object>;

/** The topics of fleet provisioning: a request on `<topic>/<json or cbor>`, its answer on `…/accepted` or `…/rejected` of the same connection. */
export function fleetTopics(fleet: FleetProvisioning, context: Omit<Registry, 'account'>, log: EventLog): ReservedService[] {
  const service = (topic: string, run: Run): ReservedService => ({
    requests: `${topic}/+`,
    replies: [`${topic}/+/accepted`, `${topic}/+/rejected`],
    answer: (request) => void answer(request, { ...context, account: request.account }, run, log),
  });
  return [
    service(CREATE, (registry) => fleet.createKeysAndCertificate(registry)),
    service(CREATE_FROM_CSR, (registry, _request, input) => fleet.createCertificateFromCsr(registry, input)),
    service(`${TEMPLATES}/+/provision`, (registry, { topic, certificate, clientId }, input) =>
      fleet.registerThing(registry, topic.split('/')[2] ?? '', { claimCertificateId: certificate.id, clientId }, input),
    ),
  ];
}

async function answer(request: ReservedRequest, registry: Registry, run: Run, log: EventLog): Promise<void> {
  const { topic, payload } = request;
  const form = topic.slice(topic.lastIndexOf('/') + 1);
  const codec = Object.hasOwn(CODECS, form) ? CODECS[form] : undefined;
  // AWS documents no answer to another form.
  if (codec === undefined) return log('sandbox.fleet-rejected', { account: registry.account.key, topic, reason: `There is no payload format ${form.slice(0, 64)}.` });
  try {
    request.reply(`${topic}/accepted`, codec.write(await run(registry, request, read(codec, payload))));
  } catch (error) {
    const { statusCode, errorCode, message: errorMessage } = toFleetRefusal(error);
    const reason = statusCode === 500 ? reasonOf(error) : errorMessage;
    log('sandbox.fleet-rejected', { account: registry.account.key, topic, clientId: request.clientId, certificateId: request.certificate.id, statusCode, errorCode, reason });
    request.reply(`${topic}/rejected`, codec.write({ statusCode, errorCode, errorMessage }));
  }
}

/** CreateKeysAndCertificate comes with an empty payload. */
function read(codec: Codec, payload: Buffer): unknown {
  if (payload.length === 0) return {};
  try {
    return codec.read(payload);
  } catch {
    throw new FleetRefusal(400, 'InvalidPayload', 'The payload can not be read.');
  }
}
