import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadToolSettings } from '../config/config.js';
import type { Environment } from '../config/setting.js';
import { credentialsFile, findCredentials } from '../simulation/credentials.js';
import { readSandbox, type SandboxAccount, type SandboxPlace } from '../simulation/sandbox-place.js';
import { readCertificate } from '../x509/certificate.js';
import { commonNameOf, readName } from '../x509/name.js';
import { fromPem } from '../x509/pem.js';
import { reasonOf, type CheckResult } from '../device-connection/check-result.js';
import { checkDevice, type DeviceCheck } from './device-check.js';
import { isPemOfAws } from './identity-checks.js';
import { askLedgerForIdentity } from './ledger-identity.js';
import type { EndpointWay, LoadedUnit } from '../device-connection/loaded-unit.js';

/** As they come from the command line. Secrets come from files only: an argument is visible to everybody on the machine. */
export interface CheckDeviceOptions {
  key: string;
  certificate?: string;
  chain?: string;
  thing?: string;
  authority?: string;
  roots?: string;
  serial?: string;
  service?: string;
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
    const check = await planCheck(options, env);
    const results = await checkDevice(check);
    const passed = results.every(({ state }) => state !== 'failed');
    const { thingName } = check.unit;
    process.stdout.write(json ? `${JSON.stringify({ ok: passed, thing: thingName, endpoint: check.way.host, proves: WHAT_IT_PROVES, checks: results }, null, 2)}\n` : describe(thingName, check.way, results, passed));
    process.exitCode = passed ? 0 : 1;
  } catch (error) {
    process.stderr.write(`The check could not be made: ${reasonOf(error)}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, message: reasonOf(error), checks: [] }, null, 2)}\n`);
    process.exitCode = 1;
  }
}

function describe(thingName: string, { host }: EndpointWay, results: readonly CheckResult[], passed: boolean): string {
  const lines = results.map(({ state, check, finding, remedy }) => `${SIGNS[state]}  ${check}: ${finding}${remedy === null ? '' : `\n      → ${remedy}`}`);
  return `${[`${thingName} at ${host}`, ...lines, '', passed ? 'The unit passed.' : 'The unit failed; the arrows say what to do.', WHAT_IT_PROVES].join('\n')}\n`;
}

async function planCheck(options: CheckDeviceOptions, env: Environment): Promise<DeviceCheck> {
  const { unit, roots, hosts } = options.serial === undefined ? unitFromFiles(options) : await unitFromLedger(options, options.serial, env);
  const patienceMs = Number(options.patience) * 1_000;
  if (!(patienceMs >= 1_000 && patienceMs <= 600_000)) throw new Error('--patience must be 1 to 600 seconds');
  const terms = { allowedTopic: options.allowedTopic, forbiddenTopic: options.forbiddenTopic, patienceMs, connectEveryMs: 1_000 };
  // Nothing lets such a unit in at its first connection: only the account knows it in which AWS has signed.
  const isAwsOwn = isPemOfAws(unit.certificate);
  const endpoint = options.endpoint ?? (isAwsOwn ? hosts[0] : undefined);
  if (isAwsOwn && endpoint === undefined) throw new Error('AWS has signed the unit’s certificate: name by --endpoint where it did');
  if (endpoint !== undefined && hosts.length > 0 && !hosts.includes(endpoint)) throw new Error(`The ledger names other endpoints for this unit: ${hosts.join(', ')}`);
  const sandbox = await findSandbox(options, env);
  const account = sandbox && accountFor(sandbox, { ...options, endpoint });
  if (sandbox === undefined || account === undefined) {
    if (endpoint === undefined) throw new Error('No sandbox runs here: start it (npm start), name its folder by --sandbox, or name an endpoint by --endpoint');
    if (roots === undefined) throw new Error('Give by --roots the roots that the unit trusts');
    return { unit, way: { host: endpoint, connectTo: endpoint, port: Number(options.port), roots }, terms, prepare: undefined };
  }
  const way = { host: account.endpoint, connectTo: new URL(sandbox.endpointUrl).hostname, port: sandbox.mqttPort, roots: (options.roots === undefined ? undefined : roots) ?? readFileSync(sandbox.caFile, 'utf8') };
  // An endpoint that was named is taken as it stands; otherwise the account is the check's own.
  const prepare = endpoint === undefined ? { sandbox, account, policy: options.policy === undefined ? undefined : readFileSync(options.policy, 'utf8') } : undefined;
  return { unit, way, terms, prepare };
}

interface Loaded {
  unit: LoadedUnit;
  roots: string | undefined;
  /** Endpoints that the ledger names; none where it was not asked. */
  hosts: string[];
}

function unitFromFiles({ certificate, chain, thing, authority, roots, key }: CheckDeviceOptions): Loaded {
  const missing = new Error('Give either --serial, or --certificate and --chain (no chain where AWS has signed)');
  if (certificate === undefined) throw missing;
  const pem = readFileSync(certificate, 'utf8');
  const isAwsOwn = isPemOfAws(pem);
  if (chain === undefined && !isAwsOwn) throw missing;
  if (thing === undefined && isAwsOwn) throw new Error('AWS has signed the unit’s certificate, which names no Thing: name it by --thing');
  const unit = { certificate: pem, chain: chain === undefined ? '' : readFileSync(chain, 'utf8'), thingName: thing ?? nameIn(pem), privateKey: readFileSync(key, 'utf8'), authority: authority === undefined ? undefined : readFileSync(authority, 'utf8') };
  return { unit, roots: roots === undefined ? undefined : readFileSync(roots, 'utf8'), hosts: [] };
}

/** What the device was loaded with, where files say so; the rest as the ledger has it. */
async function unitFromLedger({ service, apiKeyFile, key, certificate, chain, roots }: CheckDeviceOptions, serial: string, env: Environment): Promise<Loaded> {
  const own = findCredentials(credentialsFile(env));
  const baseUrl = service ?? own?.baseUrl;
  const apiKey = apiKeyFile === undefined ? own?.keys.manager : readFileSync(apiKeyFile, 'utf8').trim();
  if (baseUrl === undefined || apiKey === undefined) throw new Error('Name the service by --service and the file of its API key by --api-key-file');
  const identity = await askLedgerForIdentity(baseUrl, apiKey, serial);
  const unit = {
    certificate: certificate === undefined ? identity.certificate : readFileSync(certificate, 'utf8'),
    chain: chain === undefined ? identity.chain : readFileSync(chain, 'utf8'),
    thingName: identity.thingName,
    privateKey: readFileSync(key, 'utf8'),
    authority: identity.authorityCertificate,
  };
  return { unit, roots: roots === undefined ? identity.roots : readFileSync(roots, 'utf8'), hosts: identity.endpoints.map(({ host }) => host) };
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

/** The account at the endpoint or of the name; else the sandbox's last one, in which `npm start` makes no units known. */
function accountFor({ accounts }: SandboxPlace, { endpoint, account }: { endpoint: string | undefined; account?: string }): SandboxAccount | undefined {
  if (endpoint !== undefined) return accounts.find((each) => each.endpoint === endpoint);
  if (account === undefined) return accounts.at(-1);
  const found = accounts.find(({ accountId, region }) => `${accountId}:${region}` === account);
  if (found === undefined) throw new Error(`The sandbox has no account ${account}; it has ${accounts.map(({ accountId, region }) => `${accountId}:${region}`).join(', ')}`);
  return found;
}
