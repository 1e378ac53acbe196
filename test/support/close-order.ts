type Manager = (method: 'GET' | 'POST', url: string, body?: object) => Promise<{ status: number; body: object }>;

/** Closes an order whose units are not all accounted for, by naming how many. */
export async function closeOrder(manager: Manager, id: string, reason = 'test') {
  const { unaccountedIfClosed } = (await manager('GET', `/v1/work-orders/${id}/balance`)).body as { unaccountedIfClosed: number };
  return manager('POST', `/v1/work-orders/${id}/close`, { unaccounted: unaccountedIfClosed, reason });
}
