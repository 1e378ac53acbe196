import Fastify from 'fastify';
import { refuseWhileClosing } from '../../src/platform/http/closing.js';
import { sendProblem } from '../../src/platform/http/problem.filter.js';

it('sends requests away as a problem that says when to come back, while the service shuts down', async () => {
  const fastify = Fastify({ return503OnClosing: false });
  fastify.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  refuseWhileClosing(fastify);
  fastify.get('/', () => 'served');
  // Runs right after the service's own hook: the earliest moment at which it is closing.
  let whileClosing: Response | undefined;
  let url = '';
  fastify.addHook('preClose', async () => {
    whileClosing = await fetch(url);
  });
  url = await fastify.listen({ port: 0, host: '127.0.0.1' });
  expect(await (await fetch(url)).text()).toBe('served');
  await fastify.close();
  expect(whileClosing?.status).toBe(503);
  expect(whileClosing?.headers.get('retry-after')).toBe('1');
  expect(await whileClosing?.json()).toMatchObject({ code: 'service-stopping', retryable: true, retryAfterMs: 1_000, operatorAction: expect.any(String) });
});
