import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig, loadToolSettings } from '../../src/config/config.js';
import { INSTALLATION } from '../../src/config/installation.js';
import { SETTINGS, SettingsRefused } from '../../src/config/settings.js';
import { settingsDocument } from '../../src/config/settings-document.js';
import { loadProfiles } from '../../src/issuance/profile-folder.js';
import { readStartSettings } from '../../src/local/start-settings.js';
import { newFolder } from '../support/run-folders.js';

const folder = newFolder('settings');
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const PIN = file('pin', '1234');
const KEYS = file('keys.json', '{}');
const SERVICE = { DATABASE_URL: 'postgres://u:hidden@h/d', REDIS_URL: 'redis://h', HSM_MODULE: PIN, HSM_TOKEN: 't', HSM_PIN_FILE: PIN };

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsRefused) return error.faults;
    throw error;
  }
}
const ofService = (more: object) => faultsOf(() => loadConfig({ ...SERVICE, ...more }));
const ofStart = (more: object) => faultsOf(() => readStartSettings({ LINESIDE_DATA_DIR: folder, ...more }));

/** A compiled program in a working directory of its own. */
async function run(program: string[], env: Record<string, string>) {
  return promisify(execFile)(process.execPath, program.map((word) => (word.endsWith('.js') ? join(INSTALLATION, word) : word)), { env, cwd: folder, timeout: 50_000 }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

it('docs/settings.md says what the list says (else: npm run docs:settings)', () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsDocument());
});

it('every setting says what it is for, what it may be, and who reads it', () => {
  for (const [name, { purpose, kind, readBy }] of Object.entries(SETTINGS)) {
    expect([name, /^[A-Z].*\.$/.test(purpose), kind.length > 5, readBy.length > 0]).toEqual([name, true, true, true]);
  }
});

it('no program of ours reads a name that is not in the list', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const names = sources.flatMap((path) => [...readFileSync(join('src', path), 'utf8').matchAll(/\benv\[(?:'|")(\w+)(?:'|")\]/g)].map(([, name]) => name!));
  expect(names.filter((name) => !(name in SETTINGS) && !['npm_lifecycle_event'].includes(name))).toEqual([]);
});

it.each<[string, object, string]>([
  ['a word for a number', { PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535.'],
  ['a number in other clothes', { PORT: '0x10' }, 'PORT must be a whole number from 0 to 65535.'],
  ['a number with a unit', { LEASE_MS: '30s' }, 'LEASE_MS must be a whole number of milliseconds from 1000 to 3600000.'],
  ['a number out of bounds', { HSM_SIGNERS: '17', HSM_SESSIONS_MAX: '100' }, 'HSM_SIGNERS must be a whole number from 1 to 16.'],
  ['a role that does not exist', { ROLES: 'api,boss' }, 'ROLES must be one or more of api, worker, with commas between them.'],
  ['a level that does not exist', { LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be one of error, warn, log, debug.'],
  ['an address of something else', { DATABASE_URL: 'mysql://u:hidden@h/d' }, 'DATABASE_URL must be an address of the form postgres://user:password@host:5432/database.'],
  ['a file that is not there', { BOOTSTRAP_KEYS_FILE: '/nope' }, 'BOOTSTRAP_KEYS_FILE must be the path of a file that this user can read.'],
  ['a folder for a file', { HSM_PIN_FILE: folder }, 'HSM_PIN_FILE must be the path of a file that this user can read.'],
  ['a file for a folder', { PROFILES_DIR: PIN }, 'PROFILES_DIR must be the path of a folder that this user can read.'],
  ['a file that holds something else', { BOOTSTRAP_KEYS_FILE: PIN }, 'BOOTSTRAP_KEYS_FILE must name a file that holds a JSON object {role: key}.'],
  ['a path that only a shell understands', { PROFILES_DIR: '~/profiles' }, 'PROFILES_DIR must be the path of a folder that this user can read.'],
  ['heartbeats rarer than leases are long', { HEARTBEAT_MS: '40000' }, 'HEARTBEAT_MS (40000) must be shorter than LEASE_MS (30000), or each lease ends before its first heartbeat.'],
  ['a certificate without a key', { TLS_CERT: PIN }, 'TLS_CERT and TLS_KEY go together: set both, or none for an API without TLS of its own.'],
  ['a key that others can read', { TLS_CERT: PIN, TLS_KEY: KEYS }, 'TLS_KEY is open to other users; run chmod 600 on it.'],
  ['a header that nobody may send', { STATION_CERT_HEADER: 'X-SSL-Client-Cert' }, 'STATION_CERT_HEADER needs TRUST_PROXY, which says from whom the header is believed.'],
  ['more signers than sessions', { HSM_SIGNERS: '4', HSM_SESSIONS_MAX: '4' }, 'HSM_SESSIONS_MAX (4) must be more than HSM_SIGNERS (4): each signer holds one session, and making a key takes one more.'],
  ['batches that wait less than stations', { HSM_DEADLINE_MS: '60000', HSM_BATCH_DEADLINE_MS: '5000' }, 'HSM_BATCH_DEADLINE_MS (5000) must not be shorter than HSM_DEADLINE_MS (60000): batches wait while stations go first.'],
  ['a letter too many', { LEASE_MSS: '1' }, 'LEASE_MSS is no setting of Lineside; LEASE_MS is.'],
  ['letters that changed places', { PROT: '1' }, 'PROT is no setting of Lineside; PORT is.'],
  ['no underscore', { HEARTBEATMS: '1' }, 'HEARTBEATMS is no setting of Lineside; HEARTBEAT_MS is.'],
  ['two slips in a long name', { RATE_LIMT_PER_MINUT: '1' }, 'RATE_LIMT_PER_MINUT is no setting of Lineside; RATE_LIMIT_PER_MINUTE is.'],
  ['small letters', { lease_ms: '1' }, 'lease_ms is no setting of Lineside; LEASE_MS is.'],
  ['a name with our prefix', { HSM_PIN: '1234' }, 'HSM_PIN is no setting of Lineside.'],
])('the service refuses %s in one sentence', (_, given, sentence) => {
  expect(ofService(given)).toEqual([sentence]);
});

it('tells all faults together, and never a value', () => {
  const faults = ofService({ PORT: 'abc', LEASE_MS: 'abc', DATABASE_URL: '', REDIS_URL: 'hidden', LINESIDE_PORTS: 'hidden' });
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['PORT', 'DATABASE_URL', 'REDIS_URL', 'LEASE_MS', 'LINESIDE_PORTS']);
  expect(faults.join()).not.toMatch(/hidden|abc/);
});

it('leaves names of other programs alone', () => {
  const others = [
    'PATH', 'HOME', 'HOSTNAME', 'PORTS', 'ROLE', 'USER', 'SHELL', 'IS_SANDBOX', 'AWS_PROFILE', 'AWS_REGION', 'NODE_ENV', 'NODE_OPTIONS', 'POSTGRES_PORT', 'POSTGRES_USER', 'REDISHOST', 'PGHOST',
    'REDIS_PORT', 'LOGLEVEL_ROOT', 'DATABASE_HOST', 'CSR_FILE', 'LEASE', 'SANDBOX_SERVICE_HOST', 'SANDBOX_SERVICE_PORT', 'SANDBOX_PORT_4566_TCP_ADDR', 'npm_config_port', 'http_proxy', 'KUBERNETES_PORT', 'CS_PKCS11_R3_CFG',
  ];
  expect(ofService(Object.fromEntries(others.map((name) => [name, 'x'])))).toEqual([]);
});

it.each<[string, object, string]>([
  ['neither on nor off', { SANDBOX: 'maybe' }, 'SANDBOX must be one of on, off.'],
  ['a bad setting of the service', { LEASE_MS: 'abc' }, 'LEASE_MS must be a whole number of milliseconds from 1000 to 3600000.'],
  ['a bad setting of the sandbox', { SANDBOX_ACCOUNTS: '12:eu' }, 'SANDBOX_ACCOUNTS must be pairs like 111111111111:eu-west-1 with commas between them, each once.'],
  ['an HSM of its own without its library', { HSM_MODE: 'external', HSM_TOKEN: 't', HSM_PIN_FILE: PIN }, 'HSM_MODULE is not set. '],
  ['a token that would not be used', { HSM_TOKEN: 't' }, 'HSM_TOKEN would not be used: without HSM_MODULE, npm start makes a token of its own.'],
  ['a port that two want', { PORT: '8883' }, 'SANDBOX_MQTT_PORT and PORT must be two different ports.'],
  ['any port', { PORT: '0' }, 'PORT must be from 1 to 65535 with npm start: 0 takes another port each time.'],
  ['an address that it would not reach', { HOST: '10.1.2.3' }, 'HOST must be one of 127.0.0.1, localhost, 0.0.0.0, :: with npm start, which reaches everything at 127.0.0.1.'],
  ['half of the service', { ROLES: 'worker' }, 'ROLES must name api and worker with npm start, which runs both in one process.'],
  ['a file that it makes itself', { BOOTSTRAP_KEYS_FILE: KEYS }, 'BOOTSTRAP_KEYS_FILE is set by npm start itself; leave it out.'],
])('npm start refuses %s before anything starts', (_, given, sentence) => {
  expect(ofStart(given)).toEqual([expect.stringContaining(sentence)]);
});

it('an empty value counts as not set', () => {
  expect(ofStart({ PORT: '', HSM_MODE: '', SANDBOX: '', HSM_TOKEN: '' })).toEqual([]);
  expect(loadConfig({ ...SERVICE, PORT: '', BOOTSTRAP_KEYS_FILE: '' })).toMatchObject({ PORT: 3_000 });
});

it('heartbeats follow the lease unless they are set', () => {
  const heartbeat = (more: object) => loadConfig({ ...SERVICE, ...more }).HEARTBEAT_MS;
  expect([heartbeat({}), heartbeat({ LEASE_MS: '3600000' }), heartbeat({ LEASE_MS: '1500' }), heartbeat({ HEARTBEAT_MS: '700' })]).toEqual([10_000, 10_000, 500, 700]);
});

it('relative paths start at the installation, whatever the working directory', () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    expect(loadConfig(SERVICE).PROFILES_DIR).toBe(join(INSTALLATION, 'hsm-config', 'profiles'));
    expect(loadToolSettings({ LINESIDE_DATA_DIR: 'data' }).LINESIDE_DATA_DIR).toBe(join(INSTALLATION, 'data'));
  } finally {
    process.chdir(before);
  }
  expect(INSTALLATION).toBe(process.cwd());
});

it.each<[string, string[], Record<string, string>, string[]]>([
  ['the service', ['dist/main.js'], { ...SERVICE, PORT: 'abc', HSM_SINGERS: '2' }, ['PORT must be', 'HSM_SINGERS is no setting of Lineside; HSM_SIGNERS is.']],
  ['the worker', ['dist/worker.js'], { ...SERVICE, BOOTSTRAP_KEYS_FILE: '/nope' }, ['BOOTSTRAP_KEYS_FILE must be']],
  ['the sandbox', ['dist/sandbox/main.js'], { SANDBOX_PORT: 'abc' }, ['SANDBOX_PORT must be', 'SANDBOX_DATA_DIR is not set.']],
  ['npm start', ['dist/cli.js', 'start'], { LINESIDE_DATA_DIR: join(folder, 'data'), SANDBOX: 'maybe', LEASE_MS: 'abc' }, ['SANDBOX must be', 'LEASE_MS must be']],
  ['lineside simulate', ['dist/cli.js', 'simulate'], { LINESIDE_DATADIR: 'x' }, ['LINESIDE_DATADIR is no setting of Lineside; LINESIDE_DATA_DIR is.']],
])('%s ends with exit code 78 and sentences without a stack', async (_, program, env, sentences) => {
  const { code, stderr } = await run(program, env);
  expect({ code, stack: /^\s+at /m.test(stderr) }).toEqual({ code: 78, stack: false });
  for (const sentence of sentences) expect(stderr).toContain(sentence);
  expect(readdirSync(folder)).not.toContain('data');
});

it('what a setting names is refused like the setting: keys of no role, a profile that is none', async () => {
  const stores = { DATABASE_URL: process.env['DATABASE_URL']!, REDIS_URL: process.env['REDIS_URL']!, HSM_MODULE: process.env['HSM_MODULE']!, HSM_TOKEN: 'lineside', HSM_PIN_FILE: process.env['HSM_PIN_FILE']! };
  const keys = file('strange-keys.json', '{"boss": "ls_boss"}');
  const { code, stderr } = await run(['dist/main.js'], { ...stores, PORT: '0', BOOTSTRAP_KEYS_FILE: keys });
  expect({ code, stack: /^\s+at /m.test(stderr) }).toEqual({ code: 78, stack: false });
  expect(stderr).toContain('BOOTSTRAP_KEYS_FILE must hold a JSON object of keys by role');
  await expect(loadProfiles(folder)).rejects.toBeInstanceOf(SettingsRefused);
});

it('a ledger that nobody can reach is told in a sentence, without the address', async () => {
  const { code, stderr } = await run(['dist/main.js'], { ...SERVICE, DATABASE_URL: 'postgres://u:hidden@127.0.0.1:1/d' });
  expect({ code, stack: /^\s+at /m.test(stderr) }).toEqual({ code: 1, stack: false });
  expect(stderr).toContain("The ledger can't be reached (ECONNREFUSED).\nCheck DATABASE_URL");
  expect(stderr).not.toContain('hidden');
});
