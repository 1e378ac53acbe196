import { z } from 'zod';
import { type CheckResult, failed, notSeen, ok } from '../device-connection/check-result.js';
import type { EndpointWay, LoadedUnit } from '../device-connection/loaded-unit.js';
import type { SandboxAccount, SandboxPlace } from '../simulation/sandbox-place.js';
import { fingerprint } from '../x509/certificate.js';
import { fromPem, fromPemChain, toPem } from '../x509/pem.js';
import { checkServerName } from './endpoint-checks.js';
import { checkIdentity } from './identity-checks.js';
import { SandboxCheckAccount } from './sandbox-account.js';
import { SandboxObserver } from './sandbox-observer.js';

/** A unit whose key nobody can read: its board connects by itself, and is watched. */
export interface BoardWatch {
  unit: Omit<LoadedUnit, 'privateKey'>;
  way: EndpointWay;
  terms: { allowedTopic: string; forbiddenTopic: string; patienceMs: number };
  sandbox: SandboxPlace;
  account: SandboxAccount;
  /** Whether the unit's authority is made known in the account first, and the unit forgotten afterwards. */
  prepares: boolean;
  /** The devices' policy document there, if not Lineside's own. */
  policy: string | undefined;
}

/** Lifecycle events (AWS IoT developer guide), of which `disconnectReason` is there at the end of a connection only. */
const Presence = z.object({ clientId: z.string(), principalIdentifier: z.string(), eventType: z.string(), disconnectReason: z.string().optional() });

/** What was seen of a board. */
interface Sightings {
  clientIds: Set<string>;
  allowed: boolean;
  /** A message to the forbidden topic was taken. */
  forbidden: boolean;
  /** A connection ended because the board did what it may not. */
  cut: boolean;
}

/** Waits until all was seen, or the time is over. `watching`: called once the board may connect. */
export async function watchBoard({ unit, way, terms, sandbox, account: place, prepares, policy }: BoardWatch, watching: () => void = () => undefined): Promise<CheckResult[]> {
  const identity = checkIdentity(unit);
  const name = checkServerName(way);
  if ([...identity, name].some(({ state }) => state === 'failed')) return [...identity, name, notSeen('connections', 'Left out until what failed is put right')];
  const certificateId = fingerprint(fromPem('CERTIFICATE', unit.certificate));
  const account = await SandboxCheckAccount.open(sandbox, place);
  try {
    if (prepares) await account.requireFree();
    if (prepares) await account.letIn(unit.authority ?? toPem('CERTIFICATE', fromPemChain(unit.chain).at(-1)!), policy);
    const isFirst = (await account.statusOf(certificateId)) === undefined;
    try {
      const topics = { allowed: filled(terms.allowedTopic, unit), forbidden: filled(terms.forbiddenTopic, unit) };
      const seen = await sightingsOf(account, way, { ...topics, certificateId, patienceMs: terms.patienceMs }, watching);
      const status = await account.statusOf(certificateId);
      return [...identity, name, connection(seen, unit, status, terms.patienceMs), clientId(seen, unit), allowedTopic(seen, topics.allowed), forbiddenTopic(seen, topics.forbidden)];
    } finally {
      if (prepares && isFirst) await account.forget(certificateId);
    }
  } finally {
    account.close();
  }
}

const filled = (topic: string, { thingName }: Pick<LoadedUnit, 'thingName'>) => topic.replaceAll('{thing}', thingName);

interface Watched {
  certificateId: string;
  allowed: string;
  forbidden: string;
  patienceMs: number;
}

async function sightingsOf(account: SandboxCheckAccount, way: EndpointWay, { certificateId, allowed, forbidden, patienceMs }: Watched, watching: () => void): Promise<Sightings> {
  const seen: Sightings = { clientIds: new Set(), allowed: false, forbidden: false, cut: false };
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const observer = await SandboxObserver.on(account, way, ['$aws/events/presence/#', allowed, forbidden], (topic, payload) => {
    if (topic.startsWith('$aws/')) note(seen, certificateId, payload);
    seen.allowed ||= topic === allowed;
    seen.forbidden ||= topic === forbidden;
    if (seen.clientIds.size > 0 && seen.allowed && (seen.forbidden || seen.cut)) resolve();
  });
  watching();
  const late = setTimeout(resolve, patienceMs);
  try {
    await all;
  } finally {
    clearTimeout(late);
    await observer.close();
  }
  return seen;
}

function note(seen: Sightings, certificateId: string, payload: string): void {
  const event = Presence.safeParse(JSON.parse(payload)).data;
  if (event?.principalIdentifier !== certificateId) return;
  if (event.eventType === 'connected') seen.clientIds.add(event.clientId);
  seen.cut ||= event.disconnectReason === 'FORBIDDEN_ACCESS';
}

function connection({ clientIds }: Sightings, { thingName }: Pick<LoadedUnit, 'thingName'>, status: string | undefined, patienceMs: number): CheckResult {
  const check = 'first connections';
  if (clientIds.size > 0) return ok(check, `The board has connected with the certificate of ${thingName}, so that its key fits`);
  const within = `The board was not let in within ${Math.round(patienceMs / 1_000)} s`;
  if (status === undefined) return failed(check, `${within}, and its certificate was never seen`, 'See that the board runs, reaches the endpoint, sends its complete name as SNI, trusts the roots, and uses the key that the certificate is for.');
  if (status !== 'ACTIVE') return failed(check, `${within}: its certificate is ${status}`, 'Let the board come again after a dropped connection; if it stays so, see GET /_sandbox/provisioning-failures.');
  return failed(check, `${within}, though its certificate is ACTIVE`, `Let the board connect with the client id ${thingName}, and at most once a second.`);
}

function clientId({ clientIds }: Sightings, { thingName }: Pick<LoadedUnit, 'thingName'>): CheckResult {
  const others = [...clientIds].filter((id) => id !== thingName);
  if (clientIds.size === 0) return notSeen('client id', 'The board was not let in');
  if (others.length === 0) return ok('client id', `It has connected as ${thingName} and nothing else`);
  return failed('client id', `It has connected as ${others.join(', ')}, which is not its Thing`, `Let the board use ${thingName} as its client id, and bind iot:Connect to client/\${iot:Connection.Thing.ThingName} in the devices’ policy.`);
}

function allowedTopic({ allowed }: Sightings, topic: string): CheckResult {
  return allowed ? ok('allowed topic', `A message to ${topic} came through`) : notSeen('allowed topic', `The board has published nothing to ${topic} (--allowed-topic)`);
}

function forbiddenTopic({ forbidden, cut }: Sightings, topic: string): CheckResult {
  if (forbidden) return failed('forbidden topic', `A message to ${topic}, which belongs to another unit, was taken`, 'Bind iot:Publish to topics of ${iot:Connection.Thing.ThingName} in the devices’ policy, or name a topic that it forbids by --forbidden-topic.');
  return cut ? ok('forbidden topic', 'Its connection ended when it did what its policy forbids') : notSeen('forbidden topic', `The board has published nothing to ${topic} (--forbidden-topic)`);
}
