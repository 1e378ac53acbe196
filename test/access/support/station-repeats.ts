import { csrFor, deviceKey, type ServiceBench } from '../../support/service-bench.js';
import { refused, type Repeat } from './repeat.js';

/** Repeats of what lets stations in and keeps them out, as `repeatsOn` has them. */
export function stationRepeatsOn(bench: () => ServiceBench): Record<string, () => Promise<Repeat>> {
  const post = (url: string, body: object = {}) => (headers: Record<string, string>) => bench().as('manager').post(url, body, headers);

  return {
    'POST /v1/stations/{id}/enrolments': async () => ({ request: post('/v1/stations/a/enrolments'), now: refused(409, 'enrolment-shown-once') }),
    'POST /v1/enrolments': async () => {
      const code = String((await bench().as('manager').post('/v1/stations/a/enrolments')).body['code']);
      const body = { code, csr: csrFor(deviceKey()) };
      return { request: (headers) => bench().call('POST', '/v1/enrolments', undefined, body, headers), meanwhile: () => bench().as('manager').post('/v1/stations/a/revoke', { reason: 'stolen' }).then(() => bench().as('manager').post('/v1/stations/a/enable')), now: refused(401, 'station-certificate-refused') };
    },
    'POST /v1/stations/{id}/disable': async () => ({ request: post('/v1/stations/b/disable', { reason: 'moved' }), meanwhile: () => bench().as('manager').post('/v1/stations/b/enable'), now: () => ({ status: 200, body: { inService: true } }) }),
    'POST /v1/stations/{id}/enable': async () => {
      const disable = () => bench().as('manager').post('/v1/stations/b/disable', { reason: 'moved' });
      await disable();
      return { request: post('/v1/stations/b/enable'), meanwhile: disable, now: () => ({ status: 200, body: { inService: false } }) };
    },
    'POST /v1/stations/{id}/revoke': async () => ({ request: post('/v1/stations/b/revoke', { reason: 'stolen' }), meanwhile: () => bench().as('manager').post('/v1/stations/b/enable'), now: () => ({ status: 200, body: { inService: true } }) }),
    'POST /v1/station/session': async () => {
      const body = { software: 'press', version: '7', stationTime: new Date().toISOString() };
      return { request: (headers) => bench().as('station').post('/v1/station/session', body, headers), now: () => ({ status: 200, body: { station: 'a' } }) };
    },
    'PATCH /v1/stations/{id}/access': async () => {
      const change = (requireCertificate: boolean) => (headers: Record<string, string>) => bench().call('PATCH', '/v1/stations/b/access', bench().keys.manager, { requireCertificate }, headers);
      return { request: change(true), meanwhile: () => change(false)({}), now: () => ({ status: 200, body: { requireCertificate: false } }) };
    },
  };
}
