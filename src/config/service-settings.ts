import { z } from 'zod';
import { choice, derivedMilliseconds, formed, library, milliseconds, optionalPath, path, port, requiredPath, servers, splitList, text, url, wholeNumber, words } from './setting.js';

const SERVICE = { readBy: ['service'] } as const;

/** What `main.ts` and `worker.ts` read. `npm start` hands them on, and sets some of them itself. */
export const SERVICE_SETTINGS = {
  HOST: text('Address that the REST API listens on.', { ...SERVICE, byDefault: '127.0.0.1' }),
  PORT: port('Port of the REST API. 0 takes any free one, but not with `npm start`.', { readBy: ['service', 'launcher'], byDefault: 3000 }),
  TLS_CERT: optionalPath("Certificate that the REST API serves TLS with, PEM, those that lead to its root behind it. Read anew when it changes, or at SIGHUP. Without it the API has no TLS of its own.", { ...SERVICE, exists: 'file' }),
  TLS_KEY: optionalPath("The certificate's private key, PEM, without a passphrase, mode 0600.", { ...SERVICE, exists: 'file' }),
  ROLES: words('What this process does: answer callers, work in the background, or both.', { ...SERVICE, words: ['api', 'worker'] }),
  LOG_LEVEL: choice('What is written to the log: this level and the graver ones.', { ...SERVICE, words: ['error', 'warn', 'log', 'debug'], byDefault: 'log' }),
  BODY_LIMIT: wholeNumber('Largest request body; a CSR needs under 4 KiB.', { ...SERVICE, from: 4_096, to: 1_048_576, byDefault: 65_536, unit: 'bytes' }),
  RATE_LIMIT_PER_MINUTE: wholeNumber('Requests that one key, or one address without a key, may send within a minute, over all replicas.', { ...SERVICE, from: 10, to: 1_000_000, byDefault: 60_000 }),
  INSTALLER_CLAIMS_PER_MINUTE: wholeNumber('Claims of five minutes that one installer’s key gets within a minute.', { ...SERVICE, from: 1, to: 600, byDefault: 30 }),
  FAILED_AUTHENTICATIONS_PER_MINUTE: wholeNumber('Requests without a valid key that one address gets answered 401 within a minute; beyond it they are answered 429.', { ...SERVICE, from: 1, to: 1_000_000, byDefault: 600 }),
  TRUST_PROXY: formed('Proxies whose X-Forwarded-For is believed. Without it, a caller’s address is that of its connection.', '`loopback`, or addresses and networks with commas between them',
    z.string().regex(/^loopback$|^[\da-fA-F.:/]+(,[\da-fA-F.:/]+)*$/).optional(), { ...SERVICE, isOptional: true }),

  STATION_CERT_HEADER: formed('Header in which a proxy of `TRUST_PROXY` passes on the client certificate of a station that it has let in by TLS: PEM in percent-encoding, x-forwarded-client-cert, or RFC 9440. From anybody else it counts for nothing.', 'the name of a header',
    z.string().regex(/^[A-Za-z0-9-]{1,64}$/).transform((name) => name.toLowerCase()).optional(), { ...SERVICE, isOptional: true }),
  STATION_CERTIFICATE_DAYS: wholeNumber('How long the client certificate of a station is valid. Stations renew theirs at two thirds of it.', { ...SERVICE, from: 1, to: 825, byDefault: 90, unit: 'days' }),

  MIN_CLIENT_VERSION: formed('Oldest version of our own station software (lineside-…) that may begin a session.', 'a version such as 1.4.0', z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/).optional(), { ...SERVICE, isOptional: true }),

  DATABASE_URL: url('The ledger: a PostgreSQL 15 or newer. `npm start` runs its own when it is not set.', {
    readBy: ['service', 'launcher'], isSecret: true, protocol: /^postgres(ql)?$/, form: 'postgres://user:password@host:5432/database',
  }),
  DATABASE_CONNECTIONS: wholeNumber('Connections to the ledger that this process may hold. Stations, issuers, people and periodic work have shares of their own.', { ...SERVICE, from: 8, to: 200, byDefault: 20 }),
  REDIS_URL: url('The queues: a Redis 6.2 or newer with AOF and `noeviction`. `npm start` runs its own when it is not set.', {
    readBy: ['service', 'launcher'], isSecret: true, protocol: /^rediss?$/, form: 'redis://:password@host:6379',
  }),

  REDIS_SENTINELS: servers('Redis Sentinels that name the present server of the queues. REDIS_URL then says user, password, TLS (rediss) and database, and its host is not looked at.', SERVICE),
  REDIS_SENTINEL_NAME: text('Name under which the Sentinels know that server.', { ...SERVICE, byDefault: 'mymaster' }),
  REDIS_SENTINEL_PASSWORD_FILE: optionalPath('Holds the password of the Sentinels themselves, mode 0600, where they want one.', { ...SERVICE, exists: 'file' }),
  REDIS_CLUSTER: servers('Nodes of a Redis Cluster by which the others are found. REDIS_URL then says user, password and TLS.', SERVICE),

  HSM_MODULE: library("The vendor's PKCS#11 library. Only signer processes load it. Without it `npm start` makes a SoftHSM token (NOT FOR PRODUCTION).", { readBy: ['service', 'launcher', 'container'] }),
  HSM_TOKEN: text("CKA_LABEL of the token that holds the authorities' keys.", { readBy: ['service', 'launcher', 'container'], most: 32 }),
  HSM_TOKEN_SERIAL: formed('Serial number of the token (CK_TOKEN_INFO). Needed where the library shows two tokens of one label, which are refused without it.', 'a text of up to 16 characters', z.string().min(1).max(16).optional(), { readBy: ['service', 'launcher'], isOptional: true }),
  HSM_PIN_FILE: requiredPath("Holds the token's user PIN, mode 0600. The PIN itself is never a setting.", { readBy: ['service', 'launcher', 'container'], exists: 'file' }),
  SECRETS_KEY_FILE: optionalPath("Holds the key, 32 octets in base64url, mode 0600, that seals secrets in the ledger: private keys of fleet claims, secrets of webhooks. The same for all replicas. `npm start` makes one.", { ...SERVICE, exists: 'file' }),
  HSM_SIGNERS: wholeNumber('Signer processes. Each holds one session of the token.', { ...SERVICE, from: 1, to: 16, byDefault: 1 }),
  HSM_SESSIONS_MAX: wholeNumber('Sessions of the token that this process may hold: one for each signer, and one more while a key is made.', { ...SERVICE, from: 2, to: 1_000, byDefault: 16 }),
  HSM_KEEPALIVE_MS: milliseconds('An idle session is used this often, for tokens that end idle sessions (YubiHSM 2: after 30 s).', { ...SERVICE, from: 100, to: 600_000, byDefault: 10_000 }),
  HSM_QUEUE: wholeNumber('Most requests that wait for the HSM, for stations, for revocation lists and for batches each.', { ...SERVICE, from: 1, to: 100_000, byDefault: 2_000 }),
  HSM_DEADLINE_MS: milliseconds('How long a request of a station waits for the HSM.', { ...SERVICE, from: 100, to: 60_000, byDefault: 5_000 }),
  HSM_BATCH_DEADLINE_MS: milliseconds('The same for revocation lists and for requests of a batch, which let stations go first.', { ...SERVICE, from: 100, to: 600_000, byDefault: 60_000 }),
  CSR_READERS: wholeNumber('Processes that read CSRs and check their signatures. 0: the service does it itself, which takes less memory and blocks it for 0.15 ms a CSR. `npm start` sets 0.', { ...SERVICE, from: 0, to: 16, byDefault: 1 }),

  LEASE_MS: milliseconds('How long a slot holds its unit after its last heartbeat.', { ...SERVICE, from: 1_000, to: 3_600_000, byDefault: 30_000 }),
  HEARTBEAT_MS: derivedMilliseconds('How often a station is told to send a heartbeat.', { ...SERVICE, from: 200, to: 600_000, rule: 'a third of `LEASE_MS`, at most 10000' }),
  ATTACHMENT_BYTES: wholeNumber('Largest file that a station may upload to a result. It is held in memory while it comes.', { ...SERVICE, from: 65_536, to: 67_108_864, byDefault: 16_777_216, unit: 'bytes' }),
  ATTACHMENT_BYTES_PER_HOUR: wholeNumber('What one station may upload within an hour, over all replicas; more has to wait. The ledger keeps it for good.', { ...SERVICE, from: 1_048_576, to: 1_099_511_627_776, byDefault: 1_073_741_824, unit: 'bytes' }),
  QUEUE_HISTORY_DAYS: wholeNumber('Days for which the depth and age of queues are kept (GET /v1/queues/{id}/history): minutes for two days, quarters of an hour after that.', { ...SERVICE, from: 2, to: 366, byDefault: 30, unit: 'days' }),
  POLL_WAIT_MS: milliseconds('Longest time that a claim waits for a job.', { ...SERVICE, from: 0, to: 30_000, byDefault: 25_000 }),

  CLOCK_SKEW_MAX_MS: milliseconds("So far may this machine's clock be from the ledger's and AWS's; beyond, nothing is signed. AWS itself takes no requests beyond five minutes.", { ...SERVICE, from: 1_000, to: 300_000, byDefault: 300_000 }),

  PROFILES_DIR: path('Folder of the profiles: what device certificates look like.', { readBy: ['service', 'lineside'], byDefault: 'hsm-config/profiles', exists: 'folder' }),
  CRL_VALIDITY_HOURS: wholeNumber("From a CRL's thisUpdate to its nextUpdate; the next one is published at half of it.", { ...SERVICE, from: 1, to: 8_760, byDefault: 7 * 24, unit: 'hours' }),
  TARGET_CONTROL_HOSTS: formed('Hosts besides AWS IoT and this machine that a target may name as its control endpoint, over https. They get requests signed with the credentials of its profile.',
    'host names, each with its port unless that is 443, with commas between them', z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?(,[a-z0-9.-]+(:\d{1,5})?)*$/).optional().transform((hosts) => (hosts === undefined ? [] : splitList(hosts))), { ...SERVICE, isOptional: true }),
  AWS_HTTPS_PROXY: formed('Proxy through which AWS is called (CONNECT). Hosts of this machine are called without it.', 'http://host:3128, without a user', z.string().regex(/^http:\/\/[^/@\s]+$/).optional(), { ...SERVICE, isOptional: true }),
  RECONCILE_MS: milliseconds('How often the reconciler looks for work that nobody announced.', { ...SERVICE, from: 100, to: 600_000, byDefault: 2_000 }),
  AWS_SWEEP_MS: milliseconds('How often the newest certificates of each CA in each target are looked through for devices that have connected for the first time; one call each.', { ...SERVICE, from: 100, to: 600_000, byDefault: 20_000 }),
  AWS_PRESENCE: choice('Whether each target gets a topic rule and a queue that tell when a device connects, so that each first connection is known within seconds. AWS bills every connection of every device in the account then.', { ...SERVICE, words: ['off', 'on'], byDefault: 'off' }),
  AWS_STOP_LOOK_MS: milliseconds('How often the CA of each authority that issues for open orders is looked at in each of their targets, for a stop that somebody made in AWS; one call each, and where a target has many, one a second.', { ...SERVICE, from: 100, to: 60_000, byDefault: 5_000 }),
  AWS_SAMPLE_MS: milliseconds('How often ten units of each target that were seen in sync longest ago, a day at least, are looked at again; up to four calls for each.', { ...SERVICE, from: 100, to: 3_600_000, byDefault: 30_000 }),
  CANARY_PATIENCE_MS: milliseconds('How long a canary goes on trying to connect in a target, once a second. AWS takes 1 to 5 s to provision a device.', { ...SERVICE, from: 1_000, to: 600_000, byDefault: 60_000 }),
  CANARY_LOOK_AGAIN_MS: milliseconds('How long after its removal a canary is looked for in a target once more, in case that AWS was still at work on it.', { ...SERVICE, from: 100, to: 600_000, byDefault: 15_000 }),
  RENEWAL_LIMIT_DAYS: wholeNumber('How long after its beginning the field rotation of a certificate is overdue. One whose new certificate nobody has fetched by then is cancelled.', { ...SERVICE, from: 1, to: 3_650, byDefault: 30, unit: 'days' }),
  RENEWAL_GRACE_HOURS: wholeNumber('How long the old certificate of a field rotation stays INACTIVE, and can be taken back into use, before it is revoked.', { ...SERVICE, from: 0, to: 8_760, byDefault: 72, unit: 'hours' }),
  CHECKPOINT_DIR: optionalPath('Folder outside the ledger that keeps what the log held last, by which a ledger that was restored from a backup is known. Without it nothing is compared. `npm start` sets it.', SERVICE),
  REPORTS_DIR: optionalPath('Folder in which a worker keeps once a day what each order has come to in AWS (GET /v1/work-orders/{id}/reconciliation). `npm start` sets it.', SERVICE),
  REPORTS_DAYS: wholeNumber('Days for which these reports are kept.', { ...SERVICE, from: 1, to: 3_650, byDefault: 90, unit: 'days' }),
  CHECKPOINT_COPY_DIR: optionalPath('A second place for it, best on another machine: a folder that is lost together with the ledger tells nothing. It must exist: it is not made, since a share that is not mounted would become a folder of this machine.', SERVICE),
  WEBHOOK_HOSTS: formed('Hosts that a webhook may name over http, or although their names lead to this machine or to an address of the link. Others take https, and this machine either.',
    'host names, each with its port unless that is the usual one, with commas between them', z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?(,[a-z0-9.-]+(:\d{1,5})?)*$/).optional().transform((hosts) => (hosts === undefined ? [] : splitList(hosts))), { ...SERVICE, isOptional: true }),
  WEBHOOK_TIMEOUT_MS: milliseconds('How long the receiver of a webhook may take to answer.', { ...SERVICE, from: 100, to: 60_000, byDefault: 10_000 }),
  WEBHOOK_PAUSE_DAYS: wholeNumber('A webhook to which nothing could be delivered for so long is paused until somebody lets it go on. Until then it is tried after 5 s, doubled up to an hour.', { ...SERVICE, from: 1, to: 60, byDefault: 5, unit: 'days' }),
  BOOTSTRAP_KEYS_FILE: optionalPath('JSON file `{role: key}` whose keys are made valid at start; how the first admin gets in. `npm start` makes one.', { ...SERVICE, exists: 'file' }),
};
