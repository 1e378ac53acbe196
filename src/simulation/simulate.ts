import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { fingerprintOf } from '../x509/voucher.js';
import { ApiClient } from '../client/api-client.js';
import { accountFor, type CertificateFindings } from './accounting.js';
import { StationSelf, type WorkOrder } from './api-answers.js';
import { ensureIssuing } from './authority-setup.js';
import { accountForAws } from './aws-account.js';
import { Chance } from './chance.js';
import { addressOf, type DemoCredentials } from './credentials.js';
import { DEMO_FAMILY } from './demo-line.js';
import { sandboxNetwork } from './device.js';
import { accountForLeases, SWEEP_MS } from './lease-account.js';
import { cutPowerNowAndThen } from './power-cuts.js';
import { Problems } from './problems.js';
import { type Rotation, rotateMeanwhile } from './rotation.js';
import { ServiceMemory } from './service-memory.js';
import { type PowerCut, SimulatedStation } from './simulated-station.js';
import { cancelOrder, FLEET, openInstaller, openOrder, type OpenedStation, openStations, raiseOrder, revokeKeys, setUpHook, TRUSTED_USER } from './simulation-line.js';
import type { SimulationReport, SimulationSettings } from './simulation-report.js';
import { SimulationRun } from './simulation-run.js';
import { Boards } from './unit-work.js';

/** How long AWS may take to know a new authority. */
const PATIENCE_MS = 60_000;
/** More slots than this and devices connect only where it is asked for: each connection costs both sides more than all else. */
const MOST_CONNECTING = 32;
/** How often a line that works for a time is given more units, in milliseconds, and how many such times they must last. */
const SUPPLY_MS = 2_000;
const SUPPLY_AHEAD = 5;
/** Units of one order. */
const MOST_UNITS = 100_000;
const LOOK_MS = 1_000;
/** Over how long the slots of a large line begin, at most, in milliseconds. */
const MOST_RAMP_MS = 60_000;

/**
 * Stations and devices that work until `units` units have come to an end, and a check of what came out: through the API, in AWS and
 * in the certificates themselves. A service that restarts meanwhile is waited for. One simulation at a time for a service.
 */
export async function simulate(credentials: DemoCredentials, settings: SimulationSettings): Promise<SimulationReport> {
  const opened = await open(credentials, settings);
  const { manager, order, isNew, run, pace, chance, method } = opened;
  const cuts: PowerCut[] = [];
  const rotation = await work(credentials, settings, opened, cuts).catch(async (error: unknown) => {
    if (isNew) await cancelOrder(manager, order.id).catch(() => undefined);
    throw error;
  });

  const problems = new Problems();
  const leases = await accountForLeases(manager, run, cuts, pace, problems);
  const { balance, certificates } = await accountFor(opened, run, { family: order.authority, seed: chance.seed, boundMs: pace.leaseMs + SWEEP_MS }, problems);
  const aws = await accountForAws(manager, credentials, order, run.book, settings.waitForAws === true, problems);
  for (const problem of [...run.problems, ...shortfall(run), ...(await idleGenerations(manager, rotation, certificates, run))]) problems.add(problem.slice(0, 12), problem);
  if (isNew && !run.isComplete) await cancelOrder(manager, order.id);
  const { passed, seconds, ...counts } = run.progress();
  return {
    ok: problems.list().length === 0, order: order.id, method, seed: chance.seed, stations: settings.stations, slots: settings.slots ?? 1, taktMs: settings.taktMs ?? 0,
    ...counts, passed, seconds, unitsPerSecond: Number((passed / Math.max(seconds, 0.001)).toFixed(1)), movedOn: run.movedOn, lostLeases: run.lost.length, leases,
    calls: run.calls.all(), refusals: Object.fromEntries(run.calls.refusals), unanswered: run.calls.unanswered,
    outages: run.calls.outages.map(({ from, to }) => Number(((to - from) / 1_000).toFixed(1))), balance, certificates, ...aws, memory: opened.memory.look(), rotation, problems: problems.list(),
  };
}

/** The line as it stands before the first claim. */
async function open(credentials: DemoCredentials, settings: SimulationSettings) {
  const manager = new ApiClient(addressOf(credentials), credentials.keys.manager);
  const officer = new ApiClient(addressOf(credentials), credentials.keys.officer);
  const { method = 'jitp', route, failRate = 0, slots: slotCount = 1, minutes } = settings;
  const family = method === 'jitp' ? DEMO_FAMILY : `${DEMO_FAMILY}-${method}`;
  const issuing = method === 'jitp' ? undefined : await ensureIssuing(officer, family, PATIENCE_MS);
  const prepare = (authority: string) => (FLEET.includes(method) ? setUpHook(manager, credentials, authority) : Promise.resolve());
  if (issuing) await prepare(issuing.id);
  const wanted = settings.units ?? (minutes === undefined ? 100 : settings.stations * slotCount * 2);
  const { order, isNew } = await openOrder(manager, credentials, { order: settings.order ?? newOrderId(), units: wanted, method, route, failRate }, family);
  const units = Math.min(wanted, order.units.total - order.units.passed - order.units.failed);
  if (units < 1) throw new Error(`Work order ${order.id} has no units left`);
  const slots = Array.from({ length: slotCount }, (_, at) => String(at + 1));
  const keys = await openStations(manager, order.line, slots, { stations: settings.stations, route });
  const installer = method === TRUSTED_USER ? await openInstaller(manager, order.id) : undefined;
  return {
    manager, officer, prepare, order, isNew, units, slots, keys, installer, method: order.method, pace: await paceOf(credentials, keys[0]!), chance: new Chance(settings.seed ?? randomBytes(6).toString('hex')),
    run: new SimulationRun(order.id, units, minutes !== undefined, settings.taktMs ?? 0), memory: new ServiceMemory(settings.processes ?? (() => ({}))),
  };
}

/** Until the run is over. Answers the rotation, where one was wanted. */
async function work(credentials: DemoCredentials, settings: SimulationSettings, opened: Awaited<ReturnType<typeof open>>, cuts: PowerCut[]): Promise<Rotation | null> {
  const { manager, officer, prepare, order, units, keys, installer, pace, chance, run, memory } = opened;
  const { signal, minutes } = settings;
  const disks = mkdtempSync(join(tmpdir(), 'lineside-simulation-'));
  const stations = stationsOn(credentials, settings, opened, disks);
  const tell = () => settings.onProgress?.({ run, stationsOn: stations.filter(({ isOn }) => isOn).length, stations: stations.length, cuts: cuts.length, memory: memory.look() });
  tell();
  const watching = setInterval(tell, LOOK_MS);
  const interrupt = () => run.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  const rotating = settings.rotate === true ? rotateMeanwhile(officer, order.authority, run, units, prepare) : undefined;
  const working = [
    ...stations.map((station) => station.work()),
    cutPowerNowAndThen(stations, { perMinute: settings.killsPerMinute ?? 0, leaseMs: pace.leaseMs, chance, run }, cuts),
    minutes === undefined ? undefined : supply(manager, order, run, minutes),
  ];
  try {
    await Promise.all([...working, rotating]);
    return (await rotating) ?? null;
  } finally {
    run.end();
    clearInterval(watching);
    signal?.removeEventListener('abort', interrupt);
    await Promise.allSettled([...working, rotating]);
    tell();
    rmSync(disks, { recursive: true, force: true });
    await revokeKeys(credentials, [...keys, ...(installer ? [installer] : [])].map(({ keyId }) => keyId));
  }
}

/** @param disks folder of what the stations keep */
function stationsOn(credentials: DemoCredentials, settings: SimulationSettings, { method, slots, keys, installer, chance, run }: Awaited<ReturnType<typeof open>>, disks: string): SimulatedStation[] {
  const { taktMs = 0, failRate = 0 } = settings;
  const connect = FLEET.includes(method) ? 1 : (settings.connect ?? (keys.length * slots.length <= MOST_CONNECTING ? 1 : 0));
  const network = { ...sandboxNetwork(credentials.aws, undefined, settings.firstPauseMs), ...(installer ? { bringClaim: installer.bringClaim } : {}) };
  const floor = { address: addressOf(credentials), slots, run, boards: new Boards(chance), work: { network, chance, failRate, taktMs, connect }, rampMs: Math.min(MOST_RAMP_MS, taktMs) };
  return keys.map(({ id, key }) => new SimulatedStation({ ...floor, id, key, folder: join(disks, id) }));
}

const newOrderId = () => `sim-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;

/** How often the service wants to hear of stations, and by how much its clock is ahead of ours. */
async function paceOf(credentials: DemoCredentials, { key }: OpenedStation): Promise<{ leaseMs: number; clockAheadMs: number }> {
  const asked = Date.now();
  const { leaseMs, serverTime } = await new ApiClient(addressOf(credentials), key).get('/v1/station', StationSelf);
  return { leaseMs, clockAheadMs: Date.parse(serverTime) - (asked + Date.now()) / 2 };
}

/** Raises the order whenever the line is about to have eaten it, for so many minutes; then the line comes to an end of what there is. */
async function supply(manager: ApiClient, first: WorkOrder, run: SimulationRun, minutes: number): Promise<void> {
  let order = first;
  const deadline = performance.now() + minutes * 60_000;
  let before = 0;
  while (!run.signal.aborted && performance.now() < deadline) {
    await wait(Math.min(SUPPLY_MS, Math.max(0, deadline - performance.now())), undefined, { signal: run.signal }).catch(() => undefined);
    const { claimed } = run;
    const pace = Math.max(claimed - before, 8);
    before = claimed;
    const more = Math.min(pace * SUPPLY_AHEAD, MOST_UNITS - order.quantity);
    if (more <= 0 || order.quantity - claimed > pace * SUPPLY_AHEAD) continue;
    order = await raiseOrder(manager, order, more);
    run.add(more);
  }
  run.complete();
}

/** Units that did not come to the end that they were meant to come to. */
function shortfall(run: SimulationRun): string[] {
  const { passed, failed, units } = run.progress();
  const meant = [...run.book.allOf(run.order).values()].filter(({ failTold }) => failTold !== undefined).length - run.problems.filter((problem) => problem.startsWith('Unit ')).length;
  return passed + Math.min(failed, meant) >= units ? [] : [`${passed} of ${units} units passed${meant > 0 ? `, and ${meant} failed as they were meant to` : ''}`];
}

/** A generation signs certificates or, where AWS signs these, vouchers. */
async function idleGenerations(manager: ApiClient, rotation: Rotation | null, { byAuthority }: CertificateFindings, { book, order }: SimulationRun): Promise<string[]> {
  const problems: string[] = [];
  for (const id of rotation ? [rotation.from, rotation.to] : []) {
    if (byAuthority[id]) continue;
    const fingerprint = fingerprintOf(new X509Certificate(await manager.get(`/v1/authorities/${id}/certificate`, z.string())));
    const vouched = [...book.allOf(order).keys()].some((serial) => book.identityOf(serial)?.vouchedBy === fingerprint);
    if (!vouched) problems.push(`The authority ${id} signed for no unit`);
  }
  return problems;
}
