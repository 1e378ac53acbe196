import { z } from 'zod';
import { choice, formed, milliseconds, optionalChoice, optionalPath, path, port, requiredPath, splitList, text, wholeNumber } from './setting.js';

const SANDBOX = { readBy: ['sandbox'] } as const;
const BOTH = { readBy: ['sandbox', 'launcher'] } as const;
const CONTAINER = { readBy: ['container'] } as const;

/** What `npm start`, `npm run dev` and the command `lineside` read besides those of the service and the sandbox. */
export const LAUNCHER_SETTINGS = {
  LINESIDE_DATA_DIR: path('Folder of everything that `npm start` makes: ledger, keys, logs, credentials. Mode 0700.', { readBy: ['launcher', 'lineside'], byDefault: '.lineside' }),
  LOG_FILE_BYTES: wholeNumber('A log in the data folder that has grown over this is put aside as `.1`, and the `.1` before it is removed.', { readBy: ['launcher'], from: 65_536, to: 1_073_741_824, byDefault: 16_777_216, unit: 'bytes' }),
  SANDBOX: choice('Whether `npm start` runs AWS IoT on this machine. off: the accounts of your own AWS credentials.', { readBy: ['launcher'], words: ['on', 'off'], byDefault: 'on' }),
  TLS: choice('Whether `npm start` serves the API over https. local: it makes a CA and a server certificate in the data folder (NOT FOR PRODUCTION: its key lies there too). Without `npm start`, `TLS_CERT` and `TLS_KEY` do that.', { readBy: ['launcher'], words: ['off', 'local'], byDefault: 'off' }),
  HSM_MODE: optionalChoice('Whether `npm start` makes a SoftHSM token (NOT FOR PRODUCTION) or uses the HSM that `HSM_MODULE` names.', {
    readBy: ['launcher'], words: ['softhsm', 'external'], rule: 'external where `HSM_MODULE` is set, else softhsm',
  }),
};

/** Of the sandbox's accounts, that in which `lineside check-device` meets units and no target of the demo works. In a region of its own: where another account has a CA in mode DEFAULT, AWS takes it from no other. */
export const CHECK_ACCOUNT = '333333333333';

const ACCOUNTS = `111111111111:eu-west-1,222222222222:us-east-1,111111111111:eu-central-1,${CHECK_ACCOUNT}:eu-north-1`;

const Accounts = z
  .string()
  .default(ACCOUNTS)
  .transform(splitList)
  .pipe(z.array(z.string().regex(/^[0-9]{12}:[a-z]{2}(-[a-z]+)+-[0-9]$/)).min(1))
  .refine((pairs) => new Set(pairs).size === pairs.length)
  .transform((pairs) => pairs.map((pair) => ({ accountId: pair.slice(0, 12), region: pair.slice(13) })));

const DELAY = '1000-3000';

const Delay = z
  .string()
  .default(DELAY)
  .transform((text) => /^(\d{1,6})-(\d{1,6})$/.exec(text)?.slice(1).map(Number) ?? [])
  .pipe(z.tuple([z.number(), z.number()]))
  .refine(([least, most]) => least <= most)
  .transform(([least, most]) => ({ least, most }));

/** Each is checked by the sandbox, which knows what faults there are. */
const FaultList = z
  .string()
  .default('[]')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('is not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.array(z.record(z.string(), z.unknown())));

/** What `sandbox/main.ts` reads. */
export const SANDBOX_SETTINGS = {
  SANDBOX_HOST: text('Address that the sandbox listens on.', { ...SANDBOX, byDefault: '127.0.0.1' }),
  SANDBOX_PORT: port("Port of the sandbox's control plane, plain HTTP.", { ...BOTH, byDefault: 4566 }),
  SANDBOX_MQTT_PORT: port("Port of the sandbox's MQTT over TLS.", { ...BOTH, byDefault: 8883 }),
  SANDBOX_PROXY_PORT: port("Port of the sandbox's HTTP CONNECT proxy.", { ...BOTH, byDefault: 4567 }),
  SANDBOX_DATA_DIR: requiredPath('Holds the registry, the credentials and the keys of the MQTT server; made with mode 0700. `npm start` sets it.', SANDBOX),
  SANDBOX_ACCOUNTS: formed('The accounts and regions that the sandbox plays.', 'pairs like 111111111111:eu-west-1 with commas between them, each once', Accounts, { ...SANDBOX, byDefault: ACCOUNTS }),
  SANDBOX_THROTTLING: choice("Whether the sandbox refuses what is above AWS's quotas of calls a second (ThrottlingException).", { ...SANDBOX, words: ['on', 'off'], byDefault: 'on' }),
  SANDBOX_FAULTS: formed('What goes wrong on order from the start, as `POST /_sandbox/faults` takes it (docs/sandbox.md).', 'a JSON list of faults', FaultList, { ...SANDBOX, byDefault: '[]' }),
  SANDBOX_FUNCTIONS_DIR: optionalPath("Folder of the built handlers that the sandbox's Lambda runs; without it, `dist/lambda` of this installation.", SANDBOX),
  SANDBOX_OBJECTS_BYTES: wholeNumber("Room for all objects of the sandbox's S3, in its data folder.", { ...SANDBOX, from: 1_048_576, to: 1_099_511_627_776, byDefault: 1_073_741_824, unit: 'bytes' }),
  SANDBOX_LONGEST_SESSION_SECONDS: wholeNumber("Sessions of the sandbox's STS end after this time at the latest, whatever was asked for: a short one shows what expired credentials do.", { ...SANDBOX, from: 1, to: 43_200, byDefault: 43_200, unit: 'seconds' }),
  SANDBOX_PROVISIONING_DELAY_MS: formed('How long just-in-time provisioning and registration take after the first connection, each time at random.', 'two numbers of milliseconds like 1000-3000, the smaller first', Delay, { ...SANDBOX, byDefault: DELAY }),
  SANDBOX_OWNERSHIP_TOKEN_MS: milliseconds('How long a device has to use the ownership token of fleet provisioning. AWS gives an hour.', { ...SANDBOX, from: 1, to: 3_600_000, byDefault: 3_600_000 }),
  SANDBOX_SESSION_END_MS: milliseconds('How long a device stays connected whose certificate was set INACTIVE or REVOKED. AWS says a few minutes.', { ...SANDBOX, from: 0, to: 600_000, byDefault: 120_000 }),
  SANDBOX_CONNECT_INTERVAL_MS: milliseconds("Least time between two CONNECTs of one client id; 0: none. AWS's is a second.", { ...SANDBOX, from: 0, to: 60_000, byDefault: 1_000 }),
};

/** What the container image reads (`setup/container`), so that no password stands in docker-compose.yml. */
export const CONTAINER_SETTINGS = {
  POSTGRES_HOST: text('Host of the ledger, where `DATABASE_URL` is made from the secret `postgres-password`.', { ...CONTAINER, byDefault: 'postgres' }),
  REDIS_HOST: text('Host of the queues, where `REDIS_URL` is made from the secret `redis-password`.', { ...CONTAINER, byDefault: 'redis' }),
  HSM_SO_PIN_FILE: requiredPath("Holds the security officer's PIN of the SoftHSM token that the container `token` makes.", CONTAINER),
  SOFTHSM2_CONF: optionalPath("SoftHSM's own settings file; signers pass it on to the library.", { readBy: ['container', 'service'] }),
};
