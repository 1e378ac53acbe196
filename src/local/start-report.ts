import { relative } from 'node:path';
import type { ServiceAddress } from '../client/service-call.js';
import type { DeadKey } from './credentials-check.js';
import type { DataFolder } from './data-folder.js';
import type { PartEnd } from './part.js';
import type { StartSettings } from './start-settings.js';

/** The last lines of a start: what runs where, where the keys are, what to do next. `faults`: why stations would be refused. `deadKeys`: what in credentials.json opens nothing. */
export function describeStart(place: DataFolder, settings: StartSettings, { baseUrl, caFile }: ServiceAddress, faults: readonly string[], deadKeys: readonly DeadKey[]): string {
  const sandbox = [
    `  AWS IoT sandbox   http://127.0.0.1:${settings.sandboxPort} (control plane), 127.0.0.1:${settings.sandboxMqttPort} (MQTT over TLS), http://127.0.0.1:${settings.sandboxProxyPort} (proxy)`,
  ];
  const curl = caFile === undefined ? 'curl -s' : `curl -s --cacert ${caFile}`;
  return [
    '',
    ...(faults.length === 0
      ? [`Lineside is ready at ${baseUrl}   (API: ${baseUrl}/docs)`]
      : [`Lineside runs at ${baseUrl} and is NOT READY:`, ...faults.map((fault) => `  - ${fault}`), '  What to do: npm run -s lineside -- doctor']),
    ...(settings.runsSandbox ? sandbox : ['  AWS IoT           the accounts of your own AWS credentials (SANDBOX=off)']),
    ...(settings.hsmModule === undefined ? ['  HSM               SoftHSM, NOT FOR PRODUCTION'] : ['  HSM               the one named by HSM_MODULE']),
    ...(caFile === undefined ? [] : [`  TLS               clients trust the CA in ${caFile} (NOT FOR PRODUCTION)`]),
    `  data and logs     ${place.root}`,
    `  keys              ${place.credentials}`,
    ...deadKeys.map(({ why, remedy }) => `  - ${why}\n    → ${remedy}`),
    '',
    'Try next, in another terminal:',
    `  ${curl} ${baseUrl}/health/ready`,
    `  ${curl} -H "Authorization: Bearer $(${keyCommand(place.credentials)})" ${baseUrl}/v1/queues`,
    '  npm run -s lineside -- doctor',
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

/** A part ended that nobody stopped. */
export function describeEnd({ name, reason, pauseMs, logFile }: PartEnd): string {
  return `${name} ended unexpectedly (${reason}) and is started again in ${pauseMs / 1_000} s. Its log: ${logFile}`;
}

/** For the one who starts a second time. */
export function describeRunning(baseUrl: string, credentials: string): string {
  return `Lineside already runs at ${baseUrl}\n  keys: ${relative(process.cwd(), credentials) || credentials}\n  to stop it, press Ctrl-C where it was started`;
}

function keyCommand(credentials: string): string {
  return `node -p "require('${credentials}').keys.manager"`;
}
