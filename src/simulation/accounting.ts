import { z } from 'zod';
import type { ApiClient } from '../client/api-client.js';
import { Authority, type Balance, type Identity, Page, Unit } from './api-answers.js';
import { Device } from './device.js';
import { SIGNED_BY_AWS } from './fleet-device.js';
import { inParallel } from './in-parallel.js';
import { checkIssued, type IssuedCertificate, isForKey, isSignedBy, readIssued } from './issued-certificate.js';
import { type LedgerAccount, readAccount } from './ledger-account.js';
import type { Problems } from './problems.js';
import type { SimulationRun } from './simulation-run.js';
import { untilTrue } from './until-true.js';
import type { UnitEntry } from './unit-book.js';

/** Of the units that passed: certificates that verify against their authority's, are for their unit, and share neither key nor serial number with another. */
export interface CertificateFindings {
  distinct: number;
  byAuthority: Record<string, number>;
}

/** What AWS has signed, the service finds within AWS_SWEEP_MS. */
const IMPORT_MS = 60_000;
const GOOD: ReadonlySet<string> = new Set(['passed', 'shipped']);
const ENDED: ReadonlySet<string> = new Set(['planned', 'passed', 'shipped', 'scrapped', 'failed']);

/** Compares what the stations were told with what the ledger says, unit for unit and certificate for certificate. @param boundMs within this a lease that nobody holds ends */
export async function accountFor(
  { manager, officer }: { manager: ApiClient; officer: ApiClient }, run: SimulationRun, { family, seed, boundMs }: { family: string; seed: string; boundMs: number }, problems: Problems,
): Promise<{ balance: Balance; certificates: CertificateFindings }> {
  const entries = run.book.allOf(run.order);
  const generations = await findGenerations(officer, family);
  const certificates = checkCertificates(entries, generations, seed, problems);
  await untilImported(manager, entries);
  await checkLeft(manager, run.order, boundMs, problems);
  const account = await readAccount(manager, run.order);
  checkBalance(account, run.order, problems);
  checkLedgerCertificates(account, entries, problems);
  for (const [serial, entry] of entries) checkUnit(serial, entry, account, problems);
  // What it passed in an earlier run of the same order is none of this one's.
  for (const { serial, state } of account.units.values()) {
    if (GOOD.has(state) && entries.has(serial) && entries.get(serial)?.passSent !== true) problems.add('passed', `Unit ${serial} has passed in the ledger, and no station has said so`);
  }
  return { balance: account.balance, certificates };
}

/** PEM by id. */
async function findGenerations(officer: ApiClient, family: string): Promise<Map<string, string>> {
  const { items } = await officer.get(`/v1/authorities?family=${family}&limit=500`, Page(Authority));
  const made = items.filter(({ state }) => state !== 'planned');
  return new Map(await Promise.all(made.map(async ({ id }) => [id, await officer.get(`/v1/authorities/${id}/certificate`, z.string())] as const)));
}

function checkCertificates(entries: ReadonlyMap<string, UnitEntry>, generations: ReadonlyMap<string, string>, seed: string, problems: Problems): CertificateFindings {
  const byAuthority: Record<string, number> = {};
  const issued: IssuedCertificate[] = [];
  let units = 0;
  for (const [serial, { identities, passTold }] of entries) {
    if (identities.size > 1) problems.add('certificates', `Unit ${serial} was given ${identities.size} certificates`);
    const device = Device.ofSeed(serial, seed);
    for (const identity of identities.values()) {
      const certificate = checkIdentity(serial, identity, generations, device, problems);
      if (certificate) issued.push(certificate);
    }
    const last = [...identities.values()].at(-1);
    if (!passTold || !last) continue;
    units++;
    byAuthority[last.authority] = (byAuthority[last.authority] ?? 0) + 1;
  }
  const given = [...entries.values()].reduce((sum, { identities }) => sum + identities.size, 0);
  const distinct = Math.min(...(['fingerprint', 'serialNumber', 'publicKey'] as const).map((member) => new Set(issued.map((each) => each[member])).size));
  if (distinct !== given) problems.add('certificates', `${given} certificates were given to units, of which ${distinct} are good and differ in key and serial number`);
  return { distinct: Math.min(distinct, units), byAuthority };
}

/** Undefined where it is not as it should be. */
function checkIdentity(serial: string, { authority, certificate }: Identity, generations: ReadonlyMap<string, string>, device: Device, problems: Problems): IssuedCertificate | undefined {
  try {
    const own = generations.get(authority);
    if (authority !== SIGNED_BY_AWS && own === undefined) throw new Error(`The certificate of ${serial} names ${authority}, which is none of the family’s generations`);
    const issued = own === undefined ? readIssued(certificate) : checkIssued(certificate, own, serial);
    const others = [...generations].filter(([id, pem]) => id !== authority && isSignedBy(certificate, pem)).map(([id]) => id);
    if (others.length > 0) throw new Error(`The certificate of ${serial} is signed by ${others.join(', ')} as well as by ${authority}`);
    if (!isForKey(issued, device.privateKeyPem)) throw new Error(`The certificate of ${serial} is for another key than its device’s`);
    return issued;
  } catch (error) {
    problems.add('certificates', error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function checkBalance({ balance, units }: LedgerAccount, order: string, problems: Problems): void {
  const { ordered, beyondOrdered, shipped, scrapped, inWork, unaccounted, passed, certificates: { used, onRecord } } = balance;
  if (ordered + beyondOrdered !== shipped + scrapped + inWork + unaccounted) problems.add('balance', `Work order ${order}: ${ordered} + ${beyondOrdered} units do not make ${shipped} shipped, ${scrapped} scrapped, ${inWork} in work and ${unaccounted} unaccounted`);
  if (unaccounted !== 0) problems.add('balance', `Work order ${order} has ${unaccounted} units that nobody can account for: ${used} certificates count against its quota, ${onRecord} are on record`);
  const counted = [...units.values()].filter(({ state }) => state === 'passed').length;
  if (counted !== passed) problems.add('balance', `Work order ${order}: ${counted} of its units have passed, and its balance says ${passed}`);
}

function checkLedgerCertificates({ certificates }: LedgerAccount, entries: ReadonlyMap<string, UnitEntry>, problems: Problems): void {
  for (const [serial, all] of certificates) {
    const valid = all.filter(({ state }) => state === 'valid');
    if (valid.length > 1) problems.add('doubled', `Unit ${serial} has ${valid.length} valid certificates`);
    const open = all.filter(({ state }) => state === 'reserved');
    if (open.length > 0 && entries.has(serial)) problems.add('reserved', `Unit ${serial} has a certificate that was begun and never made`);
  }
  for (const [serial, { identities }] of entries) {
    const known = new Set((certificates.get(serial) ?? []).map(({ fingerprint }) => fingerprint));
    for (const fingerprint of identities.keys()) {
      if (!known.has(fingerprint)) problems.add('unknown', `Unit ${serial} carries a certificate that the ledger does not know: ${fingerprint}`);
    }
  }
}

function checkUnit(serial: string, { identities, passTold, failTold }: UnitEntry, { units, certificates }: LedgerAccount, problems: Problems): void {
  const unit = units.get(serial);
  if (!unit) return;
  const valid = (certificates.get(serial) ?? []).filter(({ state }) => state === 'valid');
  if (passTold) {
    if (!GOOD.has(unit.state)) problems.add('passed', `A station was told that unit ${serial} has passed, and the ledger has it as ${unit.state}`);
    const [one] = valid;
    if (!one) problems.add('passed', `Unit ${serial} has passed and has 0 valid certificates`);
    else if (!identities.has(one.fingerprint ?? '')) problems.add('passed', `Unit ${serial} carries another certificate than the ledger has`);
  }
  if (failTold === undefined) return;
  if (unit.state !== 'failed') problems.add('failed', `A station was told that unit ${serial} has failed, and the ledger has it as ${unit.state}`);
  if (valid.length > 0) problems.add('failed', `Unit ${serial} has failed, and its certificate is valid`);
}

/** Of units that were begun and have come to no end nobody holds any when the stations are gone. */
async function checkLeft(manager: ApiClient, order: string, boundMs: number, problems: Problems): Promise<void> {
  const { units } = await readAccount(manager, order);
  await inParallel([...units.values()].filter(({ state }) => !ENDED.has(state)), async ({ serial, state }) => {
    if (state === 'quarantined') return problems.add('quarantined', `Unit ${serial} was quarantined`);
    const isFree = await untilTrue(boundMs, async () => (await manager.get(`/v1/units/${serial}`, Unit)).job?.state !== 'leased');
    if (!isFree) problems.add('held', `Unit ${serial} is held by a station that is gone`);
  });
}

/** What AWS has signed is in the ledger some time later. */
async function untilImported(manager: ApiClient, entries: ReadonlyMap<string, UnitEntry>): Promise<void> {
  const signed = [...entries].filter(([, { identities, passTold }]) => passTold && [...identities.values()].at(-1)?.authority === SIGNED_BY_AWS);
  await inParallel(signed, async ([serial]) => {
    await untilTrue(IMPORT_MS, async () => (await manager.get(`/v1/units/${serial}`, Unit)).certificates.some(({ state }) => state === 'valid'));
  });
}
