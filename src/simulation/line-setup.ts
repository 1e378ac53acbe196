import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { StationKey, WorkOrder } from './api-answers.js';
import { type ApiClient, ApiProblem } from '../client/api-client.js';

const POLL_MS = 200;
/** How long AWS may take to have what an order needs. */
const READY_MS = 20_000;

/** Each function makes what it names, unless it exists already. */

export async function ensureStation(manager: ApiClient, station: { id: string; line: string; slots: readonly string[] }): Promise<void> {
  await manager.post('/v1/lines', { id: station.line }, z.unknown());
  await manager.post('/v1/stations', station, z.unknown());
}

/** A new key for the station each time: keys are shown once. */
export function makeStationKey(manager: ApiClient, station: string): Promise<z.infer<typeof StationKey>> {
  return manager.post('/v1/access/keys', { role: 'station', name: station, station }, StationKey);
}

export interface NewOrder {
  id: string;
  product: string;
  line: string;
  authority: string;
  method?: string;
  parameters?: object;
  quantity: number;
  targets: readonly string[];
  serials: { prefix: string; start: number; digits: number };
}

/** Creates and releases the order; one that is there already is released if it still has to be. */
export async function ensureReleased(manager: ApiClient, order: NewOrder): Promise<WorkOrder> {
  const present = (await findOrder(manager, order.id)) ?? (await createOrder(manager, order));
  if (present.state !== 'planned') return present;
  const deadline = performance.now() + READY_MS;
  for (;;) {
    try {
      return await manager.post(`/v1/work-orders/${order.id}/release`, {}, WorkOrder);
    } catch (error) {
      if (hasCode(error, 'work-order-not-planned')) return manager.get(`/v1/work-orders/${order.id}`, WorkOrder);
      // A family's first order changes what its CA does in AWS.
      if (!hasCode(error, 'order-not-ready') || performance.now() > deadline) throw error;
      await wait(POLL_MS);
    }
  }
}

export async function findOrder(manager: ApiClient, id: string): Promise<WorkOrder | undefined> {
  try {
    return await manager.get(`/v1/work-orders/${id}`, WorkOrder);
  } catch (error) {
    if (hasCode(error, 'work-order-unknown')) return undefined;
    throw error;
  }
}

async function createOrder(manager: ApiClient, order: NewOrder): Promise<WorkOrder> {
  try {
    return await manager.post('/v1/work-orders', order, WorkOrder);
  } catch (error) {
    // The first answer was lost with the service that gave it.
    if (!hasCode(error, 'work-order-exists')) throw error;
    return manager.get(`/v1/work-orders/${order.id}`, WorkOrder);
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiProblem && error.code === code;
}
