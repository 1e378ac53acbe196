import { randomUUID } from 'node:crypto';
import type { Role } from '../../../src/platform/http/roles.js';
import { type Answer, csrFor, deviceKey, type ServiceBench } from '../../support/service-bench.js';
import { until } from '../../support/until.js';
import { refused, type Repeat, same, state } from './repeat.js';
import { setupRepeats } from './setup-repeats.js';

/** The operations of everybody but officers. By operation: who asks what, what others do meanwhile, and what a repeat with the same Idempotency-Key is answered. */
export function repeatsOn(bench: () => ServiceBench): Record<string, () => Promise<Repeat>> {
  const post = (role: Role, url: string, body: object = {}) => (headers: Record<string, string>) => bench().as(role).post(url, body, headers);

  async function planned() {
    const id = `wo-${randomUUID().slice(0, 8)}`;
    const body = { id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: [`${id.toUpperCase()}-1`] };
    return { id, body };
  }

  async function unit() {
    const { id, serials: [serial] } = await bench().order(1);
    return { order: id, serial: serial!, decide: (step: string) => bench().as('operator').post(`/v1/units/${serial}/${step}`) };
  }

  async function atStation() {
    const { order, serial, decide } = await unit();
    const { jobId, fence } = await bench().claim(serial);
    const job = (step: string, body: object = {}) => post('station', `/v1/jobs/${jobId}/${step}`, { fence, ...body });
    return { order, serial, decide, job };
  }

  return {
    'POST /v1/lines': async () => ({ request: post('manager', '/v1/lines', { id: 'line-2' }), now: same }),
    'POST /v1/pauses': async () => {
      const end = (first: Answer) => bench().as('manager').post(`/v1/pauses/${String(first.body['id'])}/end`);
      return { request: post('manager', '/v1/pauses', { station: 'b', reason: 'worn' }), meanwhile: end, now: () => ({ status: 201, body: { endedBy: expect.stringContaining('key:') } }) };
    },
    'POST /v1/pauses/{id}/end': async () => {
      const { body } = await bench().as('manager').post('/v1/pauses', { station: 'b', reason: 'worn' });
      return { request: post('manager', `/v1/pauses/${String(body['id'])}/end`), now: same };
    },
    'POST /v1/stations': async () => ({ request: post('manager', '/v1/stations', { id: 'c', line: 'line-1', slots: ['1'] }), now: same }),
    'POST /v1/access/keys': async () => ({ request: post('admin', '/v1/access/keys', { role: 'auditor', name: 'once' }), now: refused(409, 'api-key-shown-once') }),
    'DELETE /v1/access/keys/{id}': async () => {
      const { id } = (await bench().as('admin').post('/v1/access/keys', { role: 'auditor', name: 'to be revoked' })).body;
      return { request: (headers) => bench().call('DELETE', `/v1/access/keys/${String(id)}`, bench().keys.admin, undefined, headers), now: same };
    },

    ...setupRepeats(bench),

    'POST /v1/work-orders': async () => {
      const { id, body } = await planned();
      return { request: post('manager', '/v1/work-orders', body), meanwhile: () => bench().as('manager').post(`/v1/work-orders/${id}/release`), now: () => ({ status: 201, body: { id, state: 'released' } }) };
    },
    'POST /v1/work-orders/{id}/release': async () => {
      const { id, body } = await planned();
      await bench().as('manager').post('/v1/work-orders', body);
      return { request: post('manager', `/v1/work-orders/${id}/release`), meanwhile: () => bench().as('manager').post(`/v1/work-orders/${id}/hold`), now: state('held') };
    },
    'POST /v1/work-orders/{id}/hold': async () => {
      const { id } = await bench().order(1);
      return { request: post('manager', `/v1/work-orders/${id}/hold`), meanwhile: () => bench().as('manager').post(`/v1/work-orders/${id}/resume`), now: state('released') };
    },
    'POST /v1/work-orders/{id}/resume': async () => {
      const { id } = await bench().order(1);
      const hold = () => bench().as('manager').post(`/v1/work-orders/${id}/hold`);
      await hold();
      return { request: post('manager', `/v1/work-orders/${id}/resume`), meanwhile: hold, now: state('held') };
    },
    'POST /v1/work-orders/confirm': async () => {
      const { id } = await bench().order(1);
      const doubt = () => bench().db.updateTable('work_order').set({ unconfirmed_epoch: 1 }).where('id', '=', id).execute();
      await doubt();
      return { request: post('manager', '/v1/work-orders/confirm', { workOrders: [id], reason: 'compared' }), now: () => ({ status: 200, body: { confirmed: 0, unconfirmed: 0 } }) };
    },
    'POST /v1/work-orders/{id}/close': async () => {
      const { id } = await bench().order(1);
      return { request: post('manager', `/v1/work-orders/${id}/close`, { unaccounted: 1, reason: 'test' }), now: state('closed') };
    },
    'POST /v1/work-orders/{id}/cancel': async () => {
      const { id } = await bench().order(1);
      return { request: post('manager', `/v1/work-orders/${id}/cancel`), now: state('cancelled') };
    },
    'POST /v1/jobs/move': async () => {
      const { serial } = await unit();
      const move = (slot: string) => post('manager', '/v1/jobs/move', { serials: [serial], to: { station: 'b', slot }, reason: 'worn' });
      return { request: move('1'), meanwhile: () => move('2')({}), now: () => ({ status: 200, body: { units: [{ serial, queue: 'slot-b~2' }] } }) };
    },
    'POST /v1/jobs/first': async () => {
      const { serial } = await unit();
      const put = (first: boolean) => post('manager', '/v1/jobs/first', { serials: [serial], first, reason: 'sold' });
      return { request: put(true), meanwhile: () => put(false)({}), now: () => ({ status: 200, body: { units: [{ serial, first: false }] } }) };
    },
    'POST /v1/work-orders/{id}/priority': async () => {
      const { id } = await bench().order(1);
      const prioritise = (priority: number) => post('manager', `/v1/work-orders/${id}/priority`, { priority });
      return { request: prioritise(1), meanwhile: () => prioritise(2)({}), now: () => ({ status: 200, body: { priority: 2 } }) };
    },
    'POST /v1/work-orders/{id}/raise': async () => {
      const { id } = await bench().order(1);
      return { request: post('manager', `/v1/work-orders/${id}/raise`, { quantity: 2 }), meanwhile: () => bench().as('manager').post(`/v1/work-orders/${id}/raise`, { quantity: 3 }), now: () => ({ status: 200, body: { quantity: 3 } }) };
    },
    'POST /v1/work-orders/{id}/canary': async () => {
      const { id } = await bench().order(1);
      const over = () => bench().db.updateTable('canary').set({ state: 'failed', ended_at: new Date() }).where('work_order_id', '=', id).execute();
      const meanwhile = async () => {
        await over();
        await bench().as('manager').post(`/v1/work-orders/${id}/canary`);
      };
      return { request: post('manager', `/v1/work-orders/${id}/canary`), meanwhile, now: ({ body }) => ({ status: 202, body: { serial: body['serial'], state: 'failed' }, headers: { location: `/v1/work-orders/${id}/canary` } }) };
    },

    'POST /v1/certificates': async () => {
      const { order, serial, decide } = await unit();
      return { request: post('issuer', '/v1/certificates', { workOrder: order, serial, csr: csrFor(deviceKey()) }), meanwhile: () => decide('quarantine'), now: refused(409, 'unit-quarantined') };
    },
    'POST /v1/certificates/{fingerprint}/revoke': async () => {
      const { order, serial } = await unit();
      const { fingerprint } = (await bench().as('issuer').post('/v1/certificates', { workOrder: order, serial, csr: csrFor(deviceKey()) })).body;
      return { request: post('officer', `/v1/certificates/${String(fingerprint)}/revoke`, { reason: 'superseded' }), now: same };
    },

    'POST /v1/station/claims': async () => {
      const { serial } = await unit();
      return { request: post('station', '/v1/station/claims', { slot: '1', serial }), meanwhile: ({ body }) => bench().as('station').post(`/v1/jobs/${(body['job'] as { id: string }).id}/release`, { fence: (body['lease'] as { fence: number }).fence }), now: () => ({ status: 200, body: { attempt: 2 } }) };
    },
    'POST /v1/jobs/{id}/heartbeat': async () => {
      const { job } = await atStation();
      return { request: job('heartbeat'), meanwhile: () => job('release')({}), now: refused(410, 'lease-lost') };
    },
    'POST /v1/jobs/{id}/certificate': async () => {
      const { job } = await atStation();
      return { request: job('certificate', { csr: csrFor(deviceKey()) }), meanwhile: () => job('release')({}), now: refused(410, 'lease-lost') };
    },
    'PUT /v1/attachments/{sha256}': async () => {
      const file = { 'content-type': 'application/octet-stream' };
      const request = (headers: Record<string, string>) => bench().call('PUT', '/v1/attachments/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', bench().keys.station, 'test', { ...headers, ...file });
      return { request, now: ({ body }) => ({ status: 200, body }) };
    },
    'POST /v1/jobs/{id}/result': async () => {
      const { serial, decide, job } = await atStation();
      await job('certificate', { csr: csrFor(deviceKey()) })({});
      return { request: job('result', { outcome: 'PASS' }), meanwhile: () => decide('scrap'), now: () => ({ status: 200, body: { unit: { serial, state: 'scrapped' } } }) };
    },
    'POST /v1/jobs/{id}/release': async () => {
      const { serial, job } = await atStation();
      return { request: job('release'), meanwhile: () => bench().claim(serial), now: same };
    },

    'POST /v1/units/{serial}/rework': async () => {
      const { decide, job, serial } = await atStation();
      await job('result', { outcome: 'FAIL' })({});
      return { request: post('operator', `/v1/units/${serial}/rework`), meanwhile: () => decide('scrap'), now: () => ({ status: 200, body: { serial, state: 'scrapped', job: null } }) };
    },
    'POST /v1/units/{serial}/scrap': async () => {
      const { serial } = await unit();
      return { request: post('operator', `/v1/units/${serial}/scrap`), now: same };
    },
    'POST /v1/units/{serial}/quarantine': async () => {
      const { serial, decide } = await unit();
      return { request: post('operator', `/v1/units/${serial}/quarantine`), meanwhile: () => decide('release'), now: () => ({ status: 200, body: { serial, state: 'planned', job: expect.stringMatching(/^job-/) } }) };
    },
    'POST /v1/units/{serial}/release': async () => {
      const { serial, decide } = await unit();
      await decide('quarantine');
      return { request: post('operator', `/v1/units/${serial}/release`), meanwhile: () => decide('quarantine'), now: () => ({ status: 200, body: { serial, state: 'quarantined', job: null } }) };
    },
    'POST /v1/units/{serial}/ship': async () => {
      const { serial, order, job } = await atStation();
      await bench().db.updateTable('work_order').set({ ship_gate: 'certified' }).where('id', '=', order).execute();
      await job('certificate', { csr: csrFor(deviceKey()) })({});
      await job('result', { outcome: 'PASS' })({});
      return { request: post('operator', `/v1/units/${serial}/ship`), now: same };
    },
    'POST /v1/units/{serial}/check': async () => {
      const { serial } = await unit();
      return { request: post('operator', `/v1/units/${serial}/check`), now: ({ body }) => ({ status: 200, body: { serial, checkedAt: expect.not.stringContaining(String(body['checkedAt'])) } }) };
    },

  };
}
