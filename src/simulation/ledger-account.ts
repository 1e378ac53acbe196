import { z } from 'zod';
import { Balance, Page } from './api-answers.js';
import type { ApiClient, Reader } from '../client/api-client.js';
import { ApiProblem } from '../client/api-client.js';

const OrderUnit = z.object({ serial: z.string(), state: z.string(), fingerprint: z.string().nullable() });
const OrderCertificate = z.object({ serial: z.string(), serialNumber: z.string(), state: z.string(), fingerprint: z.string().nullable(), authority: z.string().nullable() });
type OrderUnit = z.infer<typeof OrderUnit>;
type OrderCertificate = z.infer<typeof OrderCertificate>;

/** What the ledger says of an order, read through the API. */
export interface LedgerAccount {
  balance: Balance;
  units: Map<string, OrderUnit>;
  /** All that were ever made, by their unit's serial. */
  certificates: Map<string, OrderCertificate[]>;
}

export async function readAccount(manager: ApiClient, order: string): Promise<LedgerAccount> {
  const balance = await manager.get(`/v1/work-orders/${order}/balance`, Balance);
  const units = new Map<string, OrderUnit>();
  for await (const unit of pages(manager, `/v1/work-orders/${order}/units?limit=500`, OrderUnit)) units.set(unit.serial, unit);
  const certificates = new Map<string, OrderCertificate[]>();
  for await (const certificate of pages(manager, `/v1/certificates?workOrder=${order}&limit=500`, OrderCertificate)) {
    const known = certificates.get(certificate.serial);
    if (known) known.push(certificate);
    else certificates.set(certificate.serial, [certificate]);
  }
  return { balance, units, certificates };
}

/** All items of a list. */
export async function* pages<Item extends z.ZodType>(manager: ApiClient, path: string, item: Item): AsyncGenerator<z.infer<Item>> {
  const reader: Reader<{ items: z.infer<Item>[]; nextCursor: string | null }> = Page(item);
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: z.infer<Item>[]; nextCursor: string | null } = await manager.get(`${path}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, reader);
    yield* page.items;
    cursor = page.nextCursor;
  }
}

/** Undefined where what is asked for is not there. */
export async function find<T>(manager: ApiClient, path: string, reader: Reader<T>): Promise<T | undefined> {
  return manager.get(path, reader).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  });
}
