import { serviceBench, type ServiceBench } from '../support/service-bench.js';

const ROLES = ['station', 'issuer', 'operator', 'manager', 'officer', 'auditor', 'admin', 'installer'] as const;
const ALL = ROLES.join(' ');

/** Who may call what: what the API's description names is neither more nor less than this. */
const MAY_CALL: Record<string, string> = {
  'DELETE /v1/access/keys/{id}': 'manager officer admin',
  'GET /health/live': ALL,
  'GET /health/ready': ALL,
  'GET /metrics': ALL,
  'GET /v1/access/keys': 'officer auditor admin',
  'GET /v1/audit/leaves': 'officer auditor',
  'GET /v1/authorities': 'operator manager officer auditor',
  'GET /v1/authorities/{id}': 'operator manager officer auditor',
  'GET /v1/authorities/{id}/cloud-stop': 'operator manager officer auditor',
  'GET /v1/authorities/operations': 'operator manager officer auditor',
  'GET /v1/authorities/operations/{id}': 'operator manager officer auditor',
  'GET /v1/authorities/{id}/certificate': ALL,
  'GET /v1/authorities/{id}/crl': ALL,
  'GET /v1/aws/bulk-registrations': 'operator manager officer auditor',
  'GET /v1/aws/bulk-registrations/{id}': 'operator manager officer auditor',
  'GET /v1/aws/bulk-registrations/{id}/failed-lines': 'operator manager officer auditor',
  'GET /v1/aws/bulk-registrations/{id}/failures': 'operator manager officer auditor',
  'POST /v1/aws/bulk-registrations/{id}/send-again': 'operator manager officer',
  'GET /v1/aws/claims': 'operator manager officer auditor',
  'POST /v1/aws/claims/{workOrder}/end': 'officer',
  'POST /v1/aws/claims/{workOrder}/replace': 'officer',
  'GET /v1/aws/registrations': 'operator manager officer auditor',
  'GET /v1/aws/registrations/{authority}/{target}/plan': 'operator manager officer auditor',
  'GET /v1/aws/resources': 'operator manager officer auditor',
  'DELETE /v1/aws/targets/{name}': 'officer',
  'GET /v1/aws/targets': 'operator manager officer auditor',
  'GET /v1/aws/targets/{name}': 'operator manager officer auditor',
  'PATCH /v1/aws/targets/{name}': 'officer',
  'GET /v1/certificates': 'issuer operator manager officer auditor',
  'GET /v1/certificates/{fingerprint}': 'issuer operator manager officer auditor',
  'GET /v1/hsm': 'operator officer auditor',
  'GET /v1/lines': 'operator manager officer auditor',
  'GET /v1/products': 'operator manager officer auditor',
  'GET /v1/products/{name}': 'operator manager officer auditor',
  'PATCH /v1/products/{name}': 'manager',
  'POST /v1/products': 'manager',
  'GET /v1/products/{name}/serials': 'operator manager officer auditor',
  'POST /v1/products/{name}/serials': 'manager',
  'GET /v1/pauses': 'operator manager officer auditor',
  'POST /v1/pauses': 'operator manager',
  'POST /v1/pauses/{id}/end': 'operator manager',
  'PATCH /v1/lines/{id}': 'manager',
  'PATCH /v1/stations/{id}': 'manager',
  'POST /v1/jobs/move': 'manager',
  'POST /v1/jobs/first': 'manager',
  'GET /v1/queues/{id}/history': 'operator manager officer auditor',
  'GET /v1/queues': 'operator manager officer auditor',
  'GET /v1/station': 'station',
  'GET /v1/stations': 'operator manager officer auditor',
  'GET /v1/stations/{id}/access': 'operator manager officer auditor',
  'PATCH /v1/stations/{id}/access': 'manager',
  'POST /v1/stations/{id}/disable': 'manager officer',
  'POST /v1/stations/{id}/enable': 'manager officer',
  'POST /v1/stations/{id}/revoke': 'manager officer',
  'POST /v1/stations/{id}/enrolments': 'manager',
  'POST /v1/enrolments': ALL,
  'POST /v1/station/certificate': 'station',
  'POST /v1/station/session': 'station',
  'GET /v1/units/{serial}': 'operator manager officer auditor',
  'GET /v1/units/{serial}/attempts': 'operator manager officer auditor',
  'GET /v1/units/{serial}/late-reports': 'operator manager officer auditor',
  'GET /v1/units/{serial}/late-reports/{id}/record': 'operator manager officer auditor',
  'GET /v1/jobs/{id}/attempts/{number}/record': 'operator manager officer auditor',
  'GET /v1/webhooks': 'manager auditor admin',
  'GET /v1/webhooks/{id}': 'manager auditor admin',
  'GET /v1/webhooks/{id}/deliveries': 'manager auditor admin',
  'POST /v1/webhooks': 'admin',
  'PATCH /v1/webhooks/{id}': 'admin',
  'DELETE /v1/webhooks/{id}': 'admin',
  'POST /v1/webhooks/{id}/replay': 'manager admin',
  'POST /v1/work-orders/{id}/priority': 'manager',
  'GET /v1/work-orders': 'operator manager officer auditor',
  'GET /v1/work-orders/{id}': 'operator manager officer auditor',
  'GET /v1/work-orders/{id}/canary': 'operator manager officer auditor',
  'POST /v1/work-orders/{id}/canary': 'manager',
  'GET /v1/work-orders/{id}/units': 'operator manager officer auditor',
  'GET /v1/work-orders/{id}/units.csv': 'operator manager officer auditor',
  'GET /v1/work-orders/{id}/balance': 'operator manager officer auditor',
  'GET /v1/work-orders/{id}/reconciliation': 'operator manager officer auditor',
  'POST /v1/access/keys': 'manager officer admin',
  'POST /v1/authorities': 'officer',
  'POST /v1/authorities/{id}/activate': 'officer',
  'POST /v1/authorities/{id}/cancel': 'officer',
  'POST /v1/authorities/{id}/freeze': 'officer',
  'POST /v1/authorities/{id}/unfreeze': 'officer',
  'POST /v1/authorities/{id}/compromise': 'officer',
  'POST /v1/aws/registrations/{authority}/{target}/accept': 'officer',
  'POST /v1/aws/registrations/{authority}/{target}/apply': 'officer',
  'POST /v1/aws/registrations/{authority}/{target}/retry': 'operator manager officer',
  'POST /v1/aws/targets': 'officer',
  'POST /v1/aws/targets/{name}/check': 'operator manager officer',
  'POST /v1/aws/targets/{name}/permissions': 'operator manager officer',
  'POST /v1/aws/targets/{name}/pause': 'officer',
  'POST /v1/aws/targets/{name}/resume': 'officer',
  'POST /v1/aws/installer-claims': 'installer',
  'POST /v1/certificates': 'issuer',
  'POST /v1/certificates/batch': 'issuer',
  'POST /v1/certificates/{fingerprint}/revoke': 'officer',
  'POST /v1/jobs/{id}/certificate': 'station',
  'GET /v1/renewals': 'issuer operator manager officer auditor',
  'GET /v1/units/{serial}/renewal': 'issuer operator manager officer auditor',
  'POST /v1/renewals/batch': 'issuer',
  'POST /v1/units/{serial}/renewal': 'issuer',
  'POST /v1/units/{serial}/renewal/cancel': 'officer',
  'POST /v1/units/{serial}/renewal/retry': 'issuer operator manager officer',
  'POST /v1/units/{serial}/renewal/seen': 'issuer',
  'GET /v1/units/{serial}/identity': 'station issuer operator manager officer auditor',
  'POST /v1/jobs/{id}/heartbeat': 'station',
  'POST /v1/jobs/{id}/release': 'station',
  'POST /v1/jobs/{id}/result': 'station',
  'POST /v1/lines': 'manager',
  'POST /v1/station/claims': 'station',
  'POST /v1/results/batch': 'station',
  'PUT /v1/attachments/{sha256}': 'station',
  'GET /v1/attachments/{sha256}': 'operator manager officer auditor',
  'POST /v1/stations': 'manager',
  'POST /v1/units/ship': 'operator manager',
  'POST /v1/units/{serial}/check': 'operator manager officer',
  'POST /v1/units/{serial}/quarantine': 'operator manager',
  'POST /v1/units/{serial}/release': 'operator manager',
  'POST /v1/units/{serial}/rework': 'operator manager',
  'POST /v1/units/{serial}/scrap': 'operator manager',
  'POST /v1/units/{serial}/ship': 'operator manager',
  'POST /v1/work-orders': 'manager',
  'POST /v1/work-orders/confirm': 'manager',
  'POST /v1/work-orders/{id}/cancel': 'manager',
  'POST /v1/work-orders/{id}/close': 'manager',
  'POST /v1/work-orders/{id}/hold': 'manager',
  'POST /v1/work-orders/{id}/raise': 'manager',
  'POST /v1/work-orders/{id}/release': 'manager',
  'POST /v1/work-orders/{id}/resume': 'manager',
};

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

it('every operation takes the roles that it is for, and no other', async () => {
  const { paths } = (await bench.call('GET', '/openapi.json', undefined)).body as { paths: Record<string, Record<string, unknown>> };
  const found: Record<string, string> = {};
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods)) {
      const url = path.replaceAll(/\{[a-zA-Z]+\}/g, 'job-1');
      const takes = async (role: (typeof ROLES)[number]) => {
        const { status, body } = await bench.call(method.toUpperCase() as 'GET', url, bench.keys[role], method === 'get' ? undefined : {});
        return status !== 401 && body['code'] !== 'role-missing';
      };
      const taken: string[] = [];
      for (const role of ROLES) if (await takes(role)) taken.push(role);
      found[`${method.toUpperCase()} ${path}`] = taken.join(' ');
    }
  }
  expect(found).toEqual(MAY_CALL);
});
