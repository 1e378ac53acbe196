import { randomUUID } from 'node:crypto';
import type { ServiceBench } from '../../support/service-bench.js';
import { type Repeat, same } from './repeat.js';

/** Repeats of what sets lines, stations and products up, as `repeatsOn` has them. */
export function setupRepeats(bench: () => ServiceBench): Record<string, () => Promise<Repeat>> {
  const post = (url: string, body: object) => (headers: Record<string, string>) => bench().as('manager').post(url, body, headers);
  const patch = (url: string, changes: object) => (headers: Record<string, string> = {}) => bench().call('PATCH', url, bench().keys.manager, changes, headers);

  return {
    'POST /v1/lines': async () => ({ request: post('/v1/lines', { id: 'line-2' }), now: same }),
    'POST /v1/stations': async () => ({ request: post('/v1/stations', { id: 'c', line: 'line-1', slots: ['1'] }), now: same }),
    'PATCH /v1/lines/{id}': async () => ({ request: patch('/v1/lines/line-1', { leaseMs: 60_000 }), meanwhile: () => patch('/v1/lines/line-1', { leaseMs: null })(), now: () => ({ status: 200, body: { id: 'line-1', leaseMs: null } }) }),
    'PATCH /v1/stations/{id}': async () => ({ request: patch('/v1/stations/b', { steps: ['test'] }), meanwhile: () => patch('/v1/stations/b', { steps: [] })(), now: () => ({ status: 200, body: { id: 'b', steps: [] } }) }),
    'POST /v1/products': async () => {
      const name = `p-${randomUUID().slice(0, 8)}`;
      return { request: post('/v1/products', { name }), meanwhile: () => patch(`/v1/products/${name}`, { revisions: ['B'] })(), now: () => ({ status: 201, body: { name, revisions: ['B'] } }) };
    },
    'PATCH /v1/products/{name}': async () => {
      const name = `p-${randomUUID().slice(0, 8)}`;
      await bench().as('manager').post('/v1/products', { name });
      return { request: patch(`/v1/products/${name}`, { revisions: ['A'] }), meanwhile: () => patch(`/v1/products/${name}`, { revisions: ['B'] })(), now: () => ({ status: 200, body: { revisions: ['B'] } }) };
    },
  };
}
