// The container's health check: whether the API of this container says that it lives, by HTTP, or by TLS where TLS_CERT is set.
// Whose certificate it is does not matter: it asks its own container.
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';

const { PORT, TLS_CERT } = process.env;
const ask = TLS_CERT
  ? httpsGet({ host: '127.0.0.1', port: PORT, path: '/health/live', rejectUnauthorized: false, timeout: 4_000 })
  : httpGet({ host: '127.0.0.1', port: PORT, path: '/health/live', timeout: 4_000 });
ask.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
ask.on('timeout', () => process.exit(1));
ask.on('error', () => process.exit(1));
