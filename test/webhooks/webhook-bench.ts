import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csrFor, deviceKey, serviceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { Receiver } from './receiver.js';

export type WebhookBench = Awaited<ReturnType<typeof webhookBench>>;

/** What a webhook of these tests is told of, if no more is said. */
export const ORDERS = ['work-order.created', 'work-order.released', 'work-order.held', 'work-order.resumed', 'work-order.cancelled'];

/** The service with a key for its secrets, and receivers that wait 400 ms at most. */
export async function webhookBench() {
  const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  const secretsKey = join(folder, 'secrets-key');
  writeFileSync(secretsKey, randomBytes(32).toString('base64url'), { mode: 0o600 });
  const bench = await serviceBench({ SECRETS_KEY_FILE: secretsKey, WEBHOOK_TIMEOUT_MS: '400' });
  const receivers: Receiver[] = [];
  const admin = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path = '', body?: object) => bench.call(method, `/v1/webhooks${path}`, bench.keys.admin, body);
  const show = async (id: string) => (await admin('GET', `/${id}`)).body;
  return {
    bench,
    admin,
    show,
    async another(): Promise<Receiver> {
      const made = new Receiver();
      await made.start();
      receivers.push(made);
      return made;
    },
    /** A webhook to the receiver. */
    async hook(to: Receiver, events: readonly string[]) {
      const { status, body } = await admin('POST', '', { url: to.url, events });
      expect([status, body['code']]).toEqual([201, undefined]);
      return { id: String(body['id']), secret: String(body['secret']) };
    },
    /** The pause before its next attempt is over. */
    due: (id: string) => bench.db.updateTable('webhook').set({ next_attempt_at: new Date(0) }).where('id', '=', id).where('claimed_until', 'is', null).where('attempts', '>', 0).execute(),
    /** The webhook, once so many attempts in a row were in vain. */
    failed: (id: string, attempts: number) => until(`${attempts} attempts in vain`, async () => {
      const webhook = await show(id);
      return Number(webhook['attempts']) >= attempts ? webhook : undefined;
    }),
    async pass(serial: string, outcome = 'PASS') {
      const { jobId, fence } = await bench.claim(serial);
      const at = (step: string, body: object) => bench.as('station').post(`/v1/jobs/${jobId}/${step}`, { fence, ...body });
      await at('certificate', { csr: csrFor(deviceKey()) });
      expect((await at('result', { outcome })).status).toBe(200);
    },
    async clear() {
      await bench.clearSlots();
      for (const { id } of await bench.db.selectFrom('webhook').select('id').where('state', '<>', 'deleted').execute()) expect((await admin('DELETE', `/${id}`)).status).toBe(204);
      for (const each of receivers.splice(0)) await each.stop();
    },
    async close() {
      await bench.close();
      rmSync(folder, { recursive: true });
    },
  };
}
