// The same four calls as a bare handler: Fastify and Redis, no ledger, no HSM, no authentication, no rules. What a claim, a lease and an
// answer of this size cost at least on this machine.
import Fastify from 'fastify';
import { Redis } from 'ioredis';

const LEASE_MS = 30_000;
const redis = new Redis(process.env['REDIS_URL']);
await redis.del('waiting');
await redis.lpush('waiting', ...Array.from({ length: Number(process.env['UNITS']) }, (_, at) => String(at)));
const certificate = process.env['CERTIFICATE'];
const app = Fastify({ bodyLimit: 1_048_576 });

app.post('/v1/station/claims', async ({ body }, reply) => {
  const id = await redis.rpop('waiting');
  if (id === null) return reply.code(204).send();
  const fence = 1;
  await redis.set(`lease:${id}`, body.slot, 'PX', LEASE_MS);
  return { job: { id, state: 'leased' }, unit: { serial: `B-${id.padStart(6, '0')}` }, workOrder: { id: 'bench', product: 'bench-device' }, lease: { fence, expiresInMs: LEASE_MS }, attempt: 1 };
});
app.post('/v1/jobs/:id/heartbeat', async ({ params }, reply) => {
  if ((await redis.pexpire(`lease:${params.id}`, LEASE_MS)) === 0) return reply.code(410).send({ code: 'lease-lost' });
  return { directive: 'continue', expiresInMs: LEASE_MS };
});
app.post('/v1/jobs/:id/certificate', async ({ params, body }, reply) => {
  if ((await redis.exists(`lease:${params.id}`)) === 0) return reply.code(410).send({ code: 'lease-lost' });
  await redis.set(`certificate:${params.id}`, body.csr);
  return { certificate, chain: certificate, thingName: `B-${params.id}` };
});
app.post('/v1/jobs/:id/result', async ({ params, body }, reply) => {
  if ((await redis.del(`lease:${params.id}`)) === 0) return reply.code(410).send({ code: 'lease-lost' });
  await redis.set(`result:${params.id}`, JSON.stringify(body));
  return { job: { id: params.id, state: 'passed' } };
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.send({ port: app.server.address().port });
process.once('disconnect', () => process.exit());
