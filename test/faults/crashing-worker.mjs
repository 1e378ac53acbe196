// A worker as it is built that dies by SIGKILL before it knows what was done elsewhere: as soon as AWS IoT has registered a CA, or, with
// CRASH_AT=delivered, as soon as a webhook's receiver has answered.
import { CaCertificatesClient } from '../../dist/aws-iot/clients/ca-certificates.client.js';
import { loadConfig } from '../../dist/config/config.js';
import { createApp } from '../../dist/create-app.js';
import { WebhookPositionRepository } from '../../dist/webhooks/webhook-positions.repository.js';

if (process.env.CRASH_AT === 'delivered') WebhookPositionRepository.prototype.delivered = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const { register } = CaCertificatesClient.prototype;
CaCertificatesClient.prototype.register = async function (...asked) {
  await register.apply(this, asked);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
};
const app = await createApp(loadConfig(process.env), false);
await app.init();
