import { z } from 'zod';
import { ApiClient } from '../client/api-client.js';
import { InstallerClaim, StationKey, WorkOrder } from './api-answers.js';
import { FAILURES } from './chance.js';
import { addressOf, type DemoCredentials } from './credentials.js';
import { deployFleetHook } from './fleet-hook.js';
import { inParallel } from './in-parallel.js';
import { ensureReleased, ensureStation, findOrder, hasCode, makeStationKey } from './line-setup.js';
import { orderParameters } from './order-parameters.js';

const LINE = 'sim';
/** AWS signs, and asks the customer's hook. */
export const FLEET: readonly string[] = ['fleet-claim', 'fleet-trusted-user'];
export const TRUSTED_USER = 'fleet-trusted-user';
/** So many FAILs in a step fail a unit, where units are meant to fail. */
const RETESTS = 2;
/** Digits of a unit's number, and so ten times as many units as an order may have. */
const DIGITS = 6;

export interface LineSettings {
  /** Of the order; one that is there already is worked on. */
  order: string;
  units: number;
  method: string;
  route?: readonly string[] | undefined;
  failRate: number;
}

/** AWS's own CA signs another certificate in each account, and a unit has one. */
const targetsOf = ({ targets }: DemoCredentials['aws'], method: string) => (FLEET.includes(method) ? targets.slice(0, 1) : targets);

/** The customer's part of fleet provisioning. */
export async function setUpHook(manager: ApiClient, { aws }: DemoCredentials, authority: string): Promise<void> {
  const pem = await manager.get(`/v1/authorities/${authority}/certificate`, z.string());
  for (const target of targetsOf(aws, TRUSTED_USER)) {
    await deployFleetHook(aws, target, pem);
    // Seen at once, and not at the next look.
    await manager.post(`/v1/aws/registrations/${authority}/${target.name}/retry`, {}, z.unknown()).catch((error: unknown) => {
      if (!hasCode(error, 'registration-unknown')) throw error;
    });
  }
}

/** A released order, on a line for its method and route. */
export async function openOrder(manager: ApiClient, { aws }: DemoCredentials, settings: LineSettings, family: string): Promise<{ order: WorkOrder; isNew: boolean }> {
  const { order: id, method, route, units } = settings;
  const present = await findOrder(manager, id);
  if (present && present.state !== 'planned') return { order: present, isNew: false };
  const line = [LINE, ...(method === 'jitp' ? [] : [method]), ...(route ?? [])].join('-');
  await manager.post('/v1/lines', { id: line, name: line === LINE ? 'Simulation' : `Simulation of ${[method, ...(route ?? [])].join(', ')}` }, z.unknown());
  const order = await ensureReleased(manager, {
    id,
    product: await ensureProduct(manager, settings),
    line,
    authority: family,
    method,
    parameters: await orderParameters(method, aws),
    quantity: units,
    targets: targetsOf(aws, method).map(({ name }) => name),
    serials: serialsOf(id, 1),
  });
  return { order, isNew: present === undefined };
}

/** As a manager does when the line eats more than was ordered. */
export async function raiseOrder(manager: ApiClient, { id, quantity }: Pick<WorkOrder, 'id' | 'quantity'>, more: number): Promise<WorkOrder> {
  return manager.post(`/v1/work-orders/${id}/raise`, { quantity: quantity + more, serials: serialsOf(id, quantity + 1) }, WorkOrder);
}

/** Of an order whose run ended early: the next one on the line is not to find its units, whose devices have keys of another seed. */
export async function cancelOrder(manager: ApiClient, id: string): Promise<void> {
  await manager.post(`/v1/work-orders/${id}/cancel`, { reason: 'the simulation ended early' }, z.unknown());
}

const serialsOf = (order: string, start: number) => ({ prefix: `${order.toUpperCase().slice(0, 47)}-`, start, digits: DIGITS });

/** The one whose units pass these steps, and fail with these codes. */
async function ensureProduct(manager: ApiClient, { route, failRate }: LineSettings): Promise<string> {
  if (route === undefined && failRate === 0) return 'simulated-device';
  const name = ['simulated-device', ...(route ?? []), ...(failRate > 0 ? ['retested'] : [])].join('-');
  const steps = (route ?? ['provision']).map((step) => ({ name: step, ...(failRate > 0 ? { retests: RETESTS } : {}) }));
  try {
    await manager.post('/v1/products', { name, route: steps, ...(failRate > 0 ? { failureCodes: FAILURES } : {}) }, z.unknown());
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
export async function openInstaller(manager: ApiClient, workOrder: string) {
  const { id: keyId, key } = await manager.post('/v1/access/keys', { role: 'installer', name: 'simulation' }, StationKey);
  const installer = new ApiClient(manager.address, key);
  return { keyId, bringClaim: () => installer.post('/v1/aws/installer-claims', { workOrder }, InstallerClaim) };
}

export interface OpenedStation {
  id: string;
  keyId: string;
  key: string;
}

/** With a key for each, which stays in memory and is revoked at the end. */
export async function openStations(manager: ApiClient, line: string, slots: readonly string[], { stations, route }: { stations: number; route?: readonly string[] | undefined }): Promise<OpenedStation[]> {
  const prefix = [line === LINE ? 'sim' : `sim-${line}`, ...(slots.length > 1 ? [`x${slots.length}`] : [])].join('-');
  const opened: OpenedStation[] = [];
  await inParallel([...Array(stations).keys()], async (at) => {
    const id = `${prefix}-${String(at + 1).padStart(3, '0')}`;
    await ensureStation(manager, { id, line, slots });
    if (route) await manager.patch(`/v1/stations/${id}`, { steps: stepsAt(at, stations, route) }, z.unknown());
    const { id: keyId, key } = await makeStationKey(manager, id);
    opened[at] = { id, keyId, key };
  });
  return opened;
}

export async function revokeKeys(credentials: DemoCredentials, ids: readonly string[]): Promise<void> {
  const admin = new ApiClient(addressOf(credentials), credentials.keys.admin, { patienceMs: 5_000 });
  await inParallel(ids, async (id) => void (await admin.delete(`/v1/access/keys/${id}`).catch(() => undefined)));
}
