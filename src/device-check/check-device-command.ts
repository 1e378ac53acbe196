import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadToolSettings } from '../config/config.js';
import { CHECK_ACCOUNT } from '../config/other-settings.js';
import type { Environment } from '../config/setting.js';
import { credentialsFile, findCredentials } from '../simulation/credentials.js';
import { readSandbox, type SandboxAccount, type SandboxPlace } from '../simulation/sandbox-place.js';
import { fingerprint, readCertificate } from '../x509/certificate.js';
import { commonNameOf, readName } from '../x509/name.js';
import { fromPem } from '../x509/pem.js';
import { reasonOf, type CheckResult } from '../device-connection/check-result.js';
import { requireNoTarget, type Service } from './account-of-check.js';
import { watchInAws } from './aws-watch.js';
import { watchBoard } from './board-watch.js';
import { checkDevice, type DeviceCheck } from './device-check.js';
import { isPemOfAws } from './identity-checks.js';
import { askLedgerForIdentity } from './ledger-identity.js';
import type { EndpointWay, LoadedUnit } from '../device-connection/loaded-unit.js';

/** As they come from the command line. Secrets come from files only: an argument is visible to everybody on the machine. */
export interface CheckDeviceOptions {
  /** Left out with `observe`. */
  key?: string;
  observe?: boolean;
  certificate?: string;
  chain?: string;
  thing?: string;
  authority?: string;
  roots?: string;
  serial?: string;
  service?: string;
  ca?: string;
  apiKeyFile?: string;
  endpoint?: string;
  port: string;
  sandbox?: string;
  account?: string;
  policy?: string;
  allowedTopic: string;
  forbiddenTopic: string;
  patience: string;
  json?: boolean;
}

export const WHAT_IT_PROVES = 'This proves the unit, and not the customer’s account: what stands there is told by `lineside aws check` and POST /v1/units/{serial}/check.';

const SIGNS = { ok: 'ok  ', 'not-seen': '–   ', failed: 'FAIL' };

/** `lineside check-device`: exit code 1 when a check failed or could not be begun. */
export async function checkDeviceCommand(options: CheckDeviceOptions, env: Environment): Promise<void> {
  const json = options.json === true;
  try {
    const { thingName, certificate, host, results } = options.observe === true ? await observe(options, env) : await check(options, env);
    const passed = results.every(({ state }) => state !== 'failed');
    process.stdout.write(json ? `${JSON.stringify({ ok: passed, thing: thingName, certificateId: fingerprint(fromPem('CERTIFICATE', certificate)), endpoint: host, proves: WHAT_IT_PROVES, checks: results }, null, 2)}\n` : describe(thingName, host, results, passed));
    process.exitCode = passed ? 0 : 1;
  } catch (error) {
    process.stderr.write(`The check could not be made: ${reasonOf(error)}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, message: reasonOf(error), checks: [] }, null, 2)}\n`);
    process.exitCode = 1;
  }
}

interface Outcome {
  thingName: string;
  /** PEM. */
  certificate: string;
  /** Where it connected. */
  host: string;
  results: CheckResult[];
}

async function check(options: CheckDeviceOptions, env: Environment): Promise<Outcome> {
  const planned = await planCheck(options, env);
  return { thingName: planned.unit.thingName, certificate: planned.unit.certificate, host: planned.way.host, results: await checkDevice(planned) };
}

/** A board whose key nobody can read connects by itself, to the sandbox, or to AWS of which the service is asked. */
async function observe(options: CheckDeviceOptions, env: Environment): Promise<Outcome> {
  const { unit, roots, hosts, targets, service } = await loadUnit(options, env);
  const { thingName, certificate } = unit;
  const endpoint = endpointFor(options, unit, hosts);
  const sandbox = await findSandbox(options, env);
  const account = sandbox && (await accountFor(sandbox, { ...options, endpoint }, service ?? serviceHere(env)));
  const patienceMs = patienceOf(options);
  if (sandbox !== undefined && account !== undefined) {
    const way = wayToSandbox(sandbox, account, options.roots === undefined ? undefined : roots);
    const terms = { allowedTopic: options.allowedTopic, forbiddenTopic: options.forbiddenTopic, patienceMs };
    const policy = options.policy === undefined ? undefined : readFileSync(options.policy, 'utf8');
    const heard = endpoint === undefined ? '' : '. A client of the check hears meanwhile what devices do in this account, and is removed afterwards';
    const say = () => void process.stderr.write(`Let the board connect to ${way.host} (${way.connectTo}:${way.port}) as ${thingName}, within ${patienceMs / 1_000} s${heard}\n`);
    return { thingName, certificate, host: way.host, results: await watchBoard({ unit, way, terms, sandbox, account, prepares: endpoint === undefined, policy }, say) };
  }
  if (service === undefined) throw new Error('No sandbox runs here: start it (npm start), name its folder by --sandbox, or name the unit by --serial, so that the service asks AWS about it');
  const wanted = endpoint === undefined ? [] : targets.filter((_, at) => hosts[at] === endpoint);
  return { thingName, certificate, host: endpoint ?? hosts.join(', '), results: await watchInAws(service, thingName, wanted, patienceMs) };
}

function describe(thingName: string, host: string, results: readonly CheckResult[], passed: boolean): string {
  const lines = results.map(({ state, check, finding, remedy }) => `${SIGNS[state]}  ${check}: ${finding}${remedy === null ? '' : `\n      → ${remedy}`}`);
  return `${[`${thingName} at ${host}`, ...lines, '', passed ? 'The unit passed.' : 'The unit failed; the arrows say what to do.', WHAT_IT_PROVES].join('\n')}\n`;
}

async function planCheck(options: CheckDeviceOptions, env: Environment): Promise<DeviceCheck> {
  if (options.key === undefined) throw new Error('Name the file of the device’s private key by --key, or let the board connect by itself: --observe');
  const { unit: loaded, roots, hosts, service } = await loadUnit(options, env);
  const unit = { ...loaded, privateKey: readFileSync(options.key, 'utf8') };
  const patienceMs = patienceOf(options);
  const terms = { allowedTopic: options.allowedTopic, forbiddenTopic: options.forbiddenTopic, patienceMs, connectEveryMs: 1_000 };
  const endpoint = endpointFor(options, unit, hosts);
  const sandbox = await findSandbox(options, env);
  const account = sandbox && (await accountFor(sandbox, { ...options, endpoint }, service ?? serviceHere(env)));
  if (sandbox === undefined || account === undefined) {
    if (endpoint === undefined) throw new Error('No sandbox runs here: start it (npm start), name its folder by --sandbox, or name an endpoint by --endpoint');
    if (roots === undefined) throw new Error('Give by --roots the roots that the unit trusts');
    return { unit, way: { host: endpoint, connectTo: endpoint, port: Number(options.port), roots }, terms, prepare: undefined };
  }
  const way = wayToSandbox(sandbox, account, options.roots === undefined ? undefined : roots);
  // An endpoint that was named is taken as it stands; otherwise the account is the check's own.
  const prepare = endpoint === undefined ? { sandbox, account, policy: options.policy === undefined ? undefined : readFileSync(options.policy, 'utf8') } : undefined;
  return { unit, way, terms, prepare };
}

/** Undefined where the check has an account of its own. Nothing lets a unit in at its first connection whose certificate AWS has signed: only the account knows it in which AWS did. */
function endpointFor({ endpoint: named }: CheckDeviceOptions, { certificate }: Loaded['unit'], hosts: readonly string[]): string | undefined {
  const isAwsOwn = isPemOfAws(certificate);
  const endpoint = named ?? (isAwsOwn ? hosts[0] : undefined);
  if (isAwsOwn && endpoint === undefined) throw new Error('AWS has signed the unit’s certificate: name by --endpoint where it did');
  if (endpoint !== undefined && hosts.length > 0 && !hosts.includes(endpoint)) throw new Error(`The ledger names other endpoints for this unit: ${hosts.join(', ')}`);
  return endpoint;
}

const wayToSandbox = ({ endpointUrl, mqttPort, caFile }: SandboxPlace, { endpoint }: SandboxAccount, roots: string | undefined): EndpointWay => ({
  host: endpoint, connectTo: new URL(endpointUrl).hostname, port: mqttPort, roots: roots ?? readFileSync(caFile, 'utf8'),
});

function patienceOf({ patience }: CheckDeviceOptions): number {
  const patienceMs = Number(patience) * 1_000;
  if (!(patienceMs >= 1_000 && patienceMs <= 600_000)) throw new Error('--patience must be 1 to 600 seconds');
  return patienceMs;
}

interface Loaded {
  unit: Omit<LoadedUnit, 'privateKey'>;
  roots: string | undefined;
  /** Endpoints that the ledger names; none where it was not asked. */
  hosts: string[];
  /** Names of the targets that they belong to. */
  targets: string[];
  /** The service that was asked. */
  service: Service | undefined;
}

const loadUnit = async (options: CheckDeviceOptions, env: Environment): Promise<Loaded> => (options.serial === undefined ? unitFromFiles(options) : unitFromLedger(options, options.serial, env));

function unitFromFiles({ certificate, chain, thing, authority, roots }: CheckDeviceOptions): Loaded {
  const missing = new Error('Give either --serial, or --certificate and --chain (no chain where AWS has signed)');
  if (certificate === undefined) throw missing;
  const pem = readFileSync(certificate, 'utf8');
  const isAwsOwn = isPemOfAws(pem);
  if (chain === undefined && !isAwsOwn) throw missing;
  if (thing === undefined && isAwsOwn) throw new Error('AWS has signed the unit’s certificate, which names no Thing: name it by --thing');
  const unit = { certificate: pem, chain: chain === undefined ? '' : readFileSync(chain, 'utf8'), thingName: thing ?? nameIn(pem), authority: authority === undefined ? undefined : readFileSync(authority, 'utf8') };
  return { unit, roots: roots === undefined ? undefined : readFileSync(roots, 'utf8'), hosts: [], targets: [], service: undefined };
}

/** What the device was loaded with, where files say so; the rest as the ledger has it. */
async function unitFromLedger({ service, ca, apiKeyFile, certificate, chain, roots }: CheckDeviceOptions, serial: string, env: Environment): Promise<Loaded> {
  const own = serviceHere(env);
  const address = service === undefined ? own : { baseUrl: service, caFile: ca };
  const apiKey = apiKeyFile === undefined ? own?.apiKey : readFileSync(apiKeyFile, 'utf8').trim();
  if (address === undefined || apiKey === undefined) throw new Error('Name the service by --service and the file of its API key by --api-key-file');
  const identity = await askLedgerForIdentity({ ...address, apiKey }, serial);
  const unit = {
    certificate: certificate === undefined ? identity.certificate : readFileSync(certificate, 'utf8'),
    chain: chain === undefined ? identity.chain : readFileSync(chain, 'utf8'),
    thingName: identity.thingName,
    authority: identity.authorityCertificate,
  };
  return { unit, roots: roots === undefined ? identity.roots : readFileSync(roots, 'utf8'), hosts: identity.endpoints.map(({ host }) => host), targets: identity.endpoints.map(({ target }) => target), service: { ...address, apiKey } };
}

function nameIn(pem: string): string {
  const name = commonNameOf(readName(readCertificate(fromPem('CERTIFICATE', pem)).subject));
  if (name === undefined) throw new Error('The certificate has no common name: name the Thing by --thing');
  return name;
}

async function findSandbox({ sandbox }: CheckDeviceOptions, env: Environment): Promise<SandboxPlace | undefined> {
  if (sandbox !== undefined) return readSandbox(sandbox);
  try {
    return await readSandbox(join(loadToolSettings(env).LINESIDE_DATA_DIR, 'sandbox'));
  } catch {
    return undefined;
  }
}

/** The account at the endpoint; else the check's own, by its name or the sandbox's last one, in which `npm start` makes no units known. Throws where a target works in that one. */
async function accountFor({ accounts }: SandboxPlace, { endpoint, account: name }: { endpoint: string | undefined; account?: string }, service: Service | undefined): Promise<SandboxAccount | undefined> {
  if (endpoint !== undefined) return accounts.find((each) => each.endpoint === endpoint);
  const own = accounts.find(({ accountId }) => accountId === CHECK_ACCOUNT) ?? accounts.at(-1);
  const account = name === undefined ? own : accounts.find(({ accountId, region }) => `${accountId}:${region}` === name);
  if (account === undefined) throw new Error(`The sandbox has no account ${name}; it has ${accounts.map(({ accountId, region }) => `${accountId}:${region}`).join(', ')}`);
  if (service !== undefined) await requireNoTarget(account, service);
  return account;
}

/** The service that runs here, if one does. */
function serviceHere(env: Environment): Service | undefined {
  const own = findCredentials(credentialsFile(env));
  return own && { baseUrl: own.baseUrl, caFile: own.caFile, apiKey: own.keys.manager };
}
