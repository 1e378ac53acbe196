// A worker as it is built that dies by SIGKILL as soon as AWS IoT has registered a CA, before it knows.
import { CaCertificatesClient } from '../../dist/aws-iot/clients/ca-certificates.client.js';
import { loadConfig } from '../../dist/config/config.js';
import { createApp } from '../../dist/create-app.js';

const { register } = CaCertificatesClient.prototype;
CaCertificatesClient.prototype.register = async function (...asked) {
  await register.apply(this, asked);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
};
const app = await createApp(loadConfig(process.env), false);
await app.init();
