import type { SandboxAccount, SandboxPlace } from '../simulation/sandbox-place.js';
import { fingerprint } from '../x509/certificate.js';
import { fromPem, fromPemChain, toPem } from '../x509/pem.js';
import { type CheckResult, notSeen } from '../device-connection/check-result.js';
import { checkConnections, type ConnectionTerms } from '../device-connection/connection-checks.js';
import { checkServerChain, checkServerName } from './endpoint-checks.js';
import { checkIdentity } from './identity-checks.js';
import type { EndpointWay, LoadedUnit } from '../device-connection/loaded-unit.js';
import { SandboxCheckAccount } from './sandbox-account.js';

export interface DeviceCheck {
  unit: LoadedUnit;
  way: EndpointWay;
  terms: Omit<ConnectionTerms, 'isFirst'> & { allowedTopic: string; forbiddenTopic: string };
  /** The sandbox's account in which the unit's authority is made known first, and the unit forgotten afterwards. `policy`: the devices' policy document there, if not Lineside's own. */
  prepare: { sandbox: SandboxPlace; account: SandboxAccount; policy: string | undefined } | undefined;
}

/** The end-of-line check of one unit, whose key is at hand: what it was loaded with, and then what it meets when it connects. */
export async function checkDevice({ unit, way, terms, prepare }: DeviceCheck): Promise<CheckResult[]> {
  const identity = checkIdentity(unit);
  const name = checkServerName(way);
  if ([...identity, name].some(({ state }) => state === 'failed')) return [...identity, name, notSeen('connections', 'Left out until what failed is put right')];
  if (prepare === undefined) return [...identity, name, ...(await connect(unit, way, { ...terms, isFirst: undefined }))];
  const account = await SandboxCheckAccount.open(prepare.sandbox, prepare.account);
  try {
    const authority = unit.authority ?? toPem('CERTIFICATE', fromPemChain(unit.chain).at(-1)!);
    await account.requireFree();
    await account.letIn(authority, prepare.policy);
    const certificateId = fingerprint(fromPem('CERTIFICATE', unit.certificate));
    const isFirst = !(await account.knows(certificateId));
    try {
      return [...identity, name, ...(await connect(unit, way, { ...terms, isFirst }))];
    } finally {
      if (isFirst) await account.forget(certificateId);
    }
  } finally {
    account.close();
  }
}

/** The server's chains are looked at last: a handshake alone is a first connection to AWS. */
async function connect(unit: LoadedUnit, way: EndpointWay, terms: ConnectionTerms): Promise<CheckResult[]> {
  const { results: connections } = await checkConnections(unit, way, terms);
  return [await checkServerChain('RSA', unit, way), await checkServerChain('ECDSA', unit, way), ...connections];
}
