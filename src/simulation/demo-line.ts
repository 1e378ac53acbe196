import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { CHECK_ACCOUNT } from '../config/other-settings.js';
import { Page, StationSelf, Target } from './api-answers.js';
import { ApiClient, ApiProblem } from '../client/api-client.js';
import { ensureIssuing } from './authority-setup.js';
import { type Cloud, type DemoCredentials, findCredentials, writeCredentials } from './credentials.js';
import { ensureReleased, ensureStation, hasCode, makeStationKey } from './line-setup.js';
import { readSandbox, type SandboxPlace } from './sandbox-place.js';

export const DEMO_FAMILY = 'Lineside';
const DEMO_ORDER = 'demo';
const CHECK_AGAIN_MS = 500;
const DEMO_STATION = { id: 'station-1', line: 'line-1', slots: ['1'] };
/** On a line of its own, so that its units never come to the person at the demo station. */
const GOLDEN_STATION = { id: 'golden', line: 'golden', slots: ['1'] };

export interface DemoLineSettings {
  baseUrl: string;
  /** PEM of the CA that its certificate comes from; only with an https address. */
  caFile?: string | undefined;
  /** Keys of the people; the stations' are made here. */
  keys: { admin: string; manager: string; officer: string; issuer?: string | undefined };
  /** The running sandbox's data folder. */
  sandbox: { folder: string };
  /** Read for what an earlier run left, and written when all is there. */
  credentialsFile: string;
  /** Told in words what is being done next. */
  onStep?: (step: string) => void;
  /** How long AWS may take to know the authority. */
  patienceMs?: number;
}

/**
 * Makes a working line through the REST API alone: targets, authority, line, station with its key, and a released order.
 * What is there already stays as it is, so a run that was cut short is completed by the next.
 */
export async function ensureDemoLine({ baseUrl, caFile, keys, sandbox, credentialsFile, onStep = () => undefined, patienceMs = 60_000 }: DemoLineSettings): Promise<DemoCredentials> {
  const manager = new ApiClient({ baseUrl, caFile }, keys.manager);
  const officer = new ApiClient({ baseUrl, caFile }, keys.officer);
  const place = await readSandbox(sandbox.folder);

  onStep('Naming the AWS targets');
  const targets = await ensureTargets(officer, place);
  await Promise.all(targets.map(({ name }) => untilVerified(officer, name, patienceMs)));
  onStep(`Registering the authority ${DEMO_FAMILY} in every target`);
  await ensureIssuing(officer, DEMO_FAMILY, patienceMs);
  onStep('Setting up the line, its station and its work order');
  await Promise.all([ensureStation(manager, DEMO_STATION), ensureStation(manager, GOLDEN_STATION)]);

  // Written as soon as they exist: nobody would revoke a key that was lost.
  const known = findCredentials(credentialsFile);
  const stationKey = await ensureStationKey(manager, DEMO_STATION.id, known?.keys.station);
  const goldenKey = await ensureStationKey(manager, GOLDEN_STATION.id, known?.goldenUnit?.key);
  const credentials: DemoCredentials = {
    ...known,
    baseUrl,
    ...(caFile === undefined ? {} : { caFile }),
    keys: { ...known?.keys, ...keys, station: stationKey },
    station: DEMO_STATION,
    workOrder: DEMO_ORDER,
    aws: cloudOf(place, targets),
    goldenUnit: { station: GOLDEN_STATION.id, line: GOLDEN_STATION.line, key: goldenKey },
  };
  writeCredentials(credentialsFile, credentials);

  await ensureReleased(manager, {
    id: DEMO_ORDER,
    product: 'demo-device',
    line: DEMO_STATION.line,
    authority: DEMO_FAMILY,
    quantity: 1_000,
    targets: targets.filter(({ mode }) => mode === 'SNI_ONLY').map(({ name }) => name),
    serials: { prefix: 'LS-', start: 1, digits: 6 },
  });
  return credentials;
}

interface DemoTarget {
  name: string;
  accountId: string;
  region: string;
  /** SNI_ONLY or DEFAULT. */
  mode: string;
}

/**
 * One for each account but the one for checks. An account's first region registers the CA in mode SNI_ONLY, as AWS advises; a further one in mode DEFAULT, with proof of the CA's key. Where a person has retired
 * the target, the one that stands for its account is taken as it is; without one the account is left out.
 */
async function ensureTargets(officer: ApiClient, place: SandboxPlace): Promise<DemoTarget[]> {
  const known = (await officer.get('/v1/aws/targets?limit=500', Page(Target))).items;
  const wanted = place.accounts.filter(({ accountId }) => accountId !== CHECK_ACCOUNT).map(({ accountId, region }, at): DemoTarget => {
    const isFurther = place.accounts.slice(0, at).some((earlier) => earlier.accountId === accountId);
    return { name: `sandbox-${accountId}-${region}`, accountId, region, mode: isFurther ? 'DEFAULT' : 'SNI_ONLY' };
  });
  const isRetired = ({ name }: DemoTarget) => known.some((target) => target.name === name && target.state === 'retired');
  for (const target of wanted.filter((each) => !isRetired(each))) {
    const body = {
      ...target,
      profile: `sandbox-${target.accountId}`,
      provisioningRoleArn: `arn:aws:iam::${target.accountId}:role/lineside-provisioning`,
      controlEndpoint: place.endpointUrl,
      mqttPort: place.mqttPort,
      deviceRoots: readFileSync(place.caFile, 'utf8'),
    };
    try {
      await ensureTarget(officer, body);
    } catch (error) {
      if (!hasCode(error, 'target-exists')) throw error;
      throw new Error(`The target ${target.name} was set up for a sandbox on other ports than ${new URL(place.endpointUrl).port} and ${place.mqttPort}: give the sandbox its former ports (SANDBOX_PORT, SANDBOX_MQTT_PORT)`, { cause: error });
    }
  }
  return wanted.flatMap((target) => (isRetired(target) ? known.filter(({ accountId, region, state }) => accountId === target.accountId && region === target.region && state !== 'retired') : [target]));
}

/** A sandbox that was set up anew has other roots, and a target that an earlier version made names none. */
async function ensureTarget(officer: ApiClient, body: { name: string; deviceRoots: string }): Promise<void> {
  try {
    await officer.post('/v1/aws/targets', body, Target);
  } catch (error) {
    if (!hasCode(error, 'target-exists')) throw error;
    await officer.patch(`/v1/aws/targets/${body.name}`, { deviceRoots: body.deviceRoots }, Target);
    await officer.post('/v1/aws/targets', body, Target);
  }
}

/** Asks AWS again until it answers what the service needs. */
async function untilVerified(officer: ApiClient, name: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { state, check } = await officer.post(`/v1/aws/targets/${name}/check`, {}, Target);
    if (state !== 'unverified') return;
    const wrong = (check?.items ?? []).filter((item) => item.state === 'failed' || item.state === 'unreachable').map(({ finding }) => finding);
    if (performance.now() > deadline) throw new Error(`The check of the target ${name} does not pass: ${wrong.join('; ')}`);
    await wait(CHECK_AGAIN_MS);
  }
}

/** The known key, if the service still takes it for this station; a new one otherwise. */
async function ensureStationKey(manager: ApiClient, station: string, known: string | undefined): Promise<string> {
  if (known !== undefined && (await isKeyOf(new ApiClient(manager.address, known), station))) return known;
  return (await makeStationKey(manager, station)).key;
}

async function isKeyOf(api: ApiClient, station: string): Promise<boolean> {
  try {
    return (await api.get('/v1/station', StationSelf)).id === station;
  } catch (error) {
    if (error instanceof ApiProblem && [401, 403, 404].includes(error.status)) return false;
    throw error;
  }
}

/** Where the demo's units connect to; the target in DEFAULT mode gets none of them. */
function cloudOf(place: SandboxPlace, targets: readonly DemoTarget[]): Cloud {
  const proxy = new URL(place.endpointUrl);
  proxy.port = String(place.proxyPort);
  const shown = place.accounts.flatMap(({ endpoint, ...account }) => {
    const target = targets.find(({ accountId, region }) => accountId === account.accountId && region === account.region);
    if (target?.mode !== 'SNI_ONLY') return [];
    const mqtt = { host: endpoint, connectTo: proxy.hostname, port: place.mqttPort, caFile: place.caFile };
    return [{ name: target.name, ...account, mqtt }];
  });
  return { endpointUrl: place.endpointUrl, proxyUrl: proxy.origin, targets: shown };
}
