import { setTimeout as wait } from 'node:timers/promises';
import { type CheckResult, failed, notSeen, ok, reasonOf } from './check-result.js';
import { DeviceConnection, isFinal, isUnreached } from './device-connection.js';
import type { EndpointWay, LoadedUnit } from './loaded-unit.js';

export interface ConnectionTerms {
  /** `{thing}` stands for the Thing's name. Undefined: what the policy says of topics is not known. */
  allowedTopic: string | undefined;
  forbiddenTopic: string | undefined;
  /** How long the unit goes on trying to get in. AWS takes 1 to 5 s to provision a device that it meets for the first time. */
  patienceMs: number;
  /** From one CONNECT to the next. AWS takes one a second from a client id. */
  connectEveryMs: number;
  /** Whether AWS meets the certificate for the first time, where that is known. */
  isFirst: boolean | undefined;
  /** The service makes the unit known there, whether it connects or not; otherwise AWS does, once it has connected. */
  isRegistered?: boolean;
  /** Breaks it off. */
  signal?: AbortSignal;
}

/** Why the unit was not let in: it does not trust the server, nobody answered, or the connection was dropped. */
export type Refusal = 'untrusted' | 'unreached' | 'dropped';

export interface Connections {
  results: CheckResult[];
  /** Undefined: it was let in. */
  refusal: Refusal | undefined;
}

/** Connects as the unit would, and sees what it may do there. Rejects when it is broken off. */
export async function checkConnections(unit: LoadedUnit, way: EndpointWay, terms: ConnectionTerms): Promise<Connections> {
  const { thingName } = unit;
  const first = await letIn(unit, way, terms);
  if ('refusal' in first) return { refusal: first.refusal, results: [first.result, ...['client id', 'allowed topic', 'forbidden topic'].map((check) => notSeen(check, 'The unit was not let in'))] };
  const { connection, result } = first;
  try {
    const [allowedTopic, forbiddenTopic] = [terms.allowedTopic, terms.forbiddenTopic].map((topic) => topic?.replaceAll('{thing}', thingName));
    const allowed = allowedTopic === undefined ? notSeen('allowed topic', NO_TOPIC) : await checkAllowed(connection, allowedTopic);
    const forbidden = await checkForbidden(connection, forbiddenTopic, allowed);
    return { refusal: undefined, results: [result, await checkClientId(unit, way), allowed, forbidden] };
  } finally {
    connection.end();
  }
}

const NO_TOPIC = 'No topic was named';

async function letIn(unit: LoadedUnit, way: EndpointWay, { patienceMs, connectEveryMs, isFirst, isRegistered, signal }: ConnectionTerms): Promise<{ result: CheckResult; connection: DeviceConnection } | { result: CheckResult; refusal: Refusal }> {
  const check = 'first connections';
  const began = performance.now();
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted();
    const attemptAt = performance.now();
    try {
      const connection = await DeviceConnection.open(unit, way, unit.thingName);
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      if (isRegistered === true) return { connection, result: ok(check, `Let in after ${seconds} s, once the service had registered it there`) };
      if (attempts > 1) return { connection, result: ok(check, `Dropped ${attempts - 1} time${attempts === 2 ? '' : 's'} while it was provisioned, then let in after ${seconds} s`) };
      const finding = isFirst === true ? 'The endpoint took the unit at its first connection, without provisioning it' : 'The unit was known there and let in at once, so that its way through provisioning was not seen';
      return { connection, result: notSeen(check, finding) };
    } catch (error) {
      if (isFinal(error)) return { refusal: 'untrusted', result: failed(check, `The unit does not trust ${way.host}: ${reasonOf(error)}`, 'Load the roots that came with the certificate.') };
      if (performance.now() - began + connectEveryMs > patienceMs) {
        const finding = `Not let in at ${way.host} within ${Math.round(patienceMs / 1_000)} s and ${attempts} connections: ${reasonOf(error)}`;
        if (isUnreached(error)) return { refusal: 'unreached', result: failed(check, finding, `Open the way from this machine to port ${way.port} of ${way.connectTo} (TCP), and see that the name is looked up.`) };
        if (isRegistered === true) return { refusal: 'dropped', result: failed(check, finding, 'See that a worker reaches AWS in that account and may register certificates, Things and policies there (POST /v1/aws/targets/{name}/check).') };
        return { refusal: 'dropped', result: failed(check, finding, 'See that the authority is known and ACTIVE in that account, lets devices in by itself, and that its template fits (sandbox: GET /_sandbox/provisioning-failures).') };
      }
      await wait(Math.max(0, attemptAt + connectEveryMs - performance.now()), undefined, signal && { signal });
    }
  }
}

/** The policy binds the client id to the Thing that the certificate is attached to. */
async function checkClientId(unit: LoadedUnit, way: EndpointWay): Promise<CheckResult> {
  const other = `${unit.thingName}-other`;
  try {
    (await DeviceConnection.open(unit, way, other)).end();
  } catch {
    return ok('client id', `Let in as ${unit.thingName}, and not as ${other}`);
  }
  return failed('client id', `The unit was let in as ${other} too, and not only as its Thing`, 'Bind iot:Connect to client/${iot:Connection.Thing.ThingName} in the devices’ policy.');
}

async function checkAllowed(connection: DeviceConnection, topic: string): Promise<CheckResult> {
  const outcome = await connection.publish(topic);
  if (outcome === 'acknowledged') return ok('allowed topic', `A message to ${topic} was acknowledged`);
  return failed('allowed topic', outcome === 'cut' ? `A message to ${topic} ended the connection` : `A message to ${topic} was not acknowledged`, 'Name a topic that the devices’ policy allows by --allowed-topic, or correct the policy.');
}

async function checkForbidden(connection: DeviceConnection, topic: string | undefined, allowed: CheckResult): Promise<CheckResult> {
  if (topic === undefined) return notSeen('forbidden topic', NO_TOPIC);
  if (allowed.state === 'failed') return notSeen('forbidden topic', 'The connection ended before');
  const outcome = await connection.publish(topic);
  if (outcome === 'cut') return ok('forbidden topic', `A message to ${topic} ended the connection`);
  return failed('forbidden topic', `A message to ${topic}, which belongs to another unit, was taken`, 'Bind iot:Publish to topics of ${iot:Connection.Thing.ThingName} in the devices’ policy, or name a topic that it forbids by --forbidden-topic.');
}
