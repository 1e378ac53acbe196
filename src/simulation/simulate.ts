import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { fingerprintOf } from '../x509/voucher.js';
import { ApiClient } from '../client/api-client.js';
import { InstallerClaim, StationKey, type WorkOrder } from './api-answers.js';
import { ensureIssuing } from './authority-setup.js';
import { addressOf, type DemoCredentials } from './credentials.js';
import { DEMO_FAMILY } from './demo-line.js';
import { deployFleetHook } from './fleet-hook.js';
import { type Network, sandboxNetwork } from './device.js';
import { ensureReleased, ensureStation, findOrder, hasCode, makeStationKey } from './line-setup.js';
import { orderParameters } from './order-parameters.js';
import { type Rotation, rotateMeanwhile } from './rotation.js';
import { checkUnits, type Findings } from './simulation-check.js';
import { type Progress, SimulationRun } from './simulation-run.js';
import { StationCalls } from './station-calls.js';
import { Boards, Station } from './station.js';

const LINE = 'sim';
/** AWS signs, and asks the customer's hook. */
const FLEET = ['fleet-claim', 'fleet-trusted-user'];
const TRUSTED_USER = 'fleet-trusted-user';
/** How long AWS may take to know a new authority. */
const PATIENCE_MS = 60_000;

export interface SimulationSettings {
  stations: number;
  units: number;
  /** A new order of that id; one that is there already is worked on, for as many units as it has left. */
  order?: string;
  /** How the units become known to AWS; jitp unless it is said. Each method has a family of authorities, and a line, of its own. */
  method?: string;
  /** Steps of the units' route, in order; the certificate is issued in the first one. One step unless it is said. */
  route?: readonly string[];
  /** Share of attempts that end in an error and are tried again, 0 to 1. */
  failRate?: number;
  /** In the middle, the next generation of the authority takes over. */
  rotate?: boolean;
  /** From a device's first, dropped connection to its second. A second, unless the sandbox provisions sooner. */
  firstPauseMs?: number;
  onProgress?: (progress: Progress) => void;
}

export interface SimulationReport extends Progress, Findings {
  ok: boolean;
  order: string;
  method: string;
  stations: number;
  unitsPerSecond: number;
  /** Attempts that counted for nothing, because the lease was over. */
  lostLeases: number;
  /** PASSes of steps that were not the unit's last. */
  movedOn: number;
  rotation: Rotation | null;
  /** Sentences; empty when all is well. */
  problems: string[];
}

/**
 * Stations and devices that work until `units` units have passed, and a check of what came out: through the API, in AWS and
 * in the certificates themselves. A service that restarts meanwhile is waited for. One simulation at a time for a service.
 */
export async function simulate(credentials: DemoCredentials, settings: SimulationSettings): Promise<SimulationReport> {
  const manager = new ApiClient(addressOf(credentials), credentials.keys.manager);
  const officer = new ApiClient(addressOf(credentials), credentials.keys.officer);
  const { method = 'jitp' } = settings;
  const family = method === 'jitp' ? DEMO_FAMILY : `${DEMO_FAMILY}-${method}`;
  const issuing = method === 'jitp' ? undefined : await ensureIssuing(officer, family, PATIENCE_MS);
  const prepare = (authority: string) => (FLEET.includes(method) ? setUpHook(manager, credentials, authority) : Promise.resolve());
  if (issuing) await prepare(issuing.id);
  const order = await openOrder(manager, credentials, { ...settings, method }, family);
  const units = Math.min(settings.units, order.units.total - order.units.passed - order.units.failed);
  if (units < 1) throw new Error(`Work order ${order.id} has no units left`);
  const installer = method === TRUSTED_USER ? await openInstaller(manager, order.id) : undefined;
  const opened = await openStations(manager, credentials, order.line, { ...settings, ...(installer ? { bringClaim: installer.bringClaim } : {}) });
  const run = new SimulationRun(order.id, units, settings.onProgress ?? (() => undefined));
  const rotating = settings.rotate === true ? rotateMeanwhile(officer, order.authority, run, units, prepare) : undefined;
  const working = opened.map(({ station }) => run.keepBusy(station));
  let rotation: Rotation | null = null;
  try {
    await Promise.all([...working, rotating]);
    rotation = (await rotating) ?? null;
  } finally {
    run.end();
    await Promise.allSettled([...working, rotating]);
    await revokeKeys(credentials, [...opened, ...(installer ? [installer] : [])].map(({ keyId }) => keyId));
  }
  const findings = await checkUnits(manager, credentials, order.id, run.passed);
  const { passed, seconds, ...counts } = run.progress();
  const problems = [...run.problems, ...findings.problems, ...shortfall(passed, units), ...(await idleGenerations(manager, rotation, findings, run))];
  return {
    ok: problems.length === 0,
    order: order.id,
    method: order.method,
    stations: opened.length,
    ...counts,
    passed,
    seconds,
    unitsPerSecond: Number((passed / Math.max(seconds, 0.001)).toFixed(1)),
    lostLeases: run.lostLeases,
    movedOn: run.movedOn,
    certificates: findings.certificates,
    things: findings.things,
    rotation,
    problems,
  };
}

/** AWS's own CA signs another certificate in each account, and a unit has one. */
const targetsOf = ({ targets }: DemoCredentials['aws'], method: string) => (FLEET.includes(method) ? targets.slice(0, 1) : targets);

/** The customer's part of fleet provisioning. */
async function setUpHook(manager: ApiClient, { aws }: DemoCredentials, authority: string): Promise<void> {
  const pem = await authorityCertificate(manager, authority);
  for (const target of targetsOf(aws, TRUSTED_USER)) {
    await deployFleetHook(aws, target, pem);
    // Seen at once, and not at the next look.
    await manager.post(`/v1/aws/registrations/${authority}/${target.name}/retry`, {}, z.unknown()).catch((error: unknown) => {
      if (!hasCode(error, 'registration-unknown')) throw error;
    });
  }
}

/** PEM. */
const authorityCertificate = (manager: ApiClient, id: string) => manager.get(`/v1/authorities/${id}/certificate`, z.string());

async function openOrder(manager: ApiClient, { aws }: DemoCredentials, { order, units, method, route }: SimulationSettings & { method: string }, family: string): Promise<WorkOrder> {
  const id = order ?? `sim-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;
  const present = order === undefined ? undefined : await findOrder(manager, id);
  if (present && present.state !== 'planned') return present;
  const line = lineFor(method, route);
  await manager.post('/v1/lines', { id: line, name: line === LINE ? 'Simulation' : `Simulation of ${[method, ...(route ?? [])].join(', ')}` }, z.unknown());
  return ensureReleased(manager, {
    id,
    product: await ensureProduct(manager, route),
    line,
    authority: family,
    method,
    parameters: await orderParameters(method, aws),
    quantity: units,
    targets: targetsOf(aws, method).map(({ name }) => name),
    serials: { prefix: `${id.toUpperCase().slice(0, 47)}-`, start: 1, digits: 6 },
  });
}

/** Units of a method, and of a route, pass on a line of their own. */
function lineFor(method: string, route: readonly string[] | undefined): string {
  return [LINE, ...(method === 'jitp' ? [] : [method]), ...(route ?? [])].join('-');
}

/** The one whose units pass these steps. */
async function ensureProduct(manager: ApiClient, route: readonly string[] | undefined): Promise<string> {
  if (route === undefined) return 'simulated-device';
  const name = `simulated-device-${route.join('-')}`;
  try {
    await manager.post('/v1/products', { name, route: route.map((step) => ({ name: step })) }, z.unknown());
  } catch (error) {
    if (!hasCode(error, 'product-exists')) throw error;
  }
  return name;
}

/** Of so many stations, the steps that this one does: each does one if there are enough. */
function stepsAt(at: number, stations: number, route: readonly string[]): string[] {
  return stations >= route.length ? [route[at % route.length]!] : route.filter((_, step) => step % stations === at);
}

/** An installer at the bench, who gets a claim for each device. */
async function openInstaller(manager: ApiClient, workOrder: string) {
  const { id: keyId, key } = await manager.post('/v1/access/keys', { role: 'installer', name: 'simulation' }, StationKey);
  const installer = new ApiClient(manager.address, key);
  return { keyId, bringClaim: () => installer.post('/v1/aws/installer-claims', { workOrder }, InstallerClaim) };
}

/** Their keys stay in memory, and are revoked at the end. */
async function openStations(manager: ApiClient, { aws }: DemoCredentials, line: string, { stations, route, failRate = 0, firstPauseMs, bringClaim }: SimulationSettings & Pick<Network, 'bringClaim'>) {
  const boards = new Boards();
  const network = { ...sandboxNetwork(aws, undefined, firstPauseMs), ...(bringClaim ? { bringClaim } : {}) };
  const prefix = line === LINE ? 'sim' : `sim-${line}`;
  const ids = Array.from({ length: stations }, (_, at) => `${prefix}-${String(at + 1).padStart(3, '0')}`);
  return Promise.all(
    ids.map(async (id, at) => {
      await ensureStation(manager, { id, line, slots: ['1'] });
      if (route) await manager.patch(`/v1/stations/${id}`, { steps: stepsAt(at, stations, route) }, z.unknown());
      const { id: keyId, key } = await makeStationKey(manager, id);
      return { keyId, station: await Station.open(new StationCalls(new ApiClient(manager.address, key)), boards, { network, failRate }) };
    }),
  );
}

async function revokeKeys(credentials: DemoCredentials, ids: readonly string[]): Promise<void> {
  const admin = new ApiClient(addressOf(credentials), credentials.keys.admin, { patienceMs: 5_000 });
  await Promise.allSettled(ids.map((id) => admin.delete(`/v1/access/keys/${id}`)));
}

function shortfall(passed: number, units: number): string[] {
  return passed >= units ? [] : [`${passed} of ${units} units passed`];
}

/** A generation signs certificates or, where AWS signs these, vouchers. */
async function idleGenerations(manager: ApiClient, rotation: Rotation | null, { certificates }: Findings, { passed }: SimulationRun): Promise<string[]> {
  const problems: string[] = [];
  for (const id of rotation ? [rotation.from, rotation.to] : []) {
    if (certificates.byAuthority[id]) continue;
    const fingerprint = fingerprintOf(new X509Certificate(await authorityCertificate(manager, id)));
    if (![...passed.values()].some(({ identity }) => identity.vouchedBy === fingerprint)) problems.push(`The authority ${id} signed for no unit`);
  }
  return problems;
}
